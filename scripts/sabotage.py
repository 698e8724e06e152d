"""Sabotage: a setting, or a step of the code, of a study is broken, and the verdict is asked again on the table's own numbers.

    python scripts/sabotage.py pca statistics                 settings of the projects named (all, where none is)
    python scripts/sabotage.py --steps 10 pca                 ten changes of an operator or a number in its code instead
    python scripts/sabotage.py --experiment xor backprop_mlp

Beside each variant stand the committed values of the intact study, cut to the same seeds: a cell counts where these agree
with the print, and a claim of the text where it holds. It is refused where the variant's does not any more (also where it
has no value, or is inconclusive), else kept. A setting that is a number is halved, and doubled where it is no whole
number; a word becomes the next one. What a print is too coarse to tell, an experiment says (`cannot_tell:` in its
file), and the table then carries it. The result goes into a file (--json, else runs/sabotage.json; results/sabotage.json
is what RESULTS.md shows), which keeps what it has of other projects. Status 0; 2 for a project that there is not. Nothing
in the tree is changed: a step is broken in a copy.
"""

import argparse
import ast
import functools
import json
import os
import random
import runpy
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import typing
from pathlib import Path

import mutate

from abacus import launch, papers, verdict
from abacus.evidence import records
from abacus.launch import arguments, compose, task

ROOT = Path(__file__).resolve().parents[1]
AGREES = ("reproduced", "consistent", "holds")  # the last: a claim of the text, which is a cell of its own
SEEDS = {"run": 100}  # of a variant, where chance plays a part; else
FEW = 5
SECONDS = 12.0  # that the committed runs of so many seeds may have taken; longer tables are left out, and named
NOTHING = {"refused": 0, "kept": 0, "rows": []}
PATIENCE = 60  # seconds of processor time for a variant: one that never ends has no value


class TooLong(Exception):
    """A variant did not end within PATIENCE."""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("projects", nargs="*", metavar="PROJECT")
    parser.add_argument("--experiment", action="append", help="only this one, and others so named")
    parser.add_argument("--steps", type=int, default=0, help="break so many steps of the code of each project instead")
    parser.add_argument("--seed", type=int, default=0, help="of the sample of steps")
    parser.add_argument("--json", type=Path, default=ROOT / "runs" / "sabotage.json", help="the file of the result")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)  # the folder of one project: its settings
    parser.add_argument("--whole", action="store_true", help=argparse.SUPPRESS)  # no setting is changed: a step is
    given = parser.parse_args()
    if given.child:
        print(json.dumps(list(variants_of(given.child, given.experiment, given.whole))))
        return 0
    known = sorted(path.parent.name for path in ROOT.glob("projects/*/run.py"))
    for name in given.projects:
        if name not in known:
            print(f"sabotage.py: {name}: no such project; there are: {', '.join(known)}", file=sys.stderr)
            return 2
    given.json.parent.mkdir(parents=True, exist_ok=True)
    for name in given.projects or known:
        begun, folder = time.monotonic(), ROOT / "projects" / name
        lines = steps(folder, given) if given.steps else child(folder, given.experiment)
        found = [line | {"project": name} for line in lines]
        keep(given, name, found)
        refused, kept = (sum(line[what] for line in found) for what in ("refused", "kept"))
        print(f"{name}: {refused} cells refused, {kept} kept ({time.monotonic() - begun:.0f} s)", flush=True)
    return 0


def keep(given, name, found):
    """Put what was found of a project into the file, in place of what it says of the same experiments and kinds of change."""
    before = json.loads(given.json.read_text(encoding="utf-8")) if given.json.exists() else []
    now = {(line["project"], line["experiment"], line["kind"] == "step") for line in found}
    before = [line for line in before if (line["project"], line["experiment"], line["kind"] == "step") not in now]
    lines = sorted(before + found, key=lambda line: (line["project"], line["experiment"], line["kind"], line["change"]))
    text = ",\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    given.json.write_text(f"[\n{text}\n]\n", encoding="utf-8")


