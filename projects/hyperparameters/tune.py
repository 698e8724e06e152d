"""Tune another project through its own command:  python tune.py ../lenet experiment=fig5_sgd held_out=10000 train=2000 \\
       passes=2 'rates=[log(0.0003,0.03)]' 'momentum=interval(0.5,0.95)' --method ego --trials 20

Settings are given as to run.py, and a range stands in place of a value that is searched: interval, log, integer, logint
(least,most), choice(a,b,...); passes=resource(1,27) says what a trial may be given less of, at first. A choice is read on
held-out data only; where a study has none, nothing is tuned. The same command goes on where it was stopped. A trial runs
here, or on the engine of a sweep: hydra/launcher=joblib, hydra/launcher=submitit_slurm hydra.launcher.partition=long ...
"""

import argparse
import hashlib
import math
import sys
import tomllib
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from pathlib import Path

import searches
import space
from abacus import command, papers, sheet, streams
from abacus.errors import BadInput
from abacus.evidence import records
from abacus.settings import shown
from trials import Command, Journal, digest, replay

HERE = Path(__file__).resolve().parent
OWN = ("write", "strict", "estimate", "seed", "seeds", "workers", "fitted", "variant", "reproduces")
HELD_OUT = ("validation", "held-out", "held out")  # words of a column that is no test
LOWER, HIGHER = ("error", "loss", "perplexity", "bits", "nats"), ("accuracy", "right", "score", "reward")
SHOWN = 5  # best trials in the report


@command.guarded
def main(arguments):
    """Check, search, report."""
    wanted = options(arguments)
    project = Path(wanted.project).resolve()
    if not (project / "run.py").is_file():
        raise BadInput(f"{sheet.printable(wanted.project)}: no project: there is no run.py in it")
    command.expect_png("--plots", wanted.plots)
    engine = [a for a in wanted.settings if a.startswith("hydra")]
    given = [a for a in wanted.settings if a not in engine]
    for argument in given:
        if argument.partition("=")[0] in OWN:
            raise BadInput(f"{shown(argument)}: not of a search; seeds are said by --seeds, processes by --workers")
    searched = space.read(given)
    resources = resources_of(searched, wanted)
    folder = records.runs_folder(HERE) / "tune" / project.name
    study = Command(project, folder, engine)
    settings = checked(study, searched)
    column, remark = held_out(project, settings, wanted.column, searched)
    sign = direction(column, settings, wanted)
    journal = Journal(folder / f"{key(project, wanted, [*given, column, sign])}.jsonl")
    search = Search(study, searched, plan_of(searched, resources, wanted), journal, resources, sign, column, wanted)
    names = ", ".join(r.setting for r in searched.ranges)
    about = f"{project.name}, {settings['study']}: {names} by {wanted.method}, on {column} ({remark})"
    command.tell([f"{about}; {wanted.trials} trials"])
    finished = search.run()
    report(finished, search, project)
    if wanted.plots:
        draw(wanted.plots, finished, search)


def plan_of(searched, resources, wanted):
    """The search by its name."""
    kinds, rng = [r.cells for r in searched.ranges], streams.rng(wanted.seed, "search")
    if wanted.method in searches.PLANS:
        return searches.PLANS[wanted.method](kinds, (*resources, wanted.eta), rng)
    return searches.Whole(searches.POINTS[wanted.method](kinds, wanted.trials, rng), 0)


def draw(path, finished, search):
    """Save the picture of what was tried."""
    import pictures
    from abacus.running import plot

    ranges = search.searched.ranges
    with plot.figure(path, figsize=(3.2 * len(ranges) + 1, 3.4)) as figure:
        pictures.tuned(figure, ranges, finished, search.sign, search.column)
    command.tell([f"drawn: {path}"])


