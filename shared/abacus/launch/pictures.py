"""The figures of a plan: those that its runs drew, and those of the whole table."""

import json

from abacus.errors import Damaged
from abacus.evidence import records
from abacus.launch.store import folder_of
from abacus.running import plot

SHOWN = 6  # paths that are printed


def own(plan, runs):
    """(name, path) of the figures that the runs of the first seed drew."""
    found = []
    for name in plan.chosen_runs:
        folder = folder_of(plan, runs, name, plan.seed or 0) / "figures"
        prefix = f"{records.slug(name)}-" if len(plan.runs) > 1 else ""
        found += [(prefix + path.stem, path) for path in sorted((*folder.glob("*.png"), *folder.glob("*.gif")))]
    return found


def draw(plan, runs, found):
    """Call the study's `figures(results, save)`; (name, path) of what it drew, in the folder of the experiment's runs.

    `results` has a dict for each finished row and seed: row, seed, config, values (of that row), log, folder.
    """
    if plan.study.figures is None or not found:
        return []
    folder, drawn = runs / plan.experiment / "figures", []
    folder.mkdir(parents=True, exist_ok=True)

    def save(name, **size):
        drawn.append((name, folder / f"{name}.png"))
        return plot.figure(folder / f"{name}.png", **size)

    plan.study.figures([result for run in found.items() for result in _detailed(plan, runs, *run)], save)
    return drawn


def show(plan, figures):
    """Say where the figures are that do not go to results/."""
    for _, path in figures[:SHOWN]:
        print(f"figure: {path.relative_to(plan.project) if path.is_relative_to(plan.project) else path}")
    if len(figures) > SHOWN:
        print(f"and {len(figures) - SHOWN} more figures beside")


def _detailed(plan, runs, run, record):
    where = folder_of(plan, runs, *run)
    log = where / "log.jsonl"
    lines = log.read_bytes().splitlines() if log.exists() else []
    try:
        read = [json.loads(line) for line in lines]
    except ValueError:
        raise Damaged(f"{log}: torn or altered; without the folder {where} the run is made again") from None
    about = {"config": record["settings"], "folder": where, "log": read}
    by_row = record["values"] or dict.fromkeys(record["rows"])
    return [record | about | {"row": row, "values": values} for row, values in by_row.items()]