def child(folder, experiments=None, whole=False):
    """`variants_of` in a process of its own: projects have modules of equal names."""
    command = [sys.executable, __file__, "--child", str(folder)]
    command += [word for name in experiments or () for word in ("--experiment", name)] + ["--whole"] * whole
    limit = 10 * PATIENCE if whole else None
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit)
    except subprocess.TimeoutExpired:
        return None
    if done.returncode and not whole:
        raise SystemExit(f"sabotage.py: {folder.name}: {done.stderr.strip().splitlines()[-1]}")
    return None if done.returncode else json.loads(done.stdout.splitlines()[-1])


# One project: its settings, one at a time


def variants_of(folder, only, whole):
    """A line for each variant of each experiment: {experiment, class, kind, change, refused, kept, rows}; one for a step.

    `refused` and `kept` count cells, `rows` are those of the cells kept.
    """
    known = studies_of(folder)
    signal.signal(signal.SIGPROF, _too_long)
    for name in only or arguments.names_in(folder):
        plan = compose.plan(known, folder / "run.py", [f"experiment={name}"])
        path = ROOT / "projects" / folder.name / "results" / f"{name}.json"
        if not plan.reproduces or not path.exists():
            continue
        about = {"experiment": name, "class": papers.table(plan.reproduces).proof}
        intact, seeds, seconds = shortened(records.read_results(path), plan)
        green = agreeing(plan, intact)
        if seconds > SECONDS or not green:
            yield about | {"kind": "none", "change": "too long" if green else "nothing agrees"} | NOTHING
            continue
        if not whole and agreeing(plan, run(plan, None, seeds, intact)) != green:
            yield about | {"kind": "none", "change": "the intact study does not give the committed verdicts"} | NOTHING
            continue
        for change, settings in [("a step", None)] if whole else changes(plan):
            still = set(agreeing(plan, run(plan, settings, seeds, intact)))
            kept = [cell for cell in green if cell in still]
            counts = {
                "refused": len(green) - len(kept),
                "kept": len(kept),
                "rows": list(dict.fromkeys(r for r, _ in kept)),
            }
            yield about | {"kind": "step" if whole else "setting", "change": change} | counts


def studies_of(folder):
    """The project's studies, its modules imported for good, as its own command does: some are imported only when needed."""
    sys.path.insert(0, str(folder))
    with launch.captured() as given:
        runpy.run_path(str(folder / "run.py"), run_name="__main__")
    return given[0]


def shortened(content, plan):
    """The committed results with as many seeds as a variant gets: ({row: Result}, {run: seeds}, seconds of computing)."""
    kinds = set(papers.table(plan.reproduces).kind.values())
    most = max((SEEDS.get(kind, FEW) for kind in kinds), default=FEW)
    results, seeds, seconds = records.results(content), {}, 0.0
    for name, about in content["meta"].items():
        rows = records.rows_of(content, name)
        fixed = all(results[row].deterministic for row in rows)
        seeds[name] = [0] if fixed else list(range(min(most, results[rows[0]].asked[-1] + 1)))
        seconds += sum(about["seeds"][str(seed)]["seconds"] for seed in seeds[name] if str(seed) in about["seeds"])
        for row in rows:
            values = {seed: results[row].values[seed] for seed in seeds[name] if seed in results[row].values}
            results[row] = verdict.Result(values, fixed, tuple(seeds[name]))
    return results, seeds, seconds


def agreeing(plan, results):
    """The cells (row, column) that agree with the print; a claim that holds is the row "one better than other"."""
    cells = verdict.judge(papers.table(plan.reproduces), results)
    return [(cell.row, cell.column) for cell in cells if cell.verdict in AGREES]


def changes(plan):
    """(words, {run: settings}) for each way to break one setting of all runs at once, as far as its range allows."""
    for name, field in plan.study.Config.__dataclass_fields__.items():
        for words, change in ways(field):
            settings = {run: about.settings | {name: change(about.settings[name])} for run, about in plan.runs.items()}
            if any(settings[run][name] != about.settings[name] for run, about in plan.runs.items()):
                yield f"{name}: {words}", settings


