"""Write the functions of this repository yourself, one after the other, and run the papers' tables with them.

python scripts/learn.py                            the path: every exercise, and how far you are
python scripts/learn.py start [PROJECT/NAME]       a file with the signature; without a name, the next one on the path
python scripts/learn.py check [PROJECT/NAME]       compare your function with ours; without a name, the one at hand
python scripts/learn.py hint [PROJECT/NAME]        one hint, then another
python scripts/learn.py solution [PROJECT/NAME]    our function, once you have tried
python scripts/learn.py table [PROJECT/NAME] [WORDS]    the paper's table with your function in it (WORDS go to run.py)
python scripts/learn.py grade FOLDER               for a teacher: the folders of many learners, checked, as CSV

Your files stand in mine/ (or --mine FOLDER, or $ABACUS_MINE), which git does not see; nothing else is ever changed.
Status 0; 1 where a check fails or a table does not run; 2 for a name that there is not.
"""

import argparse
import csv
import shlex
import sys
from pathlib import Path

from abacus import exercises, lessons
from abacus.errors import BadInput, Unavailable
from abacus.launch import printing

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from tutor import desk, process, shadow  # noqa: E402
from tutor.check import unfit  # noqa: E402


def main():
    asked, more = parser().parse_known_args()
    if more and asked.command != "table":
        parser().error(f"unknown: {' '.join(more)}")
    try:
        if asked.command == "grade":
            return grade(Path(asked.name), asked.seconds)
        mine = desk.Desk(Path(asked.mine or desk.folder()).expanduser().resolve())
        return COMMANDS[asked.command](mine, asked, more)
    except BadInput as error:
        print(f"learn: {error}", file=sys.stderr)
        return 2
    except (Unavailable, OSError) as error:
        print(f"learn: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser():
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("command", nargs="?", default="path", choices=[*COMMANDS, "grade"], metavar="COMMAND")
    made.add_argument(
        "name", nargs="?", default="", metavar="NAME", help="project/name of an exercise; a folder for grade"
    )
    made.add_argument("--mine", metavar="FOLDER", help="your own folder (mine/)")
    made.add_argument("--seconds", type=_seconds, default=process.SECONDS, help="that a check may take (%(default)s)")
    made.add_argument(
        "--anyway", action="store_true", help="show the solution, or run the table, before a check has passed"
    )
    return made


def path(mine, asked, more):
    """Print the path: the seven steps, their lessons, their exercises."""
    every, step = exercises.all_of(), None
    for lesson, inner in every.items():
        if lesson.step != step and inner:
            step = lesson.step
            print(f"\n{step} {lessons.STEPS[step]}")
        for e in inner:
            print(f"  {desk.SIGNS[mine.state(e)]} {e.key:<34} {e.minutes:>3} min  {e.title}")
    found = [e for inner in every.values() for e in inner]
    solved = sum(mine.state(e) == "solved" for e in found)
    then = f" Next: python scripts/learn.py start {_next(mine).key}" if solved < len(found) else ""
    print(f"\n{solved} of {len(found)} solved.{then}")
    return 0


def start(mine, asked, more):
    """Write the stub of an exercise."""
    e = exercises.find(asked.name) if asked.name else _next(mine)
    fresh, file = mine.start(e), _short(mine.path(e))
    print(f"{e.title} ({e.minutes} min)\n{e.task}")
    print(f"{'Write' if fresh else 'Go on in'} {file}, then: python scripts/learn.py check {e.key}")
    return 0


def check(mine, asked, more):
    """Check one exercise."""
    e = _at_hand(mine, asked.name)
    found = _checked(mine, e, asked.seconds)
    if found.passed:
        print(f"● {e.key}: {found.says[0]}.")
        print(f"Now the table with your {e.function} in it: python scripts/learn.py table {e.key}")
        return 0
    print(f"✗ {e.key}: {found.says[0]}")
    left = len(e.hints) - mine.of(e)["hints"]
    more = [*found.says[1:], *([f"(a hint: python scripts/learn.py hint {e.key})"] if left else [])]
    print(*(f"  {line}" for line in more), sep="\n", end="\n" if more else "")
    return 1


def hint(mine, asked, more):
    """Show the hints so far, and one more."""
    e = _at_hand(mine, asked.name)
    shown = min(mine.of(e)["hints"] + 1, len(e.hints))
    mine.note(e, hints=shown)
    for number, text in enumerate(e.hints[:shown], 1):
        print(f"{number}/{len(e.hints)} {text}")
    return 0


def solution(mine, asked, more):
    """Show the repository's own function."""
    e = _at_hand(mine, asked.name)
    if not (mine.of(e)["tries"] or asked.anyway):
        raise BadInput(f"{e.key}: first a try: python scripts/learn.py check {e.key} (or solution --anyway)")
    print(f"{_short(e.file)}, line {e.span[0] + 1}; yours is {_short(mine.path(e))}\n\n{e.source}", end="")
    return 0


def table(mine, asked, more):
    """Run the paper's table with the learner's function in it."""
    e = _at_hand(mine, asked.name)
    found = _checked(mine, e, asked.seconds)
    if not found.passed and (not asked.anyway or unfit(e, mine.path(e))):
        print(f"✗ {e.key}: {found.says[0]}\n  (--anyway runs the table all the same)")
        return 1
    words = list(dict.fromkeys([*e.table, *more]))
    if any(word.partition("=")[0] == "write" for word in words):
        raise BadInput("write=true: results are the repository's own; a table with your function in it is only shown")
    folder = shadow.build(e, mine.path(e), mine.folder / ".tree")
    print(f"{e.file.name} with your {e.function} in it: python run.py {shlex.join(words)}", flush=True)
    status = shadow.run(folder, words, HOUR)
    if status is None:
        print(f"no table within {HOUR / 60:g} minutes, so it was stopped")
    print(f"What it leaves: {_short(folder / 'runs')}")
    return 0 if status == 0 else 1


def grade(folder, seconds):
    """Print a CSV: every exercise that a learner has begun, checked; FOLDER holds a folder for each learner."""
    if not folder.is_dir():
        raise BadInput(f"{folder}: no such folder")
    known = [e for inner in exercises.all_of().values() for e in inner]
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["learner", "exercise", "solved", "hints", "says"])
    for learner in sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith(".")):
        try:
            theirs = desk.Desk(learner.resolve())
        except BadInput:
            theirs = None
        for e in known:
            file = learner.resolve() / e.folder.name / f"{e.name}.py"
            if file.is_file():
                found, _ = process.check(e, file, seconds)
                hints = theirs.of(e)["hints"] if theirs else ""
                out.writerow([learner.name, e.key, "yes" if found.passed else "no", hints, found.says[0]])
                sys.stdout.flush()
    return 0


