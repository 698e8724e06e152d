"""Perform a plan: run what has no record yet, judge, print the table, write results/."""

import contextlib
import errno
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass

from abacus import checkpoint, data, events, papers, plot, records, source
from abacus.errors import BadInput, Damaged, Unavailable
from abacus.launch import compose, estimate, explain, here, pool, report

BLOCK = 32  # seeds that `run_many` trains at once
FIGURES = 6  # paths of figures that are printed


@dataclass
class Code:
    """What a project gives to `launch`."""

    run: Callable
    Config: type
    run_many: Callable | None = None
    figures: Callable | None = None


def perform(plan, code):
    """Run, print and write; the exit status."""
    table = papers.table(plan.reproduces) if plan.reproduces else None
    report.check_rows(plan, table)
    departures = report.departures(plan, table)
    keys = keys_of(plan)
    runs = records.runs_folder(plan.project)
    if plan.estimate:
        return estimate.show(plan, keys, finished(plan, runs, keys))
    status = _run_missing(plan, code, runs, keys)
    found = finished(plan, runs, keys, plan.seed)
    if status and not found:
        return status
    summary = records.summarise(
        plan.experiment, plan.reproduces, found.values(), plan.seeds if plan.seed is None else 0
    )
    for folder in (runs / plan.experiment, runs / plan.experiment / "figures", plan.project / "results"):
        checkpoint.sweep(folder)
    _keep(runs / plan.experiment / "summary.json", summary)
    if plan.tensorboard:
        _write_events(runs, plan, found)
    cells = report.show(plan, table, summary, departures)
    if status == 0 and plan.committable and _complete(plan, found) and not os.environ.get("ABACUS_NO_RESULTS"):
        _commit(plan, code, runs, keys, summary, found)
    elif status == 0:
        _show_figures(plan, _draw(plan, code, runs, found) + _own_figures(plan, runs, keys))
    if status == 0 and plan.strict and any(cell.verdict == "not reproduced" for cell in cells):
        return 3
    return status


def fill(plan, said):
    """Run what a sweep's task asks for, leave the records, say the values; a later plain run assembles the table."""
    runs, keys = records.runs_folder(plan.project), keys_of(plan)
    try:
        _run_all(plan, Code(None, None), runs, keys)
    except pool.Failed as error:  # as an error of Abacus: an engine carries it to the process that asked
        raise (BadInput if error.status == 2 else Unavailable)(str(error)) from None
    except pool.Interrupted as stop:  # not an error: a cluster queues the task again, and it goes on from here
        raise SystemExit(128 + stop.signum) from None
    for (row, seed), record in finished(plan, runs, keys, plan.seed).items():
        if row not in plan.chosen:
            continue
        values = ", ".join(
            f"{column} {value}" for column, value in (record["values"] or {"diverged": record["diverged"]}).items()
        )
        print(f"{' '.join(said) or 'as it stands'}: {row}, seed {seed}: {values}")


def list_plans(Config, run_file):
    """Print every experiment's plan as JSON, for the scripts: {experiment: {reproduces, seeds, rows: {row: key}, departures}}."""
    plans = {}
    for name in explain.experiments(run_file.parent):
        plan = compose.plan(Config, run_file, [f"experiment={name}"])
        table = papers.table(plan.reproduces) if plan.reproduces else None
        plans[name] = {"reproduces": plan.reproduces, "seeds": plan.seeds, "rows": keys_of(plan)}
        plans[name]["departures"] = report.departures(plan, table)
    print(json.dumps(plans))
    return 0


def keys_of(plan):
    """{row: key of its records}: configuration and code."""
    fingerprint = source.fingerprint(plan.run_file)
    return {row: records.key(config, fingerprint) for row, config in plan.rows.items()}


def finished(plan, runs, keys, only=None):
    """{(row, seed): record} of all finished runs of the plan (or of the seed `only`), in the order of its rows and seeds.

    Damaged ones, and those of other data, are left out.
    """
    found = {}
    for row, key in keys.items():
        here = [_whole(path) for path in (runs / plan.experiment / f"{records.slug(row)}-{key}").glob("*/record.json")]
        for record in sorted((r for r in here if r), key=lambda r: r["seed"]):
            fixed = (row, 0) in found and not found[row, 0]["streams"]  # one seed says all
            wanted = record["seed"] < max(plan.seeds, 1 + (plan.seed or 0)) if only is None else record["seed"] == only
            if record["row"] == row and wanted and not fixed and _same_data(record):
                found[row, record["seed"]] = record
    return found


