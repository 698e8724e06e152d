"""Quick tables of many projects, each in a fork of one process that has imported what they need: python -m abacus.launch.together

To start a project's command costs a second, which is more than most tables take. A fork is a process of its own all the
same: it runs `run.py experiment=NAME workers=0` as its reader would, and no table sees what another has read. Its arguments
are how many run at a time and the tasks, [run.py, arguments] as JSON; it answers a line [place, status] for each, in the
order in which they end. When its input ends, the parent is gone: it lets the forks save, and ends.
"""

import contextlib
import importlib
import json
import math
import os
import runpy
import selectors
import signal
import subprocess
import sys
import time
import traceback

from abacus.errors import Unavailable
from abacus.launch import pool

POSSIBLE = hasattr(os, "fork") and sys.platform != "darwin"  # there the system's own libraries do not survive a fork
WAIT_SECONDS = 0.05  # between two looks at forks that are to end
NEEDED = (
    "abacus.launch.compose",
    "abacus.launch.experiment",
    "abacus.launch.worker",
    "abacus.nn",
    "abacus.optim",
    "hydra",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "numba",
    "scipy.linalg",
    "scipy.sparse",
    "scipy.stats",
    "threadpoolctl",
)


class Together:
    """The parent's side: a process that runs the tasks (run.py, arguments), `at_once` at a time. Use as a context manager."""

    def __init__(self, tasks, at_once):
        self.tasks = [json.dumps([str(run_file), arguments]) for run_file, arguments in tasks]
        self.at_once = at_once

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "abacus.launch.together", str(self.at_once), *self.tasks],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | dict.fromkeys(pool.ONE_THREAD, "1"),
            start_new_session=True,
        )
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def ended(self):
        """Yield (place of the task, its exit status) as each of the tasks ends."""
        for _ in self.tasks:
            said = self.process.stdout.readline()
            if not said:
                raise Unavailable("the process that runs the quick tables has ended; finished runs are kept")
            yield json.loads(said)


def serve(at_once, tasks):
    """Run the tasks, and say the status of each."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in NEEDED:
        importlib.import_module(name)
    importlib.import_module("hydra.core.plugins").Plugins.instance()  # it looks for plugins, once
    with contextlib.suppress(BrokenPipeError):
        _loop(at_once, list(enumerate(tasks))[::-1], answers, _woken())


def _loop(at_once, waiting, answers, woken):
    """Fork for each task, say the status of each fork that has ended; at the end of the input stop those that are left."""
    running, patience = {}, 0  # the first look at the input does not wait: the parent may be gone already
    with selectors.DefaultSelector() as events:
        events.register(0, selectors.EVENT_READ)
        events.register(woken, selectors.EVENT_READ)
        while waiting or running:
            for key, _ in events.select(patience):
                if not os.read(key.fd, 2**16) and key.fd == 0:
                    return _stop(running)
            patience = None
            for pid in list(running):
                ended, status = os.waitpid(pid, os.WNOHANG)
                if ended:
                    answers.write(json.dumps([running.pop(pid), os.waitstatus_to_exitcode(status)]) + "\n")
            while waiting and len(running) < at_once:
                place, task = waiting.pop()
                running[_forked(*task)] = place


def _woken():
    """A file that can be read once a child has ended."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


def _stop(running):
    """Let the forks save; one that does not hear this, inside a compiled loop, is killed when its time to save is over."""
    for pid in running:
        os.kill(pid, signal.SIGTERM)
    last = time.monotonic() + pool.SAVE_SECONDS
    while running := [pid for pid in running if os.waitpid(pid, os.WNOHANG) == (0, 0)]:
        if time.monotonic() >= last:
            for pid in running:
                os.kill(pid, signal.SIGKILL)
            last = math.inf
        time.sleep(WAIT_SECONDS)


def _forked(run_file, arguments):
    """The number of a new process that runs the project's command in its folder; what it prints is not shown."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        os.chdir(os.path.dirname(run_file))
        sys.path[0], sys.argv[:] = os.getcwd(), [run_file, *arguments]
        runpy.run_path(run_file, run_name="__main__")
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve(int(sys.argv[1]), [json.loads(task) for task in sys.argv[2:]])
