"""TensorBoard's curves of runs, afterwards or while they run: an event file beside each log.jsonl, written by hand.

    python scripts/tensorboard.py projects/lenet/runs                  once
    python scripts/tensorboard.py projects/lenet/runs --follow         and on as the logs grow, until Ctrl-C
    tensorboard --logdir projects/lenet/runs

A file is a row of TFRecords: the length (8 bytes), its checksum (4), the bytes, their checksum (4). The bytes are a protocol
buffer `Event`: wall_time = 1 (double), step = 2 (integer), file_version = 3 (string), summary = 5, which holds any number of
value = 1: tag = 1 (string), simple_value = 2 (float). Formats: tensorflow/core/lib/io/record_writer.h, util/event.proto.

Status 0: done; 1: a log is damaged, or a file cannot be read or written; 2: no folder, or no log in it.
"""

import argparse
import contextlib
import hashlib
import json
import math
import struct
import sys
import time
from pathlib import Path

from abacus import files
from abacus.errors import BadInput, Damaged

LOG, NAME = "log.jsonl", "events.out.tfevents.abacus"
STEPS = "step", "epoch"  # what counts the lines of a log, where it is there
LARGEST = struct.unpack("<f", b"\xff\xff\x7f\x7f")[0]  # of the numbers that an event holds


def main(arguments=None):
    """Writes the event files of all logs below the folders; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER", help="of runs: all logs below it")
    parser.add_argument("--follow", action="store_true", help="go on as the logs grow, and as new ones begin")
    parser.add_argument("--every", type=float, default=2.0, metavar="SECONDS", help="how often to look (2)")
    given = parser.parse_args(arguments)
    try:
        _check(given)
        return follow(given.folders, given.every) if given.follow else once(given.folders)
    except BadInput as error:
        print(f"tensorboard.py: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"tensorboard.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _check(given):
    for folder in given.folders:
        if not folder.is_dir():
            raise BadInput(f"{folder}: no such folder")
    if not (given.every > 0 and math.isfinite(given.every)):
        raise BadInput(f"--every {given.every}: wanted a number of seconds above 0")


def once(folders):
    """One event file for each log that there is; 1 where a log is damaged."""
    curves = {}
    whole = look(folders, curves)
    if not curves:
        raise BadInput(f"no {LOG} in {' nor in '.join(map(str, folders))}")
    lines = sum(each.lines for each in curves.values())
    print(f"{len(curves)} logs, {lines} lines; now: tensorboard --logdir {folders[0]}")
    return 0 if whole else 1


def follow(folders, seconds):
    """The same, again and again."""
    print(f"following the logs in {', '.join(map(str, folders))}; now: tensorboard --logdir {folders[0]}", flush=True)
    curves = {}
    while True:
        look(folders, curves)
        time.sleep(seconds)


def look(folders, curves):
    """Bring the event file of every log up to date; whether all logs are whole. `curves` is {path: Curves} so far."""
    whole = True
    for path in sorted(path for folder in folders for path in folder.rglob(LOG)):
        try:
            curves.setdefault(path, Curves(path)).update()
        except FileNotFoundError:  # its run was removed meanwhile
            del curves[path]
        except Damaged as error:
            print(f"tensorboard.py: {error}", file=sys.stderr)
            whole = False
    return whole


class Curves:
    """The event file beside one log: after `update` it holds the log's whole lines, `lines` of them, each once."""

    def __init__(self, log):
        self.log, self.path = log, log.with_name(NAME)
        self.lines, self._seen, self._digest, self._stat = 0, None, None, None

    def update(self):
        """Add what the log has more; begin anew where it is no longer what it was (a resumed run cuts its log)."""
        stat = self.log.stat()
        if (stat.st_mtime_ns, stat.st_size) == self._stat and self.path.exists():
            return
        self._stat = stat.st_mtime_ns, stat.st_size
        content = self.log.read_bytes()
        content = content[: content.rfind(b"\n") + 1]  # the last line may be half written
        goes_on = self._seen is not None and _sha256(content[: self._seen]) == self._digest and self.path.exists()
        start, first = (self._seen, self.lines) if goes_on else (0, 0)
        more = [
            self._record(line, i, stat.st_mtime) for i, line in enumerate(content[start:].splitlines(), start=first)
        ]
        if goes_on:
            with open(self.path, "ab") as file:
                file.writelines(more)
        else:
            files.replace(self.path, [record(version(stat.st_mtime)), *more])
        self.lines, self._seen, self._digest = first + len(more), len(content), _sha256(content)

    def _record(self, line, number, wall_time):
        values = None
        with contextlib.suppress(ValueError, RecursionError):
            values = json.loads(line)
        if not isinstance(values, dict):
            raise Damaged(f"{self.log}: line {number + 1} is no line of a log")
        return record(event(values, number, wall_time))


def _sha256(content):
    return hashlib.sha256(content).digest()


def event(values, number, wall_time):
    """A line of a log ({name: value}), the `number`-th, as an Event: numbers are scalars, a list's have its name / index."""
    counter = next((name for name in STEPS if _is_number(values.get(name))), None)
    step = int(values[counter]) if counter else number
    scalars = [scalar for name, value in values.items() if name != counter for scalar in _scalars(name, value)]
    summary = b"".join(_field(1, _field(1, tag.encode()) + _float(2, value)) for tag, value in scalars)
    return _double(1, wall_time) + b"\x10" + _varint(step) + _field(5, summary)


def version(wall_time):
    """The Event that begins a file."""
    return _double(1, wall_time) + _field(3, b"brain.Event:2")


def record(content):
    """Some bytes as a TFRecord."""
    length = struct.pack("<Q", len(content))
    return b"".join([length, struct.pack("<I", masked(length)), content, struct.pack("<I", masked(content))])


def masked(content):
    """CRC-32C (Castagnoli) of some bytes, rotated and shifted as TFRecord wants it."""
    crc = 0xFFFFFFFF
    for byte in content:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def _scalars(name, value):
    if _is_number(value):
        yield name, value
    elif isinstance(value, list):
        for i, one in enumerate(value):
            yield from _scalars(f"{name}/{i}", one)


def _is_number(value):
    return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))


def _double(field, value):
    return bytes([field << 3 | 1]) + struct.pack("<d", value)


def _float(field, value):
    return bytes([field << 3 | 5]) + struct.pack("<f", max(-LARGEST, min(LARGEST, value)))


def _field(field, content):
    return bytes([field << 3 | 2]) + _varint(len(content)) + content


def _varint(number):
    """Seven bits a byte, the lowest first; a negative number as its 64-bit two's complement."""
    number, parts = number & (1 << 64) - 1, []
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    return bytes([*parts, number])


def _remainder(byte):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)  # the polynomial, lowest bit first
    return byte


_TABLE = [_remainder(byte) for byte in range(256)]


if __name__ == "__main__":
    sys.exit(main())
