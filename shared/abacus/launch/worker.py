"""The worker's side: a process of its own that runs one (row, seed) after the other, with one BLAS thread.

It reads a task a line (JSON) from its standard input and answers with messages a line: {"fraction", "text"},
{"print"}, {"done"}, {"stopped"}, {"failed", "status"}. When its input ends, the parent is gone, and so is it.
"""

import contextlib
import io
import json
import os
import platform
import queue
import signal
import sys
import threading
import time
import traceback
from pathlib import Path

from abacus import data, records
from abacus.errors import BadInput, Damaged, Unavailable
from abacus.job import Job, Stopped

WAIT_SECONDS = 0.2  # between two looks at a lock that another command holds


def serve(run, Config, run_many):
    """Answer the parent's tasks until it closes the pipe."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    tasks, stop = queue.Queue(), threading.Event()
    threading.Thread(target=_listen, args=(tasks,), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("SIGTERM", "SIGUSR1", "SIGUSR2"):  # the last two: how a cluster announces the end of a job's time
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop.set())

    def tell(**message):
        answers.write(json.dumps(message) + "\n")

    while True:
        task = tasks.get()
        tell(**answer(task, run, Config, run_many, tell, stop.is_set))


def answer(task, run, Config, run_many, tell, stopping):
    """Perform one task and write its records; the message that ends it. Only a bug in the project keeps its traceback."""
    try:
        with _locked(Path(task["folders"][0]), tell, stopping):
            if all(_finished(Path(folder)) for folder in task["folders"]):
                return {"done": True, "again": True}
            _perform(task, run, Config, run_many, tell, stopping)
        return {"done": True}
    except Stopped:
        return {"stopped": True}
    except (BadInput, Unavailable) as error:
        return {"failed": str(error), "status": 2 if isinstance(error, BadInput) else 1}
    except (OSError, MemoryError) as error:
        return {"failed": f"{type(error).__name__}: {error}", "status": 1}
    except Exception as error:
        return {"failed": "".join(traceback.format_exception(type(error), error, _projects(error))), "status": 1}


def _perform(task, run, Config, run_many, tell, stopping):
    from abacus.launch.compose import to_object

    config, started = to_object(Config, task["config"]), time.time()
    _forget_peak()
    reports = {}

    def report(seed):
        def one(fraction, text):
            reports[seed] = fraction
            tell(fraction=sum(reports.values()) / len(task["seeds"]), text=text)

        return one

    jobs = [
        Job(task["row"], seed, folder, report(seed), stopping, task["board"])
        for seed, folder in zip(task["seeds"], task["folders"], strict=True)
    ]
    clock = time.monotonic()
    try:
        with _printing(jobs[0].folder / "output.txt", task["show"], tell):
            outcomes = _outcomes(config, jobs, run, run_many)
    finally:
        for job in jobs:
            job.close(finished=False)
    meta = {
        "seconds": round((time.monotonic() - clock) / len(jobs), 3),
        "peak_mb": _peak_mb(),
        "started": round(started),
        **task["meta"],
    }
    for job, (values, diverged) in zip(jobs, outcomes, strict=True):
        record = {
            "row": task["row"],
            "seed": job.seed,
            "key": task["key"],
            "values": values,
            "diverged": diverged,
            "streams": sorted(job.streams),
            "data": {name: data.fingerprint(name) for name in sorted(data.opened())},
            "meta": meta | {"versions": _versions()},
        }
        records.write(job.folder / "record.json", record)
    for job in jobs:  # not before: until the last record stands a kill must cost no more than the last checkpoint
        job.close(finished=True)


def _outcomes(config, jobs, run, run_many):
    """(values, why it diverged) of each job. A FloatingPointError is a diverged seed: a record without values."""
    if run_many is None:
        return [_outcome(job, lambda job=job: run(config, job)) for job in jobs]
    returned = run_many(config, jobs)
    return [_outcome(job, lambda values=values: values) for job, values in zip(jobs, returned, strict=True)]


def _projects(error):
    """The error's traceback from where the project's own code begins."""
    frames = error.__traceback__
    while frames.tb_next and Path(frames.tb_frame.f_code.co_filename).is_relative_to(Path(__file__).parent):
        frames = frames.tb_next
    return frames


def _outcome(job, values):
    try:
        returned = values()
        if not isinstance(returned, dict):
            raise TypeError(f"run returned {type(returned).__name__}, wanted a dict: {{column: value}}")
        return {str(column): _plain(column, value) for column, value in returned.items()}, None
    except FloatingPointError as error:
        return None, f"{error}" if " at " in str(error) else f"{error} {job.where}".strip()


def _plain(column, value):
    """A value as the record holds it: a number, or [number, spread]. FloatingPointError where it is not finite."""
    numbers = [
        float(v) if not isinstance(v, int) else v
        for v in (value if isinstance(value, (tuple, list)) else (_item(value),))
    ]
    for number in numbers:
        if number != number or number in (float("inf"), -float("inf")):
            raise FloatingPointError(f"{column} is {number}")
    return numbers if len(numbers) > 1 else numbers[0]


def _item(value):
    return value.item() if hasattr(value, "item") else value


def _finished(folder):
    try:
        return records.read(folder / "record.json") is not None
    except Damaged:
        return False


def _listen(tasks):
    for line in sys.stdin:
        tasks.put(json.loads(line))
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
    with open(folder / ".lock", "w") as file:
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


@contextlib.contextmanager
def _printing(path, show, tell):
    """What the project prints goes to output.txt in the run's folder, and to the terminal where it is the only run."""

    class Copy(io.TextIOBase):
        def write(self, text):
            file.write(text)
            if show:
                tell(print=text)
            return len(text)

    with open(path, "w", encoding="utf-8") as file, contextlib.redirect_stdout(Copy()):
        yield


def _forget_peak():
    """The peak of the memory counts from now on (Linux): a small run's is not that of a large one before it."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak_mb():
    try:
        import resource
    except ImportError:
        return None
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))


def _versions():
    modules = {name: sys.modules[name].__version__ for name in ("numpy", "scipy", "numba") if name in sys.modules}
    return {"python": platform.python_version(), **modules}
