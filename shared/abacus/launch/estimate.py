"""What `estimate=true` prints: the time and the memory that a table would cost, from the last records; nothing is run."""

import os
from pathlib import Path

from abacus.errors import Damaged
from abacus.evidence import records

LAST = 32  # records of a row that an estimate is made from


def show(plan, found):
    """Print rows x seeds x seconds from the last records, and the peak memory, before a long table starts; 0.

    `found` are the plan's finished runs, {(run, seed): record}.
    """
    workers = max(1, plan.workers if plan.workers is not None else os.cpu_count() or 1)
    runs = left = 0
    spent, peaks = [0.0, 0.0], []  # seconds of all runs, and of those still to do
    for row in plan.chosen_runs:
        metas, fixed = _last(plan, row)
        wanted = [0] if fixed and plan.seed is None else range(plan.seeds) if plan.seed is None else [plan.seed]
        missing = sum((row, seed) not in found for seed in wanted)
        runs, left = runs + len(wanted), left + missing
        said = f"{row}: {len(wanted)} {'seed' if len(wanted) == 1 else 'seeds'}"
        if not metas:
            print(f"{said}, no record yet to tell the time from")
            continue
        seconds, peak = sum(m["seconds"] for m in metas) / len(metas), max(m["peak_mb"] or 0 for m in metas)
        spent, peaks = [spent[0] + len(wanted) * seconds, spent[1] + missing * seconds], [*peaks, peak]
        done = f"; {len(wanted) - missing} finished" if missing < len(wanted) else ""
        print(f"{said} x {seconds:.1f} s, {peak} MB{done}")
    busy = max(1, min(workers, left or runs))
    some = "those of which it is known " if len(peaks) < len(plan.chosen_runs) else ""
    if peaks:
        print(f"in all {runs} runs, {some}about {spent[0] / max(1, min(workers, runs)):.0f} s with {workers} workers")
        todo = f"still to run: {left}, {some}about {spent[1] / busy:.0f} s" if left else "nothing is left to run"
        print(f"{todo}; at most {sum(sorted(peaks * busy)[-busy:])} MB at a time{_free()}")
    return 0


def _free():
    """How much memory this machine has left, where it says so."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
    except OSError:
        return ""
    free = [int(line.split()[1]) // 1024 for line in lines if line.startswith("MemAvailable:")]
    return f" (this machine has {free[0]} MB free)" if free else ""


def _last(plan, name):
    """(meta of the last records of a run, whether one seed says all): of this code, else committed, else of any code."""
    runs, slug = records.runs_folder(plan.project) / plan.experiment, records.slug(name)
    committed = plan.project / "results" / f"{plan.experiment}.json"
    key = records.key(plan.runs[name].settings, plan.study.code)
    for pattern in (f"{slug}-{key}", f"{slug}-*"):
        found = [_readable(path) for path in runs.glob(f"{pattern}/*/record.json")]
        found = sorted((r for r in found if r and r["rows"][0] == name), key=lambda r: r["meta"]["started"])[-LAST:]
        if found:
            return [record["meta"] for record in found], not any(record["streams"] for record in found)
        if committed.exists():
            content = records.read_results(committed)
            if name in content["meta"]:
                row = records.rows_of(content, name)[0]
                return list(content["meta"][name]["seeds"].values()), content["values"][row]["deterministic"]
    return [], False


def _readable(path):
    try:
        return records.read(path)
    except Damaged:
        return None
