"""A check in a process of its own, which ends: an endless loop, a crash or a flood of print is one sentence here."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import abacus
from tutor.check import Found

CHILD = Path(__file__).with_name("child.py")
SECONDS = 60  # that a check may take; those of this repository take one
SHOWN = 2000  # characters of what the code printed


def check(exercise, path, seconds=SECONDS):
    """(Found, what the learner's code printed) of the file at `path`."""
    with tempfile.TemporaryDirectory() as folder:
        result, said = Path(folder) / "result.json", Path(folder) / "said.txt"
        with open(said, "wb") as out:
            command = [sys.executable, str(CHILD), exercise.key, str(path), str(result)]
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=path.parent,
                env=environment(),
                start_new_session=True,
            )
            late = not ended(child, seconds)
        printed = said.read_bytes()[: 4 * SHOWN].decode("utf-8", "replace")[:SHOWN]
        try:
            return Found(**json.loads(result.read_text(encoding="utf-8"))), printed
        except (OSError, ValueError, TypeError):
            return Found(False, [_lost(late, seconds, child.returncode)]), printed


def ended(child, seconds):
    """Whether a process of its own group ended within so many seconds; whatever is left of the group is killed."""
    try:
        child.wait(seconds)
        return True
    except subprocess.TimeoutExpired:
        return False
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def environment():
    """This process's environment, in which the same abacus is imported, with one thread for each product."""
    paths = [str(Path(abacus.__path__[0]).parent), os.environ.get("PYTHONPATH", "")]
    one = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return os.environ | one | {"PYTHONPATH": os.pathsep.join(filter(None, paths)), "PYTHONDONTWRITEBYTECODE": "1"}


def _lost(late, seconds, status):
    if late:
        return f"no answer within {seconds:g} s, so it was stopped: is there a loop that never ends?"
    how = f"by signal {-status}" if status < 0 else f"with status {status}"
    return f"your code ended the whole program ({how}) before it gave an answer"
