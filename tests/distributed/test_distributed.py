"""One training in several processes: the same bits with as many parts, the same numbers to rounding with others."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from abacus import distributed
from abacus.distributed import start
from abacus.distributed.order import add_in_pairs
from abacus.errors import BadInput

TRAIN = Path(__file__).with_name("train.py")
STEPS = 30
TERMS = 24 * 50  # of the longest sum of products in a step: the batch, then the inputs


def begin(*words):
    command = [sys.executable, "-m", "abacus.distributed", *(str(word) for word in words)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def train(n, dtype="float64", parts=0, *options):
    """What each of n processes says in the end, which must be one and the same."""
    process = begin("-n", n, *options, TRAIN, dtype, parts, STEPS)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0 and not err, err
    said = [json.loads(line) for line in out.splitlines()]
    assert sorted(one["rank"] for one in said) == list(range(n)) and {one["size"] for one in said} == {n}
    assert len({one["weights"] for one in said}) == 1 and all(one["losses"] == said[0]["losses"] for one in said)
    return said[0]["weights"], said[0]["losses"]


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=40), st.integers(0, 4))
def test_neighbours_may_be_summed_beforehand(numbers, power):
    size = 2**power
    blocks = [add_in_pairs(numbers[i : i + size]) for i in range(0, len(numbers), size)]
    assert add_in_pairs(blocks) == add_in_pairs(list(numbers))


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 9), st.integers(0, 9))
def test_the_sum_is_near_the_exact_one(n, seed):
    arrays = np.random.default_rng(seed).standard_normal((n, 100))
    exact, bound = arrays.sum(axis=0), n * np.finfo(float).eps * np.abs(arrays).sum(axis=0)
    assert (np.abs(add_in_pairs(arrays) - exact) <= bound).all()


@pytest.fixture(scope="module")
def alone():
    """One process, its batches cut in four."""
    return train(1, "float32", 4)


def test_one_two_and_four_processes_give_the_same_bits(alone):
    assert train(2, "float32", 4) == train(2, "float32", 4) == train(4, "float32", 4) == alone
    assert alone[1][-1] < alone[1][0]
    assert not list(Path("/dev/shm").glob("abacus-*"))  # nothing is left in shared memory


def test_with_one_part_a_process_they_give_the_same_numbers_to_rounding():
    one, two, four = (np.array(train(n)[1]) for n in (1, 2, 4))
    bound = STEPS * TERMS * np.finfo(float).eps * one.max()
    assert 0 < np.abs(two - one).max() < bound and np.abs(four - one).max() < bound


def test_mpi_gives_the_bits_of_shared_memory(alone):
    pytest.importorskip("mpi4py", reason="mpi4py is not installed: the extra [mpi]")
    assert train(2, "float32", 4, "--mpi") == alone


def test_a_process_that_ends_ends_the_others():
    process = begin("-n", 3, TRAIN, "float32", 0, STEPS, "fail")
    _, err = process.communicate(timeout=60)
    assert process.returncode != 0 and "distributed: process" in err


def test_stopping_the_command_stops_all_processes():
    process = begin("-n", 2, TRAIN, "float32", 0, STEPS, "wait")
    while len(children := _children(process.pid)) < 2:
        time.sleep(0.05)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGTERM
    assert not any(Path(f"/proc/{child}/cmdline").exists() for child in children)


def test_replicas_that_differ_are_refused():
    _, err = begin("-n", 2, TRAIN, "float32", 0, STEPS, "differ").communicate(timeout=60)
    assert "process 1 starts from other weights than process 0" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["-n", 0, TRAIN], "-n 0: wanted at least 1 process"),
        (["--hosts", "nowhere.invalid", TRAIN], "--hosts nowhere.invalid: no such host"),
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
    for name in ("ABACUS_GROUP", *distributed.UNDER_MPI):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "1")
    assert distributed.join().size == 1
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "2")
    with pytest.raises(BadInput, match="srun --mpi=pmi2"):
        distributed.join()


def test_parts_are_a_multiple_of_the_processes_and_no_more_than_the_batch():
    class Three(distributed.Alone):
        size = 3

    with pytest.raises(BadInput, match="parts=4: wanted a multiple of the 3 processes"):
        distributed.Replicas(Three(), {}, 4)
    with pytest.raises(BadInput, match="a batch of 3 examples cannot be cut into 4 parts"):
        from abacus.tensor import Parameter

        replicas = distributed.Replicas(distributed.Alone(), {"w": Parameter(np.ones(2))}, 4)
        replicas.backward(None, (np.ones(3),))


def _children(pid):
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    if not tasks.exists():
        pytest.skip("no /proc to look into")
    return tasks.read_text().split()
