"""Perform a plan: run what has no record yet, judge, print the table; with `write` also results/."""

import contextlib
import errno
import json
import os
import signal
import sys

from abacus import files, papers, verdict
from abacus.errors import BadInput, Unavailable
from abacus.evidence import records
from abacus.launch import estimate, here, pictures, pool, report
from abacus.launch.store import finished, folder_of, speaker, tasks_of


def perform(plan):
    """Run, print and write; the exit status."""
    with papers.unseen():
        table = papers.table(plan.reproduces) if plan.reproduces else None
    report.check_rows(plan, table)
    departures = report.departures(plan, table)
    runs = records.runs_folder(plan.project)
    if plan.estimate:
        return estimate.show(plan, finished(plan, runs))
    if plan.write:
        _check_writable(plan)
    _say_again(plan, runs)
    status = _run_missing(plan, runs)
    found = {run: record for run, record in finished(plan, runs, plan.seed).items() if run[0] in plan.chosen_runs}
    if status and not found:
        return status
    summary = records.summarise(
        plan.experiment,
        plan.reproduces,
        found.values(),
        plan.seeds if plan.seed is None else 0,
        {plan.study.code: plan.study.units},
    )
    for folder in (runs / plan.experiment, runs / plan.experiment / "figures", plan.project / "results"):
        files.sweep(folder)
    _keep(runs / plan.experiment / "summary.json", summary)
    with papers.unseen():
        cells = report.show(plan, table, summary, departures)
        figures = (pictures.draw(plan, runs, found) + pictures.own(plan, runs)) if status == 0 else []
    if status == 0 and plan.write:
        _write(plan, runs, summary, found, figures)
    else:
        pictures.show(plan, figures)
    if status == 0 and plan.strict and any(cell.verdict in verdict.FAILED for cell in cells):
        return 3
    return status


def fill(plan, said):
    """Run what a sweep's task asks for, leave the records, say the values; a later plain run assembles the table."""
    runs = records.runs_folder(plan.project)
    try:
        _run_all(plan, runs)
    except pool.Failed as error:  # as an error of Abacus: an engine carries it to the process that asked
        raise (BadInput if error.status == 2 else Unavailable)(str(error)) from None
    except pool.Interrupted as stop:  # not an error: a cluster queues the task again, and it goes on from here
        raise SystemExit(128 + stop.signum) from None
    for (name, seed), record in finished(plan, runs, plan.seed).items():
        if name not in plan.chosen_runs:
            continue
        by_row = record["values"] or {row: {"diverged": record["diverged"]} for row in record["rows"]}
        for row, columns in by_row.items():
            values = ", ".join(f"{column} {value}" for column, value in columns.items())
            print(f"{' '.join(said) or 'as it stands'}: {row}, seed {seed}: {values}")


def _keep(path, summary):
    """The state of the table beside its runs, for scripts; a full disk must not cost the table itself."""
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        files.replace(path, [json.dumps(summary).encode()])


def _say_again(plan, runs):
    """What the run that speaks printed when it was run: the same command says the same every time."""
    name = speaker(plan)
    known = [seed for n, seed in finished(plan, runs, plan.seed) if n == name]
    said = folder_of(plan, runs, name, known[0]) / "output.txt" if known else None
    if said is not None and said.exists():
        print(said.read_text(encoding="utf-8", errors="replace"), end="")


def _run_missing(plan, runs):
    """Run every (run, seed) without a record; the exit status."""
    try:
        _run_all(plan, runs)
    except pool.Failed as error:
        print(f"{plan.project.name}: {error}", file=sys.stderr)
        return error.status
    except pool.Interrupted as stop:
        print(f"{plan.project.name}: {stop}: the same command goes on from here", file=sys.stderr)
        return 128 + stop.signum
    return 0


def _run_all(plan, runs):
    """Run every (run, seed) without a record, the first seed of each first."""
    workers = plan.workers if plan.workers is not None else os.cpu_count() or 1
    meta = {"machine": here.machine(), "commit": here.commit(plan.study.source_files), "workers": workers}
    if workers == 0:
        return _run_here(plan, runs, meta)
    with pool.Pool(plan.run_file, workers) as processes:
        for first in (True, False):
            tasks = tasks_of(plan, runs, meta, first)
            progress = pool.Progress(len(tasks))
            with contextlib.closing(progress):
                processes.run(tasks, progress)


def _run_here(plan, runs, meta):
    """The same in this process, for a debugger: with one BLAS thread as in a worker, and Ctrl-C stops where it is."""
    from threadpoolctl import threadpool_limits

    from abacus.launch.worker import answer

    terminal, asked = sys.stdout, []  # a run's own printing is caught, and handed on to the terminal

    def tell(**message):
        terminal.write(message.get("print", ""))

    before = signal.signal(signal.SIGTERM, lambda signum, _: asked.append(signum))
    try:
        with threadpool_limits(1):
            for first in (True, False):
                for task in tasks_of(plan, runs, meta, first):
                    said = answer(task, plan.study, tell, lambda: asked)
                    if "failed" in said:
                        raise pool.Failed(said["failed"], said["status"])
                    if asked:
                        raise pool.Interrupted(asked[0])
    finally:
        signal.signal(signal.SIGTERM, before)


def _check_writable(plan):
    """BadInput where results/ would hold what no commit's code has made, or half a table."""
    if not plan.committable:
        if not plan.is_experiment:
            raise BadInput("write=true: results/ holds experiments: experiment=NAME")
        changed = [*plan.overridden, "rows" if plan.chosen != list(plan.rows) else "seed"]
        raise BadInput(f"write=true: {changed[0]} was changed; results/ holds an experiment as its file says, whole")
    if here.commit(plan.study.source_files).endswith("+"):
        raise BadInput(
            f"write=true: the code of {plan.study.name} has changes that no commit holds; commit them first "
            f"({', '.join(here.changed(plan.study.source_files)[:3])})"
        )


def _write(plan, runs, summary, found, figures):
    """Write results/<experiment>.json, the figures of seed 0, and those of the whole table; all of them or none."""
    path = plan.project / "results" / f"{plan.experiment}.json"
    lacking = [name for name in plan.runs if (name, 0) not in found]
    if lacking or not _complete(plan, found):
        print(f"{plan.project.name}: results/ is not written: runs are missing", file=sys.stderr)
        return
    if records.stands(path, summary):
        print(f"{path.relative_to(plan.project)} stands already")
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for name, figure in figures:  # before the values: where those stand, the figures do
            files.replace(path.parent / f"{plan.experiment}-{name}.png", [figure.read_bytes()])
        records.write_results(path, summary)
        print(f"wrote {path.relative_to(plan.project)}" + f" and {len(figures)} figures" * bool(figures))
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        print(f"{plan.project.name}: results/ cannot be written here: the records stand in {runs}", file=sys.stderr)


def _complete(plan, found):
    """Whether every run has all its seeds (one, where the first opened no random stream)."""
    return all(
        (name, seed) in found
        for name in plan.runs
        for seed in (range(plan.seeds) if found[name, 0]["streams"] else [0])
    )
