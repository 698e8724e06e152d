"""What `estimate=true` prints: the time and the memory that a table would cost, from the last records; nothing is run."""

import math
import os
from dataclasses import dataclass
from pathlib import Path

from abacus.errors import Damaged
from abacus.evidence import records

LAST = 32  # records of a row that an estimate is made from


@dataclass
class Known:
    """What is known of a run: the code and the settings of its records, their `meta`, and whether one seed says all."""

    code: str
    settings: dict
    metas: list[dict]
    fixed: bool


def show(plan, found):
    """Print rows x seeds x seconds from the last records, and the peak memory, before a long table starts; 0.

    `found` are the plan's finished runs, {(run, seed): record}.
    """
    workers = max(1, plan.workers if plan.workers is not None else os.cpu_count() or 1)
    runs = left = 0
    spent, peaks = [0.0, 0.0], []  # seconds of all runs, and of those still to do
    for row in plan.chosen_runs:
        known = _last(plan, row)
        wanted = _wanted(plan, known)
        missing = sum((row, seed) not in found for seed in wanted)
        runs, left = runs + len(wanted), left + missing
        said = f"{row}: {len(wanted)} {'seed' if len(wanted) == 1 else 'seeds'}"
        if known is None:
            print(f"{said}, no record yet to tell the time from")
            continue
        times, why = scale(plan.study, plan.runs[row].settings, known.settings)
        seconds = times * sum(m["seconds"] for m in known.metas) / len(known.metas)
        peak = max(m["peak_mb"] or 0 for m in known.metas)
        spent, peaks = [spent[0] + len(wanted) * seconds, spent[1] + missing * seconds], [*peaks, peak]
        done = f"; {len(wanted) - missing} finished" if missing < len(wanted) else ""
        print(f"{said} x {seconds:.1f} s, {peak} MB{why}{done}")
    busy = max(1, min(workers, left or runs))
    some = "those of which it is known " if len(peaks) < len(plan.chosen_runs) else ""
    if peaks:
        print(f"in all {runs} runs, {some}about {spent[0] / max(1, min(workers, runs)):.0f} s with {workers} workers")
        todo = f"still to run: {left}, {some}about {spent[1] / busy:.0f} s" if left else "nothing is left to run"
        print(f"{todo}; at most {sum(sorted(peaks * busy)[-busy:])} MB at a time{_free()}")
    return 0


def scale(study, settings, known):
    """(how many times as long as its records a run of other `settings` takes, in words where that comes from).

    A setting that says how often a loop goes round costs in proportion. What others cost cannot be known: they are named.
    """
    changed = [name for name in settings if settings[name] != known.get(name)]
    counts = [n for n in changed if n in study.rounds and _count(known.get(n)) > 0]
    others = [f"{name}={known.get(name)}" for name in changed if name not in counts]
    why = [f"in proportion to {name}={known[name]}" for name in counts]
    why += [f"from records of other settings: {', '.join(others)}"] if others else []
    times = math.prod(_count(settings[name]) / _count(known[name]) for name in counts)
    return times, f" ({'; '.join(why)})" if why else ""


def _count(value):
    """A number of rounds: a number itself, or as many as there are in a list."""
    return len(value) if isinstance(value, list) else value if isinstance(value, int | float) else 0


def _wanted(plan, known):
    """The seeds of a run."""
    if plan.seed is not None:
        return [plan.seed]
    return [0] if known is not None and known.fixed else range(plan.seeds)


def _free():
    """How much memory this machine has left, where it says so."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return ""
    free = [int(line.split()[1]) // 1024 for line in lines if line.startswith("MemAvailable:")]
    return f" (this machine has {free[0]} MB free)" if free else ""


def _last(plan, name):
    """What is Known of a run, by records of the most alike settings, and of these of today's code, and the last; or None."""
    settings, code = plan.runs[name].settings, plan.study.code

    def like(one):
        return sum(settings[n] != one.settings.get(n) for n in settings), one.code != code

    return min([*_of_store(plan, name)[::-1], *_committed(plan, name)], key=like, default=None)


def _of_store(plan, name):
    """[Known] of the runs in the store, the oldest first."""
    runs, found = records.runs_folder(plan.project) / plan.experiment, {}
    read = [_readable(path) for path in runs.glob(f"{records.slug(name)}-*/*/record.json")]
    for record in sorted((r for r in read if r and r["rows"][0] == name), key=lambda r: r["meta"]["started"]):
        found.setdefault(records.key(record["settings"], record["code"]), []).append(record)
    return [
        Known(last["code"], last["settings"], [r["meta"] for r in several[-LAST:]], not last["streams"])
        for several in found.values()
        for last in several[-1:]
    ]


def _committed(plan, name):
    """The same of the committed results."""
    path = plan.project / "results" / f"{plan.experiment}.json"
    content = records.read_results(path) if path.exists() else {"meta": {}}
    if name not in content["meta"]:
        return []
    about, row = content["meta"][name], records.rows_of(content, name)[0]
    metas, fixed = list(about["seeds"].values()), content["values"][row]["deterministic"]
    return [Known(about["code"], about["settings"], metas, fixed)]


def _readable(path):
    try:
        return records.read(path)
    except Damaged:
        return None
