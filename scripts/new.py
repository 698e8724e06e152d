"""Begin a project: write projects/NAME and the first table of papers/PAPERKEY.toml.

python scripts/new.py gaussian_process rasmussen2006

What it writes runs and passes CI as it stands, but for one test: the negative control fails until it is written. Where
papers/PAPERKEY.toml is there already, a table is added at its end. CONTRIBUTING.md says how to go on.
"""

import argparse
import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SKELETON = ROOT / "scripts" / "skeleton"
PARTS = ("paper.toml", "table.toml")  # of papers/PAPERKEY.toml; the others are files of the project


class Refused(Exception):
    """A name that cannot be used, in one line."""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", metavar="NAME", help="the folder's name in projects/: small letters, digits and _")
    parser.add_argument("paperkey", metavar="PAPERKEY", help="the paper's name in papers/: rasmussen2006")
    asked = parser.parse_args()
    try:
        table = write(asked.name, asked.paperkey)
    except (Refused, OSError) as error:
        print(f"new: {error}", file=sys.stderr)
        return 2 if isinstance(error, Refused) else 1
    print(_next(asked.name, asked.paperkey, table))
    return 0


def write(name, key):
    """Write the project and its paper's table; the table's name. Refused before anything is written."""
    check(name, key)
    paper = ROOT / "papers" / f"{key}.toml"
    table, words = table_of(paper, name), {"PROJECT": name, "PAPERKEY": key, "TITLE": title(name)}
    words["TABLE"] = table

    def filled(text):
        return re.sub("|".join(words), lambda found: words[found[0]], text)

    for source in sorted(path for path in SKELETON.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        if source.name not in PARTS:
            target = ROOT / "projects" / name / filled(str(source.relative_to(SKELETON)))
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(filled(source.read_text(encoding="utf-8")), encoding="utf-8")
    known = paper if paper.exists() else SKELETON / "paper.toml"
    text = known.read_text(encoding="utf-8").rstrip("\n") + "\n"
    paper.write_text(text + filled((SKELETON / "table.toml").read_text(encoding="utf-8")), encoding="utf-8")
    return table


def check(name, key):
    """Refused where one of the two names is none, or the project is there."""
    if not re.fullmatch("[a-z][a-z0-9_]{0,59}", name):
        raise Refused(f"{_shown(name)}: wanted a name of small letters, digits and _ that begins with a letter")
    if not re.fullmatch("[a-z][a-z0-9_-]{0,59}", key):
        raise Refused(f"{_shown(key)}: wanted a key of small letters, digits, _ and -, such as rasmussen2006")
    if (ROOT / "projects" / name).exists():
        raise Refused(f"projects/{name} is there already")


def table_of(paper, name):
    """A table's name that the paper's file does not have yet. Refused where the file cannot be read."""
    if not paper.exists():
        return "table1"
    try:
        known = tomllib.loads(paper.read_text(encoding="utf-8")).get("tables", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(f"papers/{paper.name}: {error}") from None
    for table in ("table1", name, f"{name}_table1"):
        if table not in known:
            return table
    raise Refused(f"papers/{paper.name} has the tables table1, {name} and {name}_table1 already")


def title(name):
    """gaussian_process -> Gaussian process."""
    return name.replace("_", " ").capitalize()


def _shown(text):
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _next(name, key, table):
    return f"""projects/{name} and papers/{key}.toml are written. Then:
  cd projects/{name} && python run.py                        it runs as it stands
  git add projects/{name} papers/{key}.toml && git commit    a record names the commit that made it
  python run.py experiment={table} write=true                projects/{name}/results
  python ../../scripts/report.py                             its table in README.md and RESULTS.md
  pytest -n 0 .                                              one test fails: the negative control, until it is written"""


if __name__ == "__main__":
    sys.exit(main())
