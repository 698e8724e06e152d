"""The worker's side: a process of its own that performs one task after the other, with one BLAS thread.

It reads a task a line (JSON) from its standard input and answers with messages a line: {"fraction", "text"},
{"print"}, {"heard"} (a signal to stop), {"done"}, {"stopped"}, {"compared"}, {"failed", "status"}. When its input ends, the
parent is gone, and so is it.
"""

import contextlib
import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

from abacus import files
from abacus.errors import BadInput, Damaged, Unavailable
from abacus.evidence import records
from abacus.launch import store
from abacus.launch import task as tasks
from abacus.launch.studies import stamps
from abacus.running.job import Stopped

WAIT_SECONDS = 0.2  # between two looks at a lock that another command holds


def serve(studies):
    """Answer the parent's tasks until it closes the pipe; `studies` is {name: Study}."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    waiting, asked, heard, turn = queue.Queue(), [], queue.SimpleQueue(), threading.Lock()

    def tell(**message):
        with turn:
            answers.write(json.dumps(message) + "\n")

    def hear(signum, _):  # only what may be interrupted by itself
        asked.append(signum)
        heard.put(signum)

    threading.Thread(target=_listen, args=(waiting,), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGUSR1", "SIGUSR2"):  # the last two: how a cluster announces the end of a job's time
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), hear)

    threading.Thread(target=_say_heard, args=(heard, tell), daemon=True).start()
    task = waiting.get()
    edited = _edited(task["sources"])
    while True:
        tell(**(edited or answer(task, studies[task["study"]], tell, lambda: asked)))
        task = waiting.get()


def _edited(sources):
    """What to answer where this process may have imported other code than its parent has named; None where not."""
    changed = [path for path, stamp in stamps(sources).items() if stamp != sources[path]]
    if not changed:
        return None
    said = f"{Path(changed[0]).name} was changed while this command was at work; the same command goes on, with today's code"
    return {"failed": said, "status": 1}


def answer(task, study, tell, stopping):
    """Perform one task; the message that ends it. Only a bug in the project keeps its traceback."""
    try:
        with _locked(Path(task["folders"][0]), tell, stopping):
            if "known" in task:
                return {"compared": tasks.compare(task, study, tell, stopping)}
            if not all(_finished(Path(folder), task["rows"]) for folder in task["folders"]):
                tasks.perform(task, study, tell, stopping)
        return {"done": True}
    except Stopped:
        return {"stopped": True}
    except (BadInput, Unavailable) as error:
        return {"failed": str(error), "status": 2 if isinstance(error, BadInput) else 1}
    except (OSError, MemoryError) as error:
        return {"failed": f"{type(error).__name__}: {error}", "status": 1}
    except Exception as error:
        return {"failed": "".join(traceback.format_exception(type(error), error, _projects(error))), "status": 1}


def _projects(error):
    """The error's traceback from where the project's own code begins."""
    frames = error.__traceback__
    while frames.tb_next and Path(frames.tb_frame.f_code.co_filename).is_relative_to(Path(__file__).parent):
        frames = frames.tb_next
    return frames


def _finished(folder, rows):
    """Whether a record of these rows and of today's data stands in the folder; another one goes."""
    try:
        record = records.read(folder / "record.json")
    except Damaged:
        return False
    if record is not None and record["rows"] == rows and store.is_current(record):
        return True
    (folder / "record.json").unlink(missing_ok=True)
    return False


def _say_heard(heard, tell):
    """Say of each signal that it was heard: a process whose compiled loop keeps Python from hearing does not."""
    while heard.get():
        tell(heard=True)


def _listen(waiting):
    for line in sys.stdin:
        waiting.put(json.loads(line))
    os._exit(0)


@contextlib.contextmanager
def _locked(folder, tell, stopping):
    """Two commands never work on the same run: the second waits for the first. The lock of a dead process is free."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        import fcntl
    except ImportError:
        yield
        return
    with files.opened(folder / ".lock", "w") as file:
        while not _taken(file, fcntl):
            if stopping():
                raise Stopped
            tell(fraction=0, text="another command is at this run: waiting")
            time.sleep(WAIT_SECONDS)
        yield


def _taken(file, fcntl):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
