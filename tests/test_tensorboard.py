"""Event files beside logs, as TensorBoard reads them: by a parser of the format, and by TensorBoard's own where it is
installed."""

import contextlib
import importlib.util
import json
import signal
import struct
import subprocess
import sys
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

SCRIPT = Path(__file__).resolve().parents[1] / "scripts" / "tensorboard.py"
_spec = importlib.util.spec_from_file_location("event_files", SCRIPT)
events = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(events)


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


def written(*lines):
    return "".join(json.dumps(line) + "\n" for line in lines)


NUMBERS = st.floats(width=32, allow_nan=False, allow_infinity=False)
LINES = st.lists(st.dictionaries(st.text(min_size=1, max_size=9), NUMBERS, max_size=3), max_size=5)


@given(LINES, st.integers(-(2**62), 2**62))
def test_what_is_logged_is_read(tmp_path_factory, lines, step):
    log = tmp_path_factory.mktemp("run") / "log.jsonl"
    logged = [line | {"step": step + i} for i, line in enumerate(lines)]
    curves = events.Curves(log)
    for count in (2, 2, len(logged)):
        log.write_text(written(*logged[:count]))
        curves.update()
    wanted = [(line["step"], {k: v for k, v in line.items() if k != "step"}) for line in logged]
    assert scalars(curves.path) == wanted and curves.lines == len(logged)


def test_a_line_without_a_step_has_its_number_and_a_list_its_indices(tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text(
        '{"loss": 0.5, "sizes": [1, [2, "x"]], "name": "a"}\n{"epoch": 7, "loss": 1e300}\n'
        '{"step": NaN, "loss": Infinity, "many": 1' + 400 * "0" + "}\n"
    )
    assert events.main([str(tmp_path)]) == 0
    largest = float(np.finfo(np.float32).max)
    first = {"loss": 0.5, "sizes/0": 1.0, "sizes/1/0": 2.0}
    assert scalars(tmp_path / events.NAME) == [(0, first), (7, {"loss": largest}), (2, {"many": largest})]


def test_a_log_that_grows_is_added_to_and_one_that_is_cut_and_goes_on_has_each_step_once(tmp_path):
    log, lines = tmp_path / "log.jsonl", [{"epoch": e, "square": e**2} for e in range(6)]
    curves, steps = events.Curves(log), [(e, {"square": e**2}) for e in range(6)]
    log.write_text(written(*lines[:2]) + '{"epoch": 2, "squ')  # the last line half written
    curves.update()
    assert scalars(curves.path) == steps[:2]
    before = curves.path.read_bytes()
    log.write_text(written(*lines[:4]))
    curves.update()
    assert scalars(curves.path) == steps[:4] and curves.path.read_bytes().startswith(before)
    log.write_text(written(*lines[:2], {"epoch": 2, "square": 40}, *lines[3:]))  # resumed, and then longer than before
    curves.update()
    assert scalars(curves.path) == [*steps[:2], (2, {"square": 40}), *steps[3:]]
    log.write_text("")
    curves.update()
    assert scalars(curves.path) == []
    log.write_text(written(*lines))
    curves.path.unlink()
    curves.update()
    assert scalars(curves.path) == steps


def test_all_logs_below_a_folder_have_their_file_and_the_same_log_the_same_bytes(tmp_path, capsys):
    for run in ("a/0", "a/1", "b/0"):
        (tmp_path / run).mkdir(parents=True)
        (tmp_path / run / "log.jsonl").write_text(written({"epoch": 0, "loss": 1.0}, {"epoch": 1, "loss": 0.5}))
    assert events.main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"3 logs, 6 lines; now: tensorboard --logdir {tmp_path}\n"
    files = sorted(tmp_path.rglob(events.NAME))
    assert [path.parent.relative_to(tmp_path).as_posix() for path in files] == ["a/0", "a/1", "b/0"]
    before = [path.read_bytes() for path in files]
    assert events.main([str(tmp_path)]) == 0 and [path.read_bytes() for path in files] == before


def test_a_damaged_log_is_one_line_and_the_others_are_written(tmp_path, capsys):
    for name, text in {
        "bad": '{"loss": 1}\n{"lo\n',
        "number": "3\n",
        "deep": 10**5 * "[" + "\n",
        "good": '{"x": 1}\n',
    }.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "log.jsonl").write_text(text)
    assert events.main([str(tmp_path)]) == 1
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3 and f"{tmp_path}/bad/log.jsonl: line 2 is no line of a log" in said[0]
    assert [path.parent.name for path in tmp_path.rglob(events.NAME)] == ["good"]


def test_a_folder_without_logs_and_none_at_all_end_in_status_2(tmp_path, capsys):
    for arguments, said in (
        ([str(tmp_path)], "no log.jsonl in"),
        ([str(tmp_path / "missing")], "no such folder"),
        ([str(tmp_path), "--follow", "--every", "0"], "--every 0.0: wanted"),
        ([str(tmp_path), "--follow", "--every", "nan"], "--every nan: wanted"),
    ):
        assert events.main(arguments) == 2
        error = capsys.readouterr().err
        assert said in error and error.count("\n") == 1


def test_a_runs_log_is_followed_from_its_beginning_to_its_resumed_end(tmp_path):
    """A job that is stopped and goes on, while the script follows its folder."""
    from abacus.running.job import Job, Stopped

    def go(job, n):
        for epoch in job.epochs(n):
            job.log(epoch=epoch, square=epoch**2)

    command = [sys.executable, str(SCRIPT), str(tmp_path), "--follow", "--every", "0.01"]
    follower = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert "following" in follower.stdout.readline()
        stops = iter([False, False, False, True, True])
        with pytest.raises(Stopped):
            go(Job("row", 0, tmp_path / "run", stopping=lambda: next(stops)), 5)
        with open(tmp_path / "run" / "log.jsonl", "a") as file:
            file.write('{"epoch": 9, "square": 0}\n')  # after the checkpoint: to be cut
        until(lambda: scalars(tmp_path / "run" / events.NAME)[-1] == (9, {"square": 0}))
        job = Job("row", 0, tmp_path / "run")
        go(job, 5)
        job.close(True)
        wanted = [(epoch, {"square": epoch**2}) for epoch in range(5)]
        until(lambda: scalars(tmp_path / "run" / events.NAME) == wanted)
        follower.send_signal(signal.SIGINT)
        assert follower.wait(60) == 130 and follower.stderr.read() == ""
    finally:
        follower.kill()
        follower.communicate()


def until(holds):
    """Waits for what another process does, a minute or so at most; what it is still writing is no answer yet."""
    for _ in range(6000):
        with contextlib.suppress(OSError, struct.error, AssertionError, IndexError, ValueError):
            if holds():
                return
        time.sleep(0.01)
    raise AssertionError("it has not come")


def test_tensorboard_itself_reads_them(tmp_path):
    event_accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    (tmp_path / "log.jsonl").write_text(written(*({"step": 10 * i, "hits": i**2} for i in range(5))))
    assert events.main([str(tmp_path)]) == 0
    read = event_accumulator.EventAccumulator(str(tmp_path)).Reload()
    assert [(e.step, e.value) for e in read.Scalars("hits")] == [(10 * i, i**2) for i in range(5)]


def test_a_file_that_cannot_be_written_is_one_line(tmp_path, capsys):
    (tmp_path / "log.jsonl").write_text(written({"loss": 1}))
    (tmp_path / events.NAME).mkdir()
    assert events.main([str(tmp_path)]) == 1
    assert capsys.readouterr().err.count("\n") == 1