def options(arguments):
    """The words of the command line."""
    reader = argparse.ArgumentParser(
        prog="tune.py", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    reader.add_argument("project", help="folder of a project with a run.py")
    reader.add_argument("settings", nargs="*", metavar="setting=value", help="as to its run.py, with ranges")
    reader.add_argument("--method", default="ego", choices=[*searches.POINTS, *searches.PLANS], help="the search (ego)")
    reader.add_argument("--trials", type=int, default=20, help="runs of the project, in all (20)")
    reader.add_argument("--column", help="what is tuned: a column of the study's values")
    reader.add_argument("--row", help="the row of its table, where a run gives several")
    reader.add_argument("--highest", action="store_true", help="the column is better higher")
    reader.add_argument("--lowest", action="store_true", help="the column is better lower")
    reader.add_argument("--eta", type=int, default=3, help="one trial of so many is given more (3)")
    reader.add_argument("--seeds", type=int, default=1, help="seeds of each trial, of which the mean counts (1)")
    reader.add_argument("--workers", type=int, default=1, help="trials at a time (1)")
    reader.add_argument("--seed", type=int, default=0, help="of the search itself (0)")
    reader.add_argument("--plots", metavar="PNG", help="save a picture of what was tried")
    wanted = reader.parse_intermixed_args(arguments)
    for name, low in (("trials", 1), ("eta", 2), ("seeds", 1), ("workers", 1), ("seed", 0)):
        if not low <= getattr(wanted, name) <= records.MOST:
            raise BadInput(f"--{name} {getattr(wanted, name)}: wanted a number from {low} to {records.MOST}")
    if wanted.highest and wanted.lowest:
        raise BadInput("--highest --lowest: wanted one of them")
    return wanted


def resources_of(searched, wanted):
    """(least, most) of the resource, (1, 1) where there is none. BadInput where the method wants one."""
    resource = searched.resource
    if resource is None and wanted.method in searches.PLANS:
        raise BadInput(
            f"--method {wanted.method}: wanted a setting that a trial may be given less of, as passes=resource(1,27)"
        )
    if resource is None:
        return 1, 1
    if resource.high < resource.low * wanted.eta and wanted.method in searches.PLANS:
        raise BadInput(
            f"{resource.setting}=resource({resource.low:g},{resource.high:g}): wanted {wanted.eta} times the least or more"
        )
    return int(resource.low), int(resource.high)


def checked(study, searched):
    """The project's settings as {setting: value}; its own line where a value of either end of a range is wrong."""
    resource, d = searched.resource, len(searched.ranges)
    least, most = (int(resource.low), int(resource.high)) if resource else (0, 0)
    ends = searched.arguments([0.0] * d, least), searched.arguments([1.0] * d, most)
    settings, _ = map(study.settings, ends)
    named = [argument.partition("=")[2] for argument in ends[0] if argument.startswith("study=")]
    settings["study"] = named[-1] if named else settings["study"] or study.first()
    rows = settings.get("rows") or {}
    if len(rows) > 1 and any(rows.values()) and not any(a.startswith("rows=") for a in ends[0]):
        raise BadInput(f"rows of unlike settings: choose one, rows=NAME; there are: {', '.join(rows)}")
    return settings


def held_out(project, settings, column, searched):
    """(the column to tune, what it is read on). BadInput, in one line, where that would be the test set."""
    study = settings["study"]
    about = declared(project).get(study)
    if column and any(word in column.lower() for word in HELD_OUT):
        return column, "its name says that it is no test"
    if about is None:
        named = f"{shown(column)} is not named as one" if column else "no --column is named as one"
        raise BadInput(
            f"{project.name}, {study}: nothing is tuned on a test set; no setting that holds data out is known (held_out.toml), "
            f"and {named} of validation data"
        )
    name, wants, value = about["setting"], about.get("is"), settings[about["setting"]]
    if any(r.setting == name for r in searched.ranges):
        raise BadInput(f"{name}: says what data are held out, and is not searched")
    if (value != wants) if wants else not value > 0:
        raise BadInput(
            f"{project.name}, {study}: {name}={shown(value)} reads the test set, and nothing is tuned on that; "
            f"wanted {name}={wants or 10000}"
        )
    if column and column not in about["columns"]:
        raise BadInput(f"--column {shown(column)}: not read on held-out data; there are: {', '.join(about['columns'])}")
    return column or about["columns"][0], f"held out: {name}={value}"


def declared(project):
    """{study: {setting, is, columns}} that the project itself says, or else this one's held_out.toml of it."""
    own = project / "held_out.toml"
    try:
        content = tomllib.loads((own if own.is_file() else HERE / "held_out.toml").read_text(encoding="utf-8"))
        found = content if own.is_file() else content.get(project.name, {})
        for about in found.values():
            about["setting"].isidentifier(), about["columns"][0]
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise BadInput(f"{own}: wanted [study] tables with setting and columns ({error})") from None
    return found


def direction(column, settings, wanted):
    """1 where less is better, −1 where more is: by the option, the printed table, or the column's name."""
    if wanted.highest or wanted.lowest:
        return -1 if wanted.highest else 1
    if settings.get("reproduces"):
        table = papers.table(settings["reproduces"])
        if column in table.columns and table.column(column).better:
            return -1 if table.column(column).better == "higher" else 1
    for sign, words in ((1, LOWER), (-1, HIGHER)):
        if any(word in column.lower() for word in words):
            return sign
    raise BadInput(f"--column {shown(column)}: is less better, or more? Say --lowest or --highest")


def key(project, wanted, said):
    """A name of the journal: of another search, or other code of the project or of the core, it is another."""
    options = [getattr(wanted, name) for name in ("method", "trials", "row", "eta", "seeds", "seed")]
    code = digest([project, HERE, Path(streams.__file__).parent])
    return f"{wanted.method}-{hashlib.sha256(repr([said, options, code]).encode()).hexdigest()[:16]}"


class Search:
    """Trials of a plan, `workers` at a time, each in the journal before and after."""

    def __init__(self, study, searched, plan, journal, resources, sign, column, wanted):
        self.study, self.searched, self.plan, self.journal = study, searched, plan, journal
        self.resources, self.sign, self.column, self.wanted = resources, sign, column, wanted

    def arguments(self, trial):
        """What run.py is told for a Trial."""
        return self.searched.arguments(trial.point, self.resource(trial))

    def resource(self, trial):
        """How much of the resource a Trial is given; all of it where the search gives all the same."""
        return min(trial.resource * self.resources[0], self.resources[1]) if trial.resource else self.resources[1]

    def run(self):
        """[(trial, arguments, value)] of all trials in the order of their numbers; value times sign is to be low."""
        finished, waiting = replay(self.journal, self.plan, self.arguments)
        if finished:
            command.tell([f"  {len(finished)} trials are known from before"])
        executor, running = ThreadPoolExecutor(self.wanted.workers), {}
        try:
            while True:
                while len(running) < self.wanted.workers and len(finished) + len(running) < self.wanted.trials:
                    trial, asked = waiting.pop(0) if waiting else self._asked()
                    if trial is None:
                        break
                    running[executor.submit(self._value, asked)] = trial, asked
                if not running:
                    return [finished[number] for number in sorted(finished)]
                done = wait(running, return_when=FIRST_COMPLETED).done
                for future in sorted(done, key=lambda f: running[f][0].number):
                    trial, asked = running.pop(future)
                    finished[trial.number] = trial, asked, self._told(trial, future.result())
        finally:
            executor.shutdown(wait=True, cancel_futures=True)

    def _asked(self):
        trial = self.plan.ask()
        if trial is None:
            return None, None
        asked = self.arguments(trial)
        self.journal.write({"ask": trial.number, "arguments": asked})
        return trial, asked

    def _told(self, trial, value):
        self.journal.write({"told": trial.number, "value": value if math.isfinite(value) else None})
        self.plan.tell(trial, value)
        said = " ".join(f"{r.setting}={v}" for r, v in self.tried(trial))
        command.tell([f"  {trial.number + 1:4d}  {said}: {self.said(value)}"])
        return value

    def tried(self, trial):
        """[(Range, text of its value)] of a Trial."""
        found = [(r, r.value(u)) for r, u in zip(self.searched.ranges, trial.point)]
        return found + ([(self.searched.resource, str(self.resource(trial)))] if self.searched.resource else [])

    def said(self, value):
        """A value as a reader is told it."""
        return f"{self.column} {self.sign * value:.5g}" if math.isfinite(value) else "diverged"

    def _value(self, arguments):
        """The mean of the column over the seeds, times the sign; infinite where a seed diverged."""
        rows = self.study.values(arguments, self.wanted.seeds)
        if self.wanted.row is None and len(rows) > 1:
            raise BadInput(f"a run gives several rows: choose one, --row; there are: {', '.join(rows)}")
        row = self.wanted.row or next(iter(rows))
        if row not in rows:
            raise BadInput(f"--row {shown(row)}: no such row; there are: {', '.join(rows)}")
        values = rows[row]
        if None in values:
            return math.inf
        if self.column not in values[0]:
            raise BadInput(f"--column {shown(self.column)}: no such column; there are: {', '.join(values[0])}")
        numbers = [v[self.column][0] if isinstance(v[self.column], list) else v[self.column] for v in values]
        return self.sign * sum(numbers) / len(numbers)


def report(finished, search, project):
    """The best trials, and the command that reads the test set once."""
    most = max(search.resource(trial) for trial, *_ in finished)
    whole = sorted((f for f in finished if search.resource(f[0]) == most), key=lambda f: (f[2], f[0].number))
    if not math.isfinite(whole[0][2]):
        return command.tell(["every trial diverged"])
    heads = [r.setting for r, _ in search.tried(whole[0][0])]
    rows = [
        [str(t.number + 1), *(v for _, v in search.tried(t)), search.said(v).split()[-1]] for t, _, v in whole[:SHOWN]
    ]
    command.tell(["", "best:"])
    print("\n".join(command.table([["trial", *heads, search.column], *rows])))
    names = {about["setting"] for about in declared(project).values()}
    again = [f"'{a}'" if set(a) & set("[] (){}*,") else a for a in whole[0][1] if a.partition("=")[0] not in names]
    command.tell(["", "The best of many is a little lucky: what it is worth, say the test set, once, and other seeds:"])
    print(f"  cd {project} && python run.py {' '.join(again)}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
