"""One training in several processes: the same bits with as many parts, the same numbers to rounding with others."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import group
import reducing
import start
import test_child
import train as program
from abacus.errors import BadInput, Unavailable

HERE = Path(__file__).parent
CHILD = HERE / "test_child.py"
STEPS = 30
TERMS = 24 * 50  # of the longest sum of products in a step: the batch, then the inputs


def begin(*words):
    command = [sys.executable, HERE / "start.py", *(str(word) for word in words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def train(n, dtype, parts, *options):
    """What each of n processes says in the end, which must be one and the same."""
    process = begin("-n", n, *options, CHILD, "learn", dtype, parts, STEPS)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0 and not err, err
    said = [json.loads(line) for line in out.splitlines()]
    assert sorted(one["rank"] for one in said) == list(range(n)) and {one["size"] for one in said} == {n}
    assert len({one["weights"] for one in said}) == 1 and all(one["losses"] == said[0]["losses"] for one in said)
    return said[0]["weights"], said[0]["losses"]


@pytest.fixture(scope="module")
def alone():
    """One process, its batches cut in four."""
    return train(1, "float32", 4)


def test_one_two_and_four_processes_give_the_same_bits(alone):
    assert train(2, "float32", 4) == train(4, "float32", 4) == alone
    assert alone[1][-1] < alone[1][0]
    assert not list(Path("/dev/shm").glob("abacus-*"))  # nothing is left in shared memory


def test_with_other_parts_they_give_the_same_numbers_to_rounding(alone):
    four, one = np.array(alone[1]), np.array(train(1, "float32", 1)[1])
    assert 0 < np.abs(four - one).max() < STEPS * TERMS * np.finfo(np.float32).eps * one.max()


def test_mpi_gives_the_bits_of_shared_memory(alone):
    pytest.importorskip("mpi4py", reason="mpi4py is not installed: the extra [mpi]")
    assert train(2, "float32", 4, "--mpi") == alone


@pytest.mark.parametrize("how", [[], ["--mpi"]])
def test_a_process_that_ends_ends_the_others(how):
    if how:
        pytest.importorskip("mpi4py", reason="mpi4py is not installed: the extra [mpi]")
    process = begin("-n", 3, *how, CHILD, "fail")
    _, err = process.communicate(timeout=60)
    assert process.returncode != 0 and "start: process" in err


def test_a_process_that_is_killed_ends_the_others():
    process = begin("-n", 2, CHILD, "wait")
    children = _children(process.pid, 2)
    os.kill(int(children[0]), signal.SIGKILL)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGKILL and "start: process 0 ended with status -9" in err
    assert not any(map(_runs, children))


def test_stopping_the_command_stops_all_processes():
    process = begin("-n", 2, CHILD, "wait")
    children = _children(process.pid, 2)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert not any(map(_runs, children))


def test_killing_the_command_ends_its_processes_when_they_next_meet():
    process = begin("-n", 2, CHILD, "sum")
    children = _children(process.pid, 2)
    process.kill()
    for child in children:
        for _ in range(1000):
            if not _runs(child):
                break
            time.sleep(0.05)
        assert not _runs(child)
    process.communicate(timeout=60)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["learn", "float32", 0, STEPS, "01"], "process 1 starts from other weights than process 0"),
        (["lengths"], "process 1 sums an array of 32 bytes where process 0 has 24"),
    ],
)
def test_processes_that_do_not_fit_together_are_refused(words, said):
    process = begin("-n", 2, CHILD, *words)
    assert said in process.communicate(timeout=60)[1] and process.returncode


def test_what_a_group_prints_can_be_read_line_by_line():
    said = list(start.lines(reducing.main, [2**12], 2, "shared memory"))
    assert [line["bytes"] for line in said] == [2**10, 2**12] and all(line["seconds"] > 0 for line in said)
    with pytest.raises(Unavailable, match="ended with status 7"):
        list(start.lines(test_child.add, ["fail"], 1, "shared memory"))
    with pytest.raises(BadInput, match="--batch 0: wanted at least 1"):
        list(start.lines(program.main, ["dense", "--batch=0"], 1, "shared memory"))


def test_who_stops_listening_ends_the_group():
    listening = start.lines(program.main, ["dense", "--json", "--steps=1000000"], 1, "shared memory")
    assert next(listening)["step"] == 0
    here = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children")
    children = here.read_text().split() if here.exists() else []
    listening.close()
    assert not any(map(_runs, children))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-n", 0, CHILD], "-n 0: wanted at least 1 process"),
        (["--hosts", "nowhere.invalid", CHILD], "--hosts nowhere.invalid: no such host"),
    ],
)
def test_a_wrong_argument_is_one_line(words, said):
    if "--hosts" in words:
        pytest.importorskip("mpi4py", reason="mpi4py is not installed: the extra [mpi]")
    process = begin(*words)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 2 and said in err and err.count("\n") == 1


def test_without_mpi_the_extra_is_named(monkeypatch):
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BadInput, match=r"no mpi4py here: pip install \"abacus-ml\[mpi\]\""):
        start.by_mpi(["train.py"], 2)


def test_processes_that_cannot_find_each_other_are_not_taken_for_lonely_ones(monkeypatch):
    for name in ("ABACUS_GROUP", *group.UNDER_MPI):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "1")
    assert group.join().size == 1
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "2")
    with pytest.raises(BadInput, match="srun --mpi=pmi2"):
        group.join()


def _children(pid, n):
    """The process ids of the n children, once they are there."""
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    if not tasks.exists():
        pytest.skip("no /proc to look into")
    while len(children := tasks.read_text().split()) < n:
        time.sleep(0.05)
    return children


def _runs(pid):
    """Whether the process is there, and not only waits for its parent to hear that it has ended."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return False