def ways(field):
    """(words, function of the value) for each way to break a setting of this type."""
    number = field.type
    while typing.get_origin(number) is list:
        (number,) = typing.get_args(number)
    if number is bool:
        yield "turned over", lambda value: not value
    elif number in (int, float):
        yield "halved", lambda value: each(value, lambda x: x // 2 if number is int else x / 2)
        if number is float:
            yield "doubled", lambda value: each(value, lambda x: 2 * x)
    elif number is str and field.metadata.get("names"):
        names = list(field.metadata["names"])
        yield "another word", lambda value: each(value, lambda x: names[(names.index(x) + 1) % len(names)])


def each(value, change):
    return [each(element, change) for element in value] if isinstance(value, list) else change(value)


def run(plan, settings, seeds, intact):
    """{row: Result} of a variant, judged as `intact` is; a run that fails, or does not end, has no values."""
    results = {}
    for name, about in plan.runs.items():
        values, fixed = {}, intact[about.rows[0]].deterministic if about.rows[0] in intact else True
        with tempfile.TemporaryDirectory() as folder:
            signal.setitimer(signal.ITIMER_PROF, PATIENCE)
            try:
                for record in recorded(
                    plan, about, (settings or {}).get(name, about.settings), seeds[name], Path(folder)
                ):
                    for row in record["values"] or record["rows"]:
                        values.setdefault(row, {})[record["seed"]] = record["values"] and record["values"][row]
            except (KeyboardInterrupt, SystemExit):
                raise
            except BaseException:  # whatever a broken study does: it has no value
                values = {}
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
        for row, by_seed in values.items():
            results[row] = verdict.Result(by_seed, fixed, tuple(seeds[name]))
    return results


def recorded(plan, about, settings, seeds, folder):
    """The records of one run, seed by seed, or of a block of seeds at once where the study trains many."""
    blocks = (
        [seeds[i : i + 32] for i in range(0, len(seeds), 32)] if plan.study.run_many else [[seed] for seed in seeds]
    )
    for block in blocks:
        folders = [str(folder / str(seed)) for seed in block]
        asked = {"rows": about.rows, "seeds": block, "folders": folders, "settings": settings}
        asked |= {"code": "", "show": False, "meta": {}}
        task.perform(asked, plan.study, lambda **_: None, lambda: False)
        yield from (records.read(Path(place) / "record.json") for place in folders)


def _too_long(*_):
    raise TooLong


# One project: the steps of its code


def steps(folder, given):
    """A line for each experiment and each of the sampled changes of a step that it takes; what then fails refuses all."""
    intact = {line["experiment"]: line for line in child(folder, given.experiment, whole=True) if line["kept"]}
    uses = {name: _labels(folder, name) for name in intact}
    sources = sorted(folder.glob("*.py"))
    found = [mutant for path in sources for mutant in mutants(path) if any(mutant[0] in used for used in uses.values())]
    for label, words, text in random.Random(given.seed).sample(found, min(given.steps, len(found))):
        names = [name for name in intact if label in uses[name]]
        file = label.partition(":")[0].rpartition("/")[2]
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / folder.name
            shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("results", "runs", "__pycache__", "*.png"))
            (copy / file).write_text(text(), encoding="utf-8")
            said = {line["experiment"]: line for line in child(copy, names, whole=True) or []}
        for name in names:
            line = intact[name] | {"change": f"{file}: {words}", "refused": intact[name]["kept"], "kept": 0, "rows": []}
            if name in said:
                kept = said[name]["kept"]
                line |= {"refused": intact[name]["kept"] - kept, "kept": kept, "rows": said[name]["rows"]}
            yield line


def _labels(folder, experiment):
    """The definitions that an experiment's records name as their code."""
    content = records.read_results(folder / "results" / f"{experiment}.json")
    return {label for units in content["code"].values() for label in units}


def mutants(path):
    """(label, words, function that gives the source) for every change of an operator or a number in a file's functions."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for number, function in enumerate(tree.body):
        if isinstance(function, ast.FunctionDef):
            for place, node in enumerate(ast.walk(function)):
                for what, change in mutate.changes(node):
                    words = f"{function.name}, line {getattr(node, 'lineno', function.lineno)}, {what}"
                    source = functools.partial(mutate.changed, tree, number, place, change)
                    yield f"{path.parent.name}/{path.name}:{function.name}", words, source


if __name__ == "__main__":
    os.environ.setdefault("MPLBACKEND", "agg")
    sys.exit(main())
