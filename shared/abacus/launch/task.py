"""One task of a worker: a run of one seed (or of a block of seeds at once), whose records it leaves."""

import contextlib
import io
import math
import sys
import time
from pathlib import Path

from abacus import files, typed
from abacus.evidence import records
from abacus.launch import here, watched
from abacus.running import trail
from abacus.running.job import Job


def perform(task, study, tell, stopping):
    """Run the task's seeds and write their records."""
    started, clock = time.time(), time.monotonic()
    _forget_peak()
    jobs = _jobs(task, tell, stopping)
    outcomes = _run(task, study, jobs, tell)
    meta = {
        "seconds": round((time.monotonic() - clock) / len(jobs), 3),
        "peak_mb": _peak_mb(),
        "started": round(started),
        **task["meta"],
    }
    for job, (values, diverged) in zip(jobs, outcomes, strict=True):
        records.write(job.folder / "record.json", _record(task, job, values, diverged, meta))
    for job in jobs:  # not before: until the last record stands a kill must cost no more than the last checkpoint
        job.close(finished=True)


def compare(task, study, tell, stopping):
    """Run the first seed again and compare it with `task["known"]`, the trail and the values of its record.

    {"same", "whole", "where" it differs, "trail", "rounds", "called", "unfinished", "later", "versions"}. Where the known
    trail is empty, the run goes to its end, else until `task["seconds"]` are over; then it hastens there, so that what
    runs only `later` is known (None where it fails on the way, half trained as its network is).
    """
    known = task["known"]
    seconds = task["seconds"] if known["trail"] else None
    patient = seconds is None or known["seconds"] <= seconds  # it may come to its end
    said = {"same": True, "whole": False, "unfinished": []}

    def hastened():
        said.update(unfinished=_stack(sys._getframe(1)), called=sorted(watched.called()))

    compared = {"known": known["trail"] or None, "seconds": seconds, "patient": patient, "hastened": hastened}
    jobs = _jobs(task, tell, stopping, **compared)
    try:
        values, _ = _run(task, study, jobs, tell)[0]
        if jobs[0].hastens:
            return said | {"later": sorted(watched.called())} | _left(jobs[0])
        begins = jobs[0].trail[: len(known["trail"])] == known["trail"]
        said |= {"whole": True, "same": _alike(values, known["values"]) and begins}
        if not said["same"]:
            said["where"] = "at its end"
    except trail.Differs as error:
        said |= {
            "same": False,
            "where": f"from round {error.round} on" + f" of loop {error.loop + 1}" * bool(error.loop),
        }
    except Exception:  # of a run that was hastened: nothing is known of what comes after
        if not jobs[0].hastens:
            raise
    called = said.get("called", sorted(watched.called()))
    return said | {"called": called, "later": None} | _left(jobs[0])


def _left(job):
    return {"trail": job.trail, "rounds": job.rounds, "versions": here.versions()}


def _alike(values, known):
    """Whether today's values by row are those of the record; rows that it does not name as its own do not count."""
    return values == known if None in (values, known) else {row: values.get(row) for row in known} == known


def _stack(frame):
    """[(file, function, line)] of the functions that are under way."""
    found = []
    while frame:
        code = frame.f_code
        found.append((code.co_filename, code.co_qualname.partition(".<locals>")[0], frame.f_lineno))
        frame = frame.f_back
    return found


def _jobs(task, tell, stopping, **compared):
    """The Jobs of a task; what its first is compared with, where it is."""
    reports = {}

    def report(seed):
        def one(fraction, text):
            reports[seed] = fraction
            tell(fraction=sum(reports.values()) / len(task["seeds"]), text=text)

        return one

    block = len(task["seeds"]) > 1
    return [
        Job(
            task["rows"][0],
            seed,
            folder,
            report(seed),
            stopping,
            task["rows"],
            block=block,
            **(compared if seed == task["seeds"][0] else {}),
        )
        for seed, folder in zip(task["seeds"], task["folders"], strict=True)
    ]


def _run(task, study, jobs, tell):
    """[(values by row, why it diverged)] of the jobs."""
    config = typed.build(study.Config, task["settings"])
    try:
        with _printing(jobs[0].folder / "output.txt", task["show"], tell):
            if study.run_many is None:
                return [_outcome(job, lambda job=job: study.run(config, job)) for job in jobs]
            returned = study.run_many(config, jobs)
            return [_outcome(job, lambda values=values: values) for job, values in zip(jobs, returned, strict=True)]
    finally:
        for job in jobs:
            job.close(finished=False)


def _record(task, job, values, diverged, meta):
    return {
        "rows": task["rows"],
        "seed": job.seed,
        "settings": task["settings"],
        "code": task["code"],
        "data": records.read_data(),
        "values": values,
        "diverged": diverged,
        "streams": sorted(job.streams),
        "trail": job.trail,
        "meta": meta | {"versions": here.versions()},
    }


def _outcome(job, values):
    """({row: {column: value}}, None), or (None, why): a FloatingPointError is a diverged seed, a record without values."""
    try:
        returned = values()
        if job.diverged:
            return None, job.diverged
        if not isinstance(returned, dict):
            raise TypeError(f"the study returned {type(returned).__name__}, wanted a dict: {{column: value}}")
        return _by_row(job.rows, returned), None
    except FloatingPointError as error:
        return None, f"{error}" if " at " in str(error) else f"{error} {job.where}".strip()


def _by_row(rows, returned):
    """What a study returned as {row: {column: value}}."""
    nested = {isinstance(value, dict) for value in returned.values()}
    if nested == {True}:
        missing = [row for row in rows if row not in returned and rows != ["run"]]
        if missing:
            raise TypeError(f"the study returned no values of the row {missing[0]}; it returned {', '.join(returned)}")
        return {str(row): _plain_columns(columns) for row, columns in returned.items()}
    if len(rows) > 1 or len(nested) > 1:
        raise TypeError(
            f"the rows {', '.join(rows)} have equal settings: wanted {{row: {{column: value}}}} of the study"
        )
    return {rows[0]: _plain_columns(returned)}


def _plain_columns(columns):
    return {str(column): _plain(column, value) for column, value in columns.items()}


def _plain(column, value):
    """A value as the record holds it: a number, or [number, spread]; the number alone where the spread is NaN, as that of one
    item is. FloatingPointError where a value is not finite."""
    numbers = [
        float(v) if not isinstance(v, int) else v
        for v in (value if isinstance(value, (tuple, list)) else (_item(value),))
    ]
    if len(numbers) == 2 and math.isnan(numbers[1]):
        numbers = numbers[:1]
    for number in numbers:
        if number != number or number in (float("inf"), -float("inf")):
            raise FloatingPointError(f"{column} is {number}")
    return numbers if len(numbers) > 1 else numbers[0]


def _item(value):
    return value.item() if hasattr(value, "item") else value


@contextlib.contextmanager
def _printing(path, show, tell):
    """What the project prints goes to output.txt in the run's folder, and to the terminal where it is the only run."""

    class Copy(io.TextIOBase):
        def write(self, text):
            file.write(text)
            if show:
                tell(print=text)
            return len(text)

    with files.opened(path, "w") as file, contextlib.redirect_stdout(Copy()):
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
