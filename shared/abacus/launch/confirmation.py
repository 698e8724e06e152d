"""`reproduce.py --confirm`: today's code runs the first seed of what other code has made, and must leave the same trail."""

import shutil
import tempfile
from pathlib import Path

from abacus.evidence import confirm, records
from abacus.launch import compose, here, pool
from abacus.launch.store import task_of
from abacus.launch.studies import of_file

SECONDS = 60.0  # of each run, where no other budget is given


def confirm_project(run_file, wanted, seconds, whole, workers):
    """Compare the runs `wanted` ({experiment: [names]}) of one project with their records; lines that say what came out.

    What is the same gets its `confirmed` entry in results/; values are never touched.
    """
    studies, lines = of_file(run_file), []
    tasks, plans = [], {}
    with tempfile.TemporaryDirectory(prefix="abacus-confirm-") as scratch:
        for experiment, names in wanted.items():
            plan = plans[experiment] = compose.plan(studies, run_file, [f"experiment={experiment}"])
            content = _content(plan)
            for name in names:
                task = task_of(plan, Path(scratch), name, [0])
                task |= {"meta": {}, "show": False, "experiment": experiment, "watch": True}
                task |= {"known": confirm.known(content, name), "seconds": None if whole else seconds}
                tasks.append(task)
        with pool.Pool(run_file, workers) as processes:
            said = processes.run(tasks, pool.Progress(len(tasks)))
        for task, message in said:
            plan = plans[task["experiment"]]
            lines.append(
                f"{plan.project.name} {task['experiment']}: {task['rows'][0]}: {_take(plan, task, message['compared'])}"
            )
            shutil.rmtree(task["folders"][0], ignore_errors=True)
    return lines


def same_here(run_file, experiment, name, workers=1, seconds=20.0):
    """Whether a run whose code is unchanged leaves the trail of its record on this machine."""
    studies = of_file(run_file)
    plan = compose.plan(studies, run_file, [f"experiment={experiment}"])
    with tempfile.TemporaryDirectory(prefix="abacus-confirm-") as scratch, pool.Pool(run_file, workers) as processes:
        task = task_of(plan, Path(scratch), name, [0]) | {"meta": {}, "show": False, "watch": False}
        task |= {"known": confirm.known(_content(plan), name), "seconds": seconds}
        ((_, message),) = processes.run([task], pool.Progress(1))
    return message["compared"]["same"]


def _content(plan):
    return records.read_results(plan.project / "results" / f"{plan.experiment}.json")


def _take(plan, task, said):
    """Write what a comparison proves into results/; what it says in words."""
    if not said["same"]:
        return f"other bytes {said['where']}: it stays as it is, and is to be run again"
    path, name = plan.project / "results" / f"{plan.experiment}.json", task["rows"][0]
    content = records.read_results(path)
    about = content["meta"][name]
    units, uses = plan.study.units, plan.study.uses
    hidden = (
        []
        if said["whole"]
        else confirm.unseen(content["code"][about["code"]], units, uses, map(tuple, said["executed"]))
    )
    if hidden:
        return f"the same so far, but {hidden[0]} has changed and runs only later: --whole"
    commit = here.commit(plan.study.source_files)
    if commit.endswith("+"):
        return "the same, but today's code is not committed: commit it first"
    about["confirmed"] = confirm.confirmation(
        said, about["trail"], plan.study.code, records.readers(about["data"]), commit, here.machine()
    )
    records.replace_results(path, content)
    return f"the same bytes {about['confirmed']['rounds']}"
