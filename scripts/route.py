"""Time a beginner's way on this machine: clone, install, a first picture, a first exercise, the paper's table, the book.

python scripts/route.py                            the way of pca/standardised, with what each command prints
python scripts/route.py --exercise PROJECT/NAME    of another exercise
python scripts/route.py --json results/route.json  keep the seconds

The clone is of the present commit, the environment a new one (pip fetches what its cache lacks). What a learner thinks is not
timed: between `start` and `check` stands the repository's own function. Processor seconds are of all cores, and say what a
stage needs where other work slows down the clock.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from abacus import exercises
from abacus.errors import BadInput

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from tutor import stub  # noqa: E402


class Way:
    """The stages so far: commands run one after the other, their seconds kept."""

    def __init__(self):
        self.stages = []

    def go(self, name, *command, at):
        """Run a command in the folder `at`, print what it prints, keep its seconds as those of the stage `name`."""
        said = " ".join("python" if Path(word).name.startswith("python") else word for word in map(str, command))
        print(f"\n$ {said}", flush=True)
        environ = {
            name: value
            for name, value in os.environ.items()
            if name not in ("PYTHONPATH", "ABACUS_MINE", "ABACUS_RUNS")
        }
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        done = subprocess.run([str(word) for word in command], cwd=at, env=environ)
        seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode:
            raise SystemExit(f"route: {name}: status {done.returncode}")
        used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        self.stages.append({"stage": name, "seconds": round(seconds, 1), "processor": round(used, 1)})


def walk(exercise, folder):
    """The Way from nothing to the table and the book, in an empty folder; and the book's megabytes."""
    way, checkout, python = Way(), folder / "abacus", folder / "venv" / "bin" / "python"
    way.go("clone", "git", "clone", "--quiet", ROOT, checkout, at=folder)
    way.go("environment", sys.executable, "-m", "venv", folder / "venv", at=folder)
    way.go("install", python, "-m", "pip", "install", "--quiet", "-e", ".[book]", at=checkout)
    way.go("first picture", python, "run.py", at=checkout / "projects" / exercise.folder.name)
    learn = python, "scripts/learn.py"
    way.go("start", *learn, "start", exercise.key, at=checkout)
    written = checkout / "mine" / exercise.folder.name / f"{exercise.name}.py"
    text = written.read_text(encoding="utf-8").replace(stub.body(exercise), exercise.source)
    written.write_text(text, encoding="utf-8")
    way.go("check", *learn, "check", exercise.key, at=checkout)
    way.go("table", *learn, "table", exercise.key, at=checkout)
    way.go("book", python, "scripts/book.py", at=checkout)
    size = sum(file.stat().st_size for file in (checkout / "build" / "book").rglob("*") if file.is_file())
    return way.stages, round(size / 1e6, 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--exercise", default="pca/standardised", help="PROJECT/NAME (%(default)s)")
    parser.add_argument("--json", type=Path, help="keep the measurements here")
    asked = parser.parse_args()
    try:
        exercise = exercises.find(asked.exercise)
    except BadInput as error:
        print(f"route: {error}", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="abacus-route-") as folder:
        stages, megabytes = walk(exercise, Path(folder))
    print(f"\n{'stage':14} seconds processor")
    for line in stages:
        print(f"{line['stage']:14} {line['seconds']:7.1f} {line['processor']:9.1f}")
    print(f"the book: {megabytes} MB")
    if asked.json:
        lines = ",\n".join(f"  {json.dumps(line)}" for line in stages)
        head = f'"exercise": "{exercise.key}", "book_megabytes": {megabytes}'
        asked.json.write_text(f'{{{head}, "stages": [\n{lines}\n]}}\n', encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
