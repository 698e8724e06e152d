"""Asked to stop: a checkpoint, the status that says so, and the same command goes on; also while it still begins or waits."""

import fcntl
import os
import signal
import time

import commands
import pytest

from abacus.launch import pool


def until(true):
    end = time.monotonic() + commands.LIMIT
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_second_interrupt_ends_it_at_once_and_costs_nothing(walk):
    process = commands.start(walk, "experiment=long", "pause=5", "workers=2")
    until(lambda: list(walk.glob("runs/*/*/0/log.jsonl")))
    process.send_signal(signal.SIGINT)
    until(lambda: "stopping at the next checkpoint" in process.stderr.readline())
    process.send_signal(signal.SIGINT)
    status, _, err = commands.end(process)
    assert status == 130 and "goes on from here" in err and "Traceback" not in err


def test_a_stop_while_the_workers_still_begin_is_a_stop(walk):
    """A worker that has not come so far as to hear the signal dies of it, which is no error."""
    late = 'import os, time\nif "ABACUS_WORKER" in os.environ:\n    open("begun", "w").close()\n    time.sleep(60)\n'
    (walk / "run.py").write_text(late + (walk / "run.py").read_text())
    process = commands.start(walk, "workers=1")
    until((walk / "begun").exists)
    process.send_signal(signal.SIGTERM)
    status, _, err = commands.end(process)
    assert status == 143 and "SIGTERM" in err and "Traceback" not in err


DEAF = """def run(cfg: Config, job):
    open("begun", "w").write(str(os.getpid()))
    any(itertools.repeat(False))  # for ever, and no line of Python: no handler of a signal runs meanwhile


if __name__ == "__main__":
    pool.SAVE_SECONDS = 0
    launch(run)
"""


def deaf(walk):
    """Make the study one that hears no signal, and the patience with such a one none at all."""
    begin = (walk / "run.py").read_text().partition("def run(")[0]
    imports = "from abacus.launch import launch, pool\n"
    begin = begin.replace("from abacus.launch import launch\n", f"import itertools\nimport os\n\n{imports}")
    (walk / "run.py").write_text(begin + DEAF)


def gone(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_a_worker_that_hears_no_signal_is_killed(walk):
    deaf(walk)
    process = commands.start(walk, "workers=1", "rounds=1", "pause=0")
    until(lambda: (walk / "begun").exists() and (walk / "begun").read_text())
    process.send_signal(signal.SIGTERM)
    status, _, err = commands.end(process)
    assert status == 143 and "SIGTERM" in err and "Traceback" not in err
    assert gone(int((walk / "begun").read_text()))


class Worker:
    """A process as the pool sees it; what is done with it."""

    def __init__(self, busy, heard):
        self.task, self.heard, self.done, self.process = {} if busy else None, heard, [], self

    def terminate(self):
        self.done.append("asked")

    def kill(self):
        self.done.append("killed")


def test_who_has_heard_is_asked_again_and_killed_once_it_hears_no_more():
    """A long round between two compiled loops is waited for; a loop that begins after the signal is not."""
    hearing, deaf, idle = Worker(True, True), Worker(True, False), Worker(False, False)
    asking = pool.Pool("run.py", 3)
    asking.workers = [hearing, deaf, idle]
    asking._ask_again()
    assert (hearing.done, deaf.done, idle.done) == (["asked"], ["killed"], [])
    hearing.heard = True  # it has answered
    asking._ask_again()
    asking._ask_again()
    assert hearing.done == ["asked", "asked", "killed"] and idle.done == []


def test_a_command_that_waits_for_another_can_be_stopped_and_the_lock_of_the_dead_is_free(walk, whole):
    process = commands.start(walk, "experiment=walks", "workers=1")
    until(lambda: list(walk.glob("runs/*/walk-*/0/.lock")))
    process.kill()
    commands.end(process)
    lock = next(walk.glob("runs/*/walk-*/0/.lock"))
    with open(lock, "w") as held:
        until(lambda: _locked(held))
        before = lock.stat().st_mtime_ns
        process = commands.start(walk, "experiment=walks", "workers=1", "rows=walk", "seed=0")
        until(lambda: lock.stat().st_mtime_ns > before)  # the worker has opened it
        process.send_signal(signal.SIGTERM)
        status, _, err = commands.end(process)
        assert status == 143 and "Traceback" not in err
    commands.ends_as(whole, walk, "experiment=walks")


def _locked(file):
    """The worker of the killed command ends when it finds its parent gone."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@pytest.mark.parametrize("round", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 12))])
@pytest.mark.parametrize("signum", [pytest.param(signal.SIGINT, marks=pytest.mark.slow), signal.SIGTERM])
def test_a_stop_at_any_moment_costs_nothing(walk, whole, signum, round):
    process = commands.start(walk, "experiment=walks", "workers=2")
    time.sleep(0.25 * round + 0.5)
    process.send_signal(signum)
    status, _, err = commands.end(process)
    assert status in (0, 128 + signum, -signum), err
    assert "Traceback" not in err or "KeyboardInterrupt" in err, err  # Python itself, before a line of ours has run
    commands.ends_as(whole, walk, "experiment=walks", "workers=2")


@pytest.mark.slow
def test_two_commands_at_once_end_as_one(walk, whole):
    both = [commands.start(walk, "experiment=walks", "workers=2") for _ in range(2)]
    for process in both:
        status, _, err = commands.end(process)
        assert status == 0, err
    assert commands.left(walk) == whole