COMMANDS = {
    "path": path, "start": start, "check": check, "hint": hint, "solution": solution, "table": table,
}  # fmt: skip
HOUR = 3600  # seconds: the longest time of a table


def _checked(mine, e, seconds):
    """Check, print what the code printed, and remember."""
    file = mine.path(e)
    if not file.is_file():
        raise BadInput(f"{e.key} is not begun: python scripts/learn.py start {e.key}")
    found, printed = process.check(e, file, seconds)
    if printed.strip():
        print(f"(your code printed:)\n{printed.rstrip()}")
    mine.note(e, tries=mine.of(e)["tries"] + 1, solved=found.passed or mine.of(e)["solved"])
    return found


def _at_hand(mine, name):
    if name or mine.now:
        return exercises.find(name or mine.now)
    raise BadInput("which exercise? python scripts/learn.py shows them")


def _next(mine):
    """The first exercise on the path that is not solved, or the first."""
    every = [e for inner in exercises.all_of().values() for e in inner]
    return next((e for e in every if mine.state(e) != "solved"), every[0])


def _short(file):
    """A path as seen from here, where that is shorter."""
    here = Path.cwd()
    return file.relative_to(here) if file.is_relative_to(here) else file


def _seconds(text):
    value = float(text)
    if not 0 < value <= HOUR:
        raise argparse.ArgumentTypeError(f"{text}: wanted above 0, at most {HOUR}")
    return value


if __name__ == "__main__":
    printing()
    sys.exit(main())
