"""Files of a run that are torn, emptied, altered or lost: the same command ends as the run that nobody disturbed."""

import shutil
import signal
import time

import commands
import numpy as np
import pytest

from abacus import files
from abacus.errors import Damaged
from abacus.evidence import records
from abacus.running.job import Job

HARM = {
    "emptied": lambda body: b"",
    "torn": lambda body: body[: len(body) // 2],
    "altered": lambda body: body[: len(body) // 2] + bytes([body[len(body) // 2] ^ 16]) + body[len(body) // 2 + 1 :],
    "zeroed": lambda body: bytes(len(body)),
    "text": lambda body: b"[1, 2]",
}


@pytest.fixture(scope="module")
def half(tmp_path_factory):
    """A run of `long` that was killed between its checkpoints, and what the whole run leaves."""
    folder = commands.copied(tmp_path_factory.mktemp("half") / "walk")
    process = commands.start(folder, "experiment=long", "workers=1")
    end = time.monotonic() + commands.LIMIT
    while len(list(folder.glob("runs/long/*/0/loop0-*"))) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    commands.end(process)
    other = commands.copied(folder.parent / "whole")
    assert commands.command(other, "experiment=long", "workers=2")[0] == 0
    return folder, commands.left(other)


@pytest.mark.parametrize(
    "harm", ["altered", *(pytest.param(h, marks=pytest.mark.slow) for h in HARM if h != "altered")]
)
@pytest.mark.parametrize("which", ["last checkpoint", "both checkpoints", "log.jsonl"])
def test_a_run_with_damaged_files_goes_on_from_what_is_whole(half, tmp_path, which, harm):
    killed, whole = half
    walk = shutil.copytree(killed, tmp_path / "walk")
    saved = sorted(walk.glob("runs/long/*/0/loop0-*.checkpoint"))
    paths = {
        "last checkpoint": saved[-1:],
        "both checkpoints": saved,
        "log.jsonl": walk.glob("runs/long/*/0/log.jsonl"),
    }
    for path in paths[which]:
        path.write_bytes(HARM[harm](path.read_bytes()))
    commands.ends_as(whole, walk, "experiment=long", "workers=1")


def test_a_lost_log_or_lock_holds_up_nobody(half, tmp_path):
    killed, whole = half
    walk = shutil.copytree(killed, tmp_path / "walk")
    for path in [*walk.glob("runs/long/*/0/log.jsonl"), *walk.glob("runs/long/*/0/.lock")]:
        path.unlink()
    commands.ends_as(whole, walk, "experiment=long", "workers=1")


@pytest.mark.parametrize("harm", ["torn", *(pytest.param(h, marks=pytest.mark.slow) for h in HARM if h != "torn")])
def test_damaged_records_and_results_are_made_again(done, whole, harm):
    assert commands.command(done, "experiment=walks", "workers=0", "write=true")[0] == 0
    written = commands.left(done)
    record = next(done.glob("runs/walks/walk-*/1/record.json"))
    for path in (record, done / "runs" / "walks" / "summary.json", done / "results" / "walks.json"):
        path.write_bytes(HARM[harm](path.read_bytes()))
    status, _, err = commands.command(done, "experiment=walks", "workers=0", "write=true")
    assert status == 0 and "run again" in err and "Traceback" not in err
    assert commands.left(done) == written and written.items() > whole.items()


def test_figures_that_a_kill_left_unwritten_are_written(done):
    """The values stand in results/ only once their figures do."""
    assert commands.command(done, "experiment=walks", "workers=0", "write=true")[0] == 0
    written = commands.left(done)
    assert "results/walks-all.png" in written
    (done / "results" / "walks.json").unlink()
    (done / "results" / "walks-all.png").write_bytes(b"old")
    commands.ends_as(written, done, "experiment=walks", "workers=0", "write=true")


def test_a_damaged_log_of_a_finished_run_is_one_line(done, whole):
    log = next(done.glob("runs/walks/walk-*/1/log.jsonl"))
    log.write_bytes(log.read_bytes()[:-9])
    status, _, err = commands.command(done, "experiment=walks", "workers=0")
    assert status == 1 and str(log) in err and err.count("\n") == 1
    shutil.rmtree(log.parent)
    commands.ends_as(whole, done, "experiment=walks", "workers=0")


def test_a_run_that_is_stopped_after_its_last_round_still_knows_its_streams(tmp_path):
    """Else its table would take it for deterministic, and leave out the other seeds."""
    walker = {"place": np.zeros(2)}
    job = Job("row", 0, tmp_path, stopping=lambda: walker["place"].any())
    with pytest.raises(KeyboardInterrupt):
        for _ in job.epochs(1, walker):
            walker["place"] += job.rng("walk").normal(size=2)
    job.close(finished=False)
    again, fresh = Job("row", 0, tmp_path), {"place": np.zeros(2)}
    assert list(again.epochs(1, fresh)) == [] and (fresh["place"] == walker["place"]).all()
    assert again.streams == {"walk"}


def test_a_line_of_the_log_that_a_kill_cut_is_dropped(tmp_path):
    walker = {"place": np.zeros(2)}
    job = Job("row", 0, tmp_path, stopping=lambda: True)
    with pytest.raises(KeyboardInterrupt):
        for epoch in job.epochs(2, walker):
            job.log(epoch=epoch)
    with open(tmp_path / "log.jsonl", "a") as log:
        log.write('{"epoch": 1}\n{"epo')
    assert list(Job("row", 0, tmp_path).epochs(2, walker)) == [1]
    assert (tmp_path / "log.jsonl").read_text() == '{"epoch": 0}\n'


def test_half_written_files_of_dead_processes_are_swept(tmp_path):
    for name in (".record.json.999999999.part", ".loop0-1.checkpoint.999999999.part", "kept.part"):
        (tmp_path / name).write_bytes(b"half")
    Job("row", 0, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"kept.part", "log.jsonl"}
    (tmp_path / ".x.999999999.part").write_bytes(b"half")
    (tmp_path / ".x.1.part").write_bytes(b"of a process that lives")
    files.sweep(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"kept.part", "log.jsonl", ".x.1.part"}


@pytest.mark.parametrize("lost", sorted(records.KINDS))
def test_a_record_that_lacks_something_is_damaged_however_well_signed(tmp_path, lost):
    record = {"rows": ["a"], "seed": 0, "settings": {}, "code": "0", "values": {"a": {"x": 1}}, "diverged": None}
    record |= {"streams": [], "data": {}, "trail": [], "meta": {"seconds": 1.0, "peak_mb": 3}}
    records.write(tmp_path / "record.json", record)
    assert records.read(tmp_path / "record.json") == record
    for wrong in ({k: v for k, v in record.items() if k != lost}, record | {lost: 0.5}):
        records.write(tmp_path / "record.json", wrong)
        with pytest.raises(Damaged, match="record"):
            records.read(tmp_path / "record.json")
