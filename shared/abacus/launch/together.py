"""Quick tables of many projects, each in a fork of one process that has imported what they need: python -m abacus.launch.together

To start a project's command costs a second, which is more than most tables take. A fork is a process of its own all the
same: it runs `run.py experiment=NAME workers=0` as its reader would, and no table sees what another has read. The process
reads a task a line (JSON: "folder", "arguments") and answers each with its "status", in the order in which they end.
When its input ends, the parent is gone: it lets the forks save, and ends.
"""

import contextlib
import importlib
import json
import os
import runpy
import selectors
import signal
import subprocess
import sys
import traceback

from abacus.errors import Unavailable
from abacus.launch.pool import ONE_THREAD

POSSIBLE = hasattr(os, "fork") and sys.platform != "darwin"  # there the system's own libraries do not survive a fork
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
    """The parent's side: `run` as a context manager's method; `at_once` tables at a time."""

    def __init__(self, at_once):
        self.at_once = at_once

    def __enter__(self):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "abacus.launch.together"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            env=os.environ | dict.fromkeys(ONE_THREAD, "1"),
            start_new_session=True,
        )
        return self

    def __exit__(self, *_):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()

    def run(self, tasks):
        """Yield (place of the task, its exit status) as each of the tasks (folder, arguments) ends."""
        tasks, sent = list(tasks), 0
        for done in range(len(tasks)):
            while sent < min(len(tasks), done + self.at_once):
                folder, arguments = tasks[sent]
                self.process.stdin.write(json.dumps([sent, str(folder), arguments]) + "\n")
                sent += 1
            said = self.process.stdout.readline()
            if not said:
                raise Unavailable("the process that runs the quick tables has ended; finished runs are kept")
            yield json.loads(said)


def serve():
    """Answer the tasks of standard input until it ends."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    for name in NEEDED:
        importlib.import_module(name)
    importlib.import_module("hydra.core.plugins").Plugins.instance()  # it looks for plugins, once
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(BrokenPipeError):
        _loop(answers, _woken())


def _loop(answers, woken):
    """Fork for each task, say the status of each fork that has ended; at the end of the input stop those that are left."""
    running, given = {}, b""
    with selectors.DefaultSelector() as events:
        events.register(0, selectors.EVENT_READ)
        events.register(woken, selectors.EVENT_READ)
        while True:
            for key, _ in events.select():
                read = os.read(key.fd, 2**16)
                if key.fd == 0 and not read:
                    return _stop(running)
                *lines, given = (given + read).split(b"\n") if key.fd == 0 else [given]
                for place, folder, arguments in map(json.loads, lines):
                    running[_forked(folder, arguments)] = place
            for pid in list(running):
                ended, status = os.waitpid(pid, os.WNOHANG)
                if ended:
                    answers.write(json.dumps([running.pop(pid), os.waitstatus_to_exitcode(status)]) + "\n")


def _woken():
    """A file that can be read once a child has ended."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    return reading


def _stop(running):
    for pid in running:
        os.kill(pid, signal.SIGTERM)
    for pid in running:
        os.waitpid(pid, 0)


def _forked(folder, arguments):
    """The number of a new process that runs the project's command in `folder`; what it prints is not shown."""
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
        os.chdir(folder)
        sys.path[0], sys.argv[:] = folder, ["run.py", *arguments]
        runpy.run_path(os.path.join(folder, "run.py"), run_name="__main__")
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    serve()
