"""TensorBoard's event files, written by hand: a run's log as curves that TensorBoard shows while they grow.

A file is a row of TFRecords: the length (8 bytes), its checksum (4), the bytes, their checksum (4). The bytes are a protocol
buffer `Event`: wall_time = 1 (double), step = 2 (integer), file_version = 3 (string), summary = 5, which holds any number of
value = 1: tag = 1 (string), simple_value = 2 (float). Formats: tensorflow/core/lib/io/record_writer.h, util/event.proto.
"""

import json
import numbers
import struct
import time

from abacus import checkpoint

NAME = "events.out.tfevents.abacus"
STEPS = "step", "epoch"  # what counts the lines of a log, where it is there


class Events:
    """The event file of one run, in its folder; it always holds the same lines as the run's log."""

    def __init__(self, folder):
        self.path = folder / NAME

    def rewrite(self, lines):
        """Begin the file anew with these lines of the log (JSON)."""
        checkpoint.replace(self.path, [_record(_version()), *self._records(lines, 0)])
        self._count = len(lines)

    def add(self, lines):
        """Append these lines of the log."""
        with open(self.path, "ab") as file:
            file.writelines(self._records(lines, self._count))
        self._count += len(lines)

    def _records(self, lines, first):
        now = time.time()
        return [_record(event(json.loads(line), i, now)) for i, line in enumerate(lines, start=first)]


def event(values, number, wall_time):
    """A line of a log ({name: value}), the `number`-th, as an Event: numbers are scalars, a list's have its name / index."""
    counter = next((name for name in STEPS if _is_number(values.get(name))), None)
    step = int(values[counter]) if counter else number
    scalars = [scalar for name, value in values.items() if name != counter for scalar in _scalars(name, value)]
    summary = b"".join(_field(1, _field(1, tag.encode()) + _float(2, value)) for tag, value in scalars)
    return _double(1, wall_time) + b"\x10" + _varint(step) + _field(5, summary)


def _scalars(name, value):
    if _is_number(value):
        yield name, value
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from _scalars(f"{name}/{i}", one)


def _is_number(value):
    return isinstance(value, numbers.Real)


def _version():
    return _double(1, time.time()) + _field(3, b"brain.Event:2")


def _double(field, value):
    return bytes([field << 3 | 1]) + struct.pack("<d", value)


def _float(field, value):
    return bytes([field << 3 | 5]) + struct.pack("<f", max(-3.4028234e38, min(3.4028234e38, value)))


def _field(field, content):
    return bytes([field << 3 | 2]) + _varint(len(content)) + content


def _varint(number):
    """Seven bits a byte, the lowest first; a negative number as its 64-bit two's complement."""
    number, parts = number & (1 << 64) - 1, []
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])


def _record(content):
    length = struct.pack("<Q", len(content))
    return b"".join([length, struct.pack("<I", masked(length)), content, struct.pack("<I", masked(content))])


def masked(content):
    """CRC-32C (Castagnoli) of some bytes, rotated and shifted as TFRecord wants it."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def _remainder(byte):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)  # the polynomial, lowest bit first
    return byte


_TABLE = [_remainder(byte) for byte in range(256)]
