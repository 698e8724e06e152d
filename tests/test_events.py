"""Event files as TensorBoard reads them: by a parser of the format, and by TensorBoard's own where it is installed."""

import json
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from abacus import events

TOY = Path(__file__).parent / "toy"


def test_the_checksum_is_castagnolis():
    """The check value that every catalogue of CRCs prints for CRC-32C, and RFC 3720's 32 zero bytes."""
    for content, printed in ((b"123456789", 0xE3069283), (bytes(32), 0x8A9136AA)):
        rotated = (printed >> 15 | printed << 17) & 0xFFFFFFFF
        assert events.masked(content) == (rotated + 0xA282EAD8) & 0xFFFFFFFF != zlib.crc32(content)


def records_of(path):
    """The contents of a file's TFRecords, each checked."""
    content, found = path.read_bytes(), []
    while content:
        (length,), (first,) = struct.unpack("<Q", content[:8]), struct.unpack("<I", content[8:12])
        body, (second,) = content[12 : 12 + length], struct.unpack("<I", content[12 + length : 16 + length])
        assert events.masked(content[:8]) == first and events.masked(body) == second
        found.append(body)
        content = content[16 + length :]
    return found


def fields(message):
    """(number, value) of each field of a protocol buffer."""
    while message:
        key, message = varint(message)
        kind = key & 7
        if kind == 0:
            value, message = varint(message)
        else:
            size, message = varint(message) if kind == 2 else ({1: 8, 5: 4}[kind], message)
            value, message = message[:size], message[size:]
            value = value if kind == 2 else struct.unpack("<d" if kind == 1 else "<f", value)[0]
        yield key >> 3, value


def varint(message):
    number = next(i for i, byte in enumerate(message) if byte < 128)
    return sum((byte & 127) << 7 * i for i, byte in enumerate(message[: number + 1])), message[number + 1 :]


def scalars(path):
    """[(step, {tag: value})] of an event file, by the parser above."""
    version, *rest = [dict(fields(body)) for body in records_of(path)]
    assert version[3] == b"brain.Event:2"
    found = []
    for event in rest:
        values = [dict(fields(value)) for _, value in fields(event[5])]
        step = event[2] - (1 << 64) if event[2] >> 63 else event[2]
        found.append((step, {value[1].decode(): value[2] for value in values}))
    return found


NUMBERS = st.floats(width=32, allow_nan=False, allow_infinity=False)
LINES = st.lists(st.dictionaries(st.text(min_size=1, max_size=9), NUMBERS, max_size=3), max_size=5)


@given(LINES, st.integers(-(2**62), 2**62))
def test_what_is_written_is_read(tmp_path_factory, lines, step):
    folder = tmp_path_factory.mktemp("events")
    logged = [line | {"step": step + i} for i, line in enumerate(lines)]
    file = events.Events(folder)
    file.rewrite([json.dumps(line) for line in logged[:2]])
    file.add([json.dumps(line) for line in logged[2:]])
    wanted = [(line["step"], {k: v for k, v in line.items() if k != "step"}) for line in logged]
    assert scalars(file.path) == wanted


def test_a_line_without_a_step_has_its_number_and_a_list_its_indices(tmp_path):
    file = events.Events(tmp_path)
    file.rewrite(['{"loss": 0.5, "sizes": [1, [2, "x"]], "name": "a"}', '{"epoch": 7, "loss": 1e300}'])
    largest = float(np.finfo(np.float32).max)
    first = {"loss": 0.5, "sizes/0": 1.0, "sizes/1/0": 2.0}
    assert scalars(file.path) == [(0, first), (7, {"loss": largest})]


def run(folder, *arguments):
    done = subprocess.run([sys.executable, "run.py", *arguments], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_run_writes_them_on_request_and_tensorboard_reads_them(tmp_path):
    toy = tmp_path / "toy"
    shutil.copytree(TOY, toy, ignore=shutil.ignore_patterns("runs", "results", "__pycache__"))
    run(toy, "experiment=shapes", "seed=0")
    assert not list(toy.rglob(events.NAME))
    assert "tensorboard --logdir" in run(toy, "experiment=shapes", "seeds=2", "tensorboard=true")
    for seed in (0, 1):  # one finished before, and one that wrote while it ran
        folder = next(toy.glob(f"runs/shapes/circle-*/{seed}"))
        logged = [json.loads(line) for line in (folder / "log.jsonl").read_bytes().splitlines()]
        wanted = [(i, {"round": line["round"], "hits": line["hits"]}) for i, line in enumerate(logged)]
        assert scalars(folder / events.NAME) == wanted
    event_accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    read = event_accumulator.EventAccumulator(str(folder)).Reload()
    assert [(e.step, e.value) for e in read.Scalars("hits")] == [(i, values["hits"]) for i, values in wanted]


def test_a_resumed_run_has_each_step_once(tmp_path):
    from abacus.job import Job, Stopped

    def go(job, n):
        for epoch in job.epochs(n):
            job.log(epoch=epoch, square=epoch**2)

    stops = iter([False, False, False, True, True])
    with pytest.raises(Stopped):
        go(Job("row", 0, tmp_path, stopping=lambda: next(stops), board=True), 5)
    with open(tmp_path / "log.jsonl", "a") as file:
        file.write('{"epoch": 9, "square": 0}\n')  # after the checkpoint: to be cut
    job = Job("row", 0, tmp_path, board=True)
    go(job, 5)
    job.close(True)
    assert scalars(tmp_path / events.NAME) == [(epoch, {"square": epoch**2}) for epoch in range(5)]