def _keep(path, summary):
    """The state of the table beside its runs, for scripts; a full disk must not cost the table itself."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        checkpoint.replace(path, [json.dumps(summary).encode()])


def _run_missing(plan, code, runs, keys):
    """Run every (row, seed) without a record; the exit status."""
    try:
        _run_all(plan, code, runs, keys)
    except pool.Failed as error:
        print(f"{plan.project.name}: {error}", file=sys.stderr)
        return error.status
    except pool.Interrupted as stop:
        print(f"{plan.project.name}: {stop}: the same command goes on from here", file=sys.stderr)
        return 128 + stop.signum
    return 0


def _run_all(plan, code, runs, keys):
    """Run every (row, seed) without a record, seed 0 of each row first."""
    workers = plan.workers if plan.workers is not None else os.cpu_count() or 1
    meta = {"machine": here.machine(), "commit": here.commit(), "workers": workers}
    if workers == 0:
        return _run_here(plan, code, runs, keys, meta)
    with pool.Pool(plan.run_file, workers) as processes:
        for stage in ("first seeds", "all seeds"):
            tasks = _tasks(plan, code, runs, keys, meta, first=stage == "first seeds")
            progress = pool.Progress(len(tasks))
            with contextlib.closing(progress):
                processes.run(tasks, progress)


def _run_here(plan, code, runs, keys, meta):
    from abacus.launch.worker import answer

    for first in (True, False):
        for task in _tasks(plan, code, runs, keys, meta, first):
            said = answer(task, code.run, code.Config, code.run_many, lambda **message: _print(message), lambda: False)
            if "failed" in said:
                raise pool.Failed(said["failed"], said["status"])


def _print(message):
    if "print" in message:
        sys.stdout.write(message["print"])


def _tasks(plan, code, runs, keys, meta, first):
    """The tasks still to be done: of every chosen row the first seed, then (where it drew random numbers) the others."""
    found, tasks = finished(plan, runs, keys), []
    seeds = range(plan.seeds) if plan.seed is None else [plan.seed]
    for row in plan.chosen:
        known = [record for (r, _), record in found.items() if r == row]
        deterministic = bool(known) and not any(record["streams"] for record in known)
        wanted = seeds[:1] if first or deterministic else seeds
        needless = deterministic and plan.seed is not None
        missing = [seed for seed in wanted if (row, seed) not in found and not needless]
        size = BLOCK if code.run_many else 1
        for start in dict.fromkeys(seed // size * size for seed in missing):
            block = list(range(start, start + size))
            folders = [str(records.run_folder(runs, plan.experiment, row, keys[row], seed)) for seed in block]
            tasks.append(
                {
                    "row": row,
                    "seeds": block,
                    "folders": folders,
                    "config": plan.rows[row],
                    "key": keys[row],
                    "meta": meta,
                }
            )
    only = len(plan.chosen) * len(seeds) == 1
    return [task | {"show": only, "board": plan.tensorboard} for task in tasks]


def _whole(path):
    try:
        return records.read(path)
    except Damaged as error:
        print(f"{error}: run again", file=sys.stderr)
        path.unlink(missing_ok=True)
        return None


def _same_data(record):
    try:
        return all(data.fingerprint(name) == known for name, known in record["data"].items())
    except BadInput:
        return False


def _complete(plan, found):
    return all(
        (row, seed) in found for row in plan.rows for seed in (range(plan.seeds) if _stochastic(row, found) else [0])
    )


def _stochastic(row, found):
    return any(record["streams"] for (r, _), record in found.items() if r == row)


def _commit(plan, code, runs, keys, summary, found):
    """Write results/<experiment>.json, the figures of seed 0, and those of the whole table; all of them or none."""
    path = plan.project / "results" / f"{plan.experiment}.json"
    figures = [*_draw(plan, code, runs, found), *_own_figures(plan, runs, keys)]
    if records.stands(path, summary):
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for name, figure in figures:  # before the values: where those stand, the figures do
            checkpoint.replace(path.parent / f"{plan.experiment}-{name}.png", [figure.read_bytes()])
        records.write_results(path, summary)
        print(f"wrote {path.relative_to(plan.project)}" + f" and {len(figures)} figures" * bool(figures))
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        print(f"{plan.project.name}: results/ cannot be written here: the records stand in {runs}", file=sys.stderr)


def _own_figures(plan, runs, keys):
    """(name, path) of the figures that the runs of seed 0 drew."""
    found = []
    for row in plan.chosen:
        folder = records.run_folder(runs, plan.experiment, row, keys[row], plan.seed or 0) / "figures"
        prefix = f"{records.slug(row)}-" if len(plan.rows) > 1 else ""
        found += [(prefix + path.stem, path) for path in sorted(folder.glob("*.png"))]
    return found


def _draw(plan, code, runs, found):
    """Call the project's `figures(results, save)`; (name, path) of what it drew, in the folder of the experiment's runs."""
    if code.figures is None or not found:
        return []
    folder, drawn = runs / plan.experiment / "figures", []
    folder.mkdir(parents=True, exist_ok=True)

    def detailed(record):
        where = records.run_folder(runs, plan.experiment, record["row"], record["key"], record["seed"])
        log = where / "log.jsonl"
        lines = log.read_bytes().splitlines() if log.exists() else []
        try:
            read = [json.loads(line) for line in lines]
        except ValueError:
            raise Damaged(f"{log}: torn or altered; without the folder {where} the run is made again") from None
        return record | {"config": plan.rows[record["row"]], "folder": where, "log": read}

    def save(name, **size):
        drawn.append((name, folder / f"{name}.png"))
        return plot.figure(folder / f"{name}.png", **size)

    code.figures([detailed(record) for record in found.values()], save)
    return drawn


def _write_events(runs, plan, found):
    """TensorBoard's event files also for runs that were finished without."""
    for record in found.values():
        folder = records.run_folder(runs, plan.experiment, record["row"], record["key"], record["seed"])
        if not (folder / events.NAME).exists():
            events.Events(folder).rewrite((folder / "log.jsonl").read_bytes().splitlines())
    print(f"for TensorBoard: tensorboard --logdir {runs / plan.experiment}")


def _show_figures(plan, figures):
    """Say where the figures are that do not go to results/."""
    for _, path in figures[:FIGURES]:
        print(f"figure: {path.relative_to(plan.project) if path.is_relative_to(plan.project) else path}")
    if len(figures) > FIGURES:
        print(f"and {len(figures) - FIGURES} more figures beside")
