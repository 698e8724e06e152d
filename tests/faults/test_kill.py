"""kill -9 at every system call that changes a file, and at any moment; then the same command ends as if nothing had been."""

import functools
import os
import shutil
import signal
import time

import commands
import numpy as np
import pytest

CALLS = ["write", "fsync", "rename,renameat,renameat2", "unlink,unlinkat", "mkdir,mkdirat", "truncate,ftruncate"]
WALKS = ("experiment=walks", "workers=0")
SHORT = ("experiment=short", "workers=1")
WORKER = """import os, sys
if "ABACUS_WORKER" in os.environ and "STRACE" in os.environ:
    words = os.environ.pop("STRACE").split("\\n")
    os.execvp(words[0], [*words, sys.executable, *sys.orig_argv[1:]])
"""


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """`undisturbed(*arguments)` is {path: content} that the command leaves."""

    @functools.cache
    def end(*arguments):
        folder = commands.copied(tmp_path_factory.mktemp("whole") / "walk")
        status, _, err = commands.command(folder, *arguments)
        assert status == 0, err
        return commands.left(folder)

    return end


def killed_at(folder, arguments, who, calls, number):
    """The command, its process `who` killed with -9 as it enters the number-th of these calls; whether it came so far.

    strace counts the calls of each process for itself. `who` is "any": the first that comes so far, parent or worker;
    "parent": it alone is traced; "worker": it puts itself under strace as it begins (-D: it stays its parent's child).
    """
    calls = ",".join(f"?{call}" for call in calls.split(","))
    how = {"any": ["-f"], "parent": [], "worker": ["-D", "-f"]}[who]
    before = commands.strace(f"signal=KILL:when={number}", folder.parent / "strace.log", calls, how)
    environment = {}
    if who == "worker":
        (folder.parent / "sitecustomize.py").write_text(WORKER)
        paths = os.pathsep.join([str(folder.parent), os.environ.get("PYTHONPATH", "")])
        before, environment = [], {"STRACE": "\n".join(before), "PYTHONPATH": paths}
    status, _, err = commands.command(folder, *arguments, before=before, environment=environment)
    assert status in (0, -signal.SIGKILL) or "killed by signal 9" in err, err
    return status != 0


@pytest.mark.parametrize(("calls", "number"), [("rename,renameat,renameat2", 9), ("unlink,unlinkat", 5)])
def test_a_kill_at_a_system_call_that_changes_a_file_costs_nothing(tracing, walk, whole, calls, number):
    assert killed_at(walk, WALKS, "any", calls, number)
    commands.ends_as(whole, walk, *WALKS)


def test_a_kill_of_a_worker_costs_nothing(tracing, walk, whole):
    """Two workers are killed at their twentieth fsync, or end before."""
    arguments = ("experiment=walks", "workers=2")
    assert killed_at(walk, arguments, "any", "fsync", 20)
    commands.ends_as(whole, walk, *arguments)


@pytest.mark.slow
@pytest.mark.parametrize("calls", CALLS)
@pytest.mark.parametrize(
    ("arguments", "who"),
    [(WALKS, "any"), (("experiment=walks", "workers=2"), "any"), (SHORT, "parent"), (SHORT, "worker")],
    ids=["one process", "parent or worker", "parent", "worker"],
)
def test_a_kill_at_every_system_call_that_changes_a_file_costs_nothing(
    tracing, tmp_path, undisturbed, arguments, who, calls
):
    """The command is killed at its first such call, at its second, ... until it comes to its end.

    With two workers the runs fall to them as they come, and so do the calls: what is killed at the number-th call
    differs from time to time. With one worker and one run, each call of the parent and each of the worker has its turn.
    """
    whole, number = undisturbed(*arguments), 1
    while killed_at(folder := commands.copied(tmp_path / str(number)), arguments, who, calls, number):
        commands.ends_as(whole, folder, *arguments)
        shutil.rmtree(folder)
        number += 1
    print(f"killed at each of {number - 1} calls of {calls}")
    assert commands.left(folder) == whole


@pytest.fixture(scope="module")
def long(undisturbed):
    begun = time.monotonic()
    end = undisturbed("experiment=long", "workers=2")
    return end, time.monotonic() - begun


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
