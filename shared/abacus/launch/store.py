"""What the store of finished runs holds for a plan, and the tasks that are still to be done."""

import sys

from abacus.errors import Damaged
from abacus.evidence import records

BLOCK = 32  # seeds that `run_many` trains at once


def folder_of(plan, runs, name, seed):
    """Where the run `name` of a plan keeps what it makes."""
    return records.run_folder(runs, plan.experiment, name, records.key(plan.runs[name].settings, plan.study.code), seed)


def finished(plan, runs, only=None):
    """{(run, seed): record} of all finished runs of the plan (or of the seed `only`), in the order of its runs and seeds.

    Damaged ones, and those of other data, are left out. Of a run that opened no random stream one seed says all.
    """
    found = {}
    for name, run in plan.runs.items():
        here = [_whole(path) for path in folder_of(plan, runs, name, 0).parent.glob("*/record.json")]
        whole = [r for r in here if r and r["rows"] == run.rows and is_current(r)]
        for record in sorted(whole, key=lambda r: r["seed"]):
            fixed = any(name == n and not known["streams"] for (n, _), known in found.items())
            wanted = record["seed"] < max(plan.seeds, 1 + (plan.seed or 0)) if only is None else record["seed"] == only
            if not fixed and (wanted or not record["streams"]):
                found[name, record["seed"]] = record
    return found


def tasks_of(plan, runs, meta, first):
    """The tasks still to be done: of every chosen run the first seed, then (where it drew random numbers) the others."""
    found, tasks = finished(plan, runs), []
    seeds = range(plan.seeds) if plan.seed is None else [plan.seed]
    for name in plan.chosen_runs:
        known = [record for (n, _), record in found.items() if n == name]
        deterministic = bool(known) and not any(record["streams"] for record in known)
        wanted = seeds[:1] if first or deterministic else seeds
        needless = deterministic and plan.seed is not None
        missing = [seed for seed in wanted if (name, seed) not in found and not needless]
        size = BLOCK if plan.study.run_many else 1
        for start in dict.fromkeys(seed // size * size for seed in missing):
            tasks.append(task_of(plan, runs, name, range(start, start + size)) | {"meta": meta})
    return [task | {"show": first and task["rows"][0] == speaker(plan)} for task in tasks]


def speaker(plan):
    """The run whose printing is seen: the first of a bare run, or the only one."""
    only = len(plan.chosen_runs) == 1 and (plan.seed is not None or plan.seeds == 1)
    return plan.chosen_runs[0] if only or not plan.is_experiment else None


def task_of(plan, runs, name, seeds):
    """What a worker is told of one run."""
    return {
        "study": plan.study.name,
        "rows": plan.runs[name].rows,
        "seeds": list(seeds),
        "folders": [str(folder_of(plan, runs, name, seed)) for seed in seeds],
        "settings": plan.runs[name].settings,
        "code": plan.study.code,
        "sources": plan.study.stamps,
    }


def is_current(record):
    """Whether a record is of today's data, read by today's code (its own code names its folder)."""
    readers = records.readers(record["data"])
    return records.same_data(record["data"]) and all(record["data"][name] == now for name, now in readers.items())


def _whole(path):
    try:
        return records.read(path)
    except Damaged as error:
        print(f"{error}: run again", file=sys.stderr)
        path.unlink(missing_ok=True)
        return None
