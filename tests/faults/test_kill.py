"""kill -9 at every system call that changes a file, and at any moment; then the same command ends as if nothing had been."""

import shutil
import signal
import time

import commands
import numpy as np
import pytest

CALLS = ["write", "fsync", "rename,renameat,renameat2", "unlink,unlinkat", "mkdir,mkdirat", "truncate,ftruncate"]
SAMPLE = [("rename,renameat,renameat2", 9), ("unlink,unlinkat", 5)]


def killed_at(folder, calls, number, *arguments):
    """The command, killed with -9 as it enters the number-th of these calls; whether it came so far."""
    calls = ",".join(f"?{call}" for call in calls.split(","))
    before = commands.strace(f"signal=KILL:when={number}", folder.parent / "strace.log", calls)
    status, _, _ = commands.command(folder, *arguments, before=before)
    return status != 0


@pytest.mark.parametrize(("calls", "number"), SAMPLE)
def test_a_kill_at_a_system_call_that_changes_a_file_costs_nothing(tracing, walk, whole, calls, number):
    assert killed_at(walk, calls, number, "experiment=walks", "workers=0")
    commands.ends_as(whole, walk, "experiment=walks", "workers=0")


def test_a_kill_of_a_worker_costs_nothing(tracing, walk, whole):
    """Each process counts for itself: two workers are killed at their twentieth fsync, or end before."""
    assert killed_at(walk, "fsync", 20, "experiment=walks", "workers=2")
    commands.ends_as(whole, walk, "experiment=walks", "workers=2")


@pytest.mark.slow
@pytest.mark.parametrize("calls", CALLS)
def test_a_kill_at_every_system_call_that_changes_a_file_costs_nothing(tracing, tmp_path, whole, calls):
    number = 1
    while killed_at(folder := commands.copied(tmp_path / str(number)), calls, number, "experiment=walks", "workers=0"):
        commands.ends_as(whole, folder, "experiment=walks", "workers=0")
        shutil.rmtree(folder)
        number += 1
    print(f"killed at each of {number - 1} calls of {calls}")
    assert commands.left(folder) == whole


@pytest.mark.slow
@pytest.mark.parametrize("calls", ["write", "fsync", "rename,renameat,renameat2"])
def test_a_kill_of_parent_or_worker_at_every_such_call_costs_nothing(tracing, tmp_path, whole, calls):
    number = 1
    while killed_at(folder := commands.copied(tmp_path / str(number)), calls, number, "experiment=walks", "workers=2"):
        commands.ends_as(whole, folder, "experiment=walks", "workers=2")
        shutil.rmtree(folder)
        number += 1
    assert commands.left(folder) == whole


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    folder = commands.copied(tmp_path_factory.mktemp("long") / "walk")
    begun = time.monotonic()
    status, _, err = commands.command(folder, "experiment=long", "workers=2")
    assert status == 0, err
    return commands.left(folder), time.monotonic() - begun


@pytest.mark.parametrize("round", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 20))])
def test_kills_at_random_moments_cost_nothing(walk, long, round):
    """The command is killed again and again, each time a while later, until it ends."""
    end, seconds = long
    rng = np.random.default_rng(round)
    for most in (0.6, 1.1):
        process = commands.start(walk, "experiment=long", "workers=2")
        time.sleep(most * seconds * rng.random())
        process.send_signal(signal.SIGKILL)
        commands.end(process)
    commands.ends_as(end, walk, "experiment=long", "workers=2")
