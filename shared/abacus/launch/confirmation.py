"""`reproduce.py --confirm`: today's code runs the first seed of what other code has made, and must leave the same trail."""

import contextlib
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from abacus.evidence import confirm, records
from abacus.evidence.before import before
from abacus.launch import compose, here, pool
from abacus.launch.store import BLOCK, task_of
from abacus.launch.studies import of_file

SECONDS = 60.0  # of each run, where no other budget is given
CANARY_SECONDS = 20.0  # of the run that tells whether this machine can confirm at all


@dataclass
class Outcome:
    """What came of comparing one run: whether it is confirmed, and the line that says so."""

    confirmed: bool
    line: str


def confirm_project(run_file, wanted, seconds, whole, workers, say):
    """Compare the runs `wanted` ({experiment: [names]}) of one project with their records; `say(outcome)` as each ends.

    What is the same gets its `confirmed` entry in results/ at once; values are never touched.
    """
    studies = of_file(run_file)
    plans = {experiment: compose.plan(studies, run_file, [f"experiment={experiment}"]) for experiment in wanted}
    commits = {
        study.name: here.commit(study.source_files)
        for study in {p.study.name: p.study for p in plans.values()}.values()
    }

    def tell(experiment, name, confirmed, words):
        say(Outcome(confirmed, f"{run_file.parent.name} {experiment}: {name}: {words}"))

    def take(task, message):
        plan, name = plans[task["experiment"]], task["rows"][0]
        tell(plan.experiment, name, *_taken(plan, name, message, commits[plan.study.name]))
        for folder in task["folders"]:
            shutil.rmtree(folder, ignore_errors=True)

    with tempfile.TemporaryDirectory(prefix="abacus-confirm-") as scratch:
        tasks = []
        for experiment, names in wanted.items():
            plan = plans[experiment]
            lacking = _lacking(plan, commits[plan.study.name])
            for name in names:
                if lacking:
                    tell(experiment, name, False, lacking)
                else:
                    tasks.append(_task(plan, name, scratch, None if whole else seconds))
        progress = pool.Progress(len(tasks))
        with pool.Pool(run_file, workers, watched=True) as processes, contextlib.closing(progress):
            processes.run(tasks, progress, take)


def same_here(run_file, experiment, name):
    """Whether a run whose code is unchanged leaves the trail of its record on this machine, as far as some seconds lead.

    Where it cannot be run here (its data are not at hand), nothing speaks against this machine.
    """
    plan = compose.plan(of_file(run_file), run_file, [f"experiment={experiment}"])
    with tempfile.TemporaryDirectory(prefix="abacus-confirm-") as scratch, pool.Pool(run_file, 1) as processes:
        try:
            ((_, message),) = processes.run([_task(plan, name, scratch, CANARY_SECONDS)], pool.Progress(1))
        except pool.Failed:
            return True
    return message["compared"]["same"]


def _task(plan, name, scratch, seconds):
    """The task that compares a run: of its first seed, or of the block in which that was computed."""
    task = task_of(plan, Path(scratch), name, range(BLOCK if plan.study.run_many else 1))
    task |= {"meta": {}, "show": False, "experiment": plan.experiment, "seconds": seconds}
    return task | {"known": confirm.known(_content(plan), name)}


def _content(plan):
    return records.read_results(plan.project / "results" / f"{plan.experiment}.json")


def _lacking(plan, commit):
    """Why today's code cannot be named in a confirmation; '' where it can."""
    if not commit:
        return "there is no checkout here whose commit a confirmation could name"
    if commit.endswith("+"):
        return f"commit first what has changed: {', '.join(here.changed(plan.study.source_files)[:3])}"
    return ""


def _taken(plan, name, message, commit):
    """Write what a comparison proves into results/: (whether it is confirmed, what there is to say)."""
    if "failed" in message:
        lines = message["failed"].strip().splitlines()
        return False, f"today's code fails: {lines[-1]}"
    said = message["compared"]
    if not said["same"]:
        return False, f"other bytes {said['where']}: it stays as it is, and is to be run again"
    content = _content(plan)
    about = content["meta"][name]
    if not said["whole"]:
        made = before(about["seeds"]["0"].get("commit", ""), plan.project.name)
        hidden = confirm.unproven(content["code"][about["code"]], plan.study, said, made)
        if hidden:
            return (
                False,
                f"the same bytes so far, but what has changed runs only later ({', '.join(hidden[:3])}): --whole",
            )
    readers = records.readers(about["data"])
    about["confirmed"] = confirm.confirmation(said, about["trail"], plan.study.code, readers, commit, here.machine())
    records.replace_results(plan.project / "results" / f"{plan.experiment}.json", content)
    return True, f"the same bytes {about['confirmed']['rounds']}"
