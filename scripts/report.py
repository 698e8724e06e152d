"""Render every table into RESULTS.md, the projects' READMEs and the blocks of README.md, from papers/, results/ and lesson.toml.

RESULTS.md holds every table, DIFFERENCES.md what failed, with the cause that we suspect. A lesson shows a table where it says
<!-- table NAME --> ... <!-- end -->; for a long one it may carry a link instead, to RESULTS.md#PROJECT-NAME: the
heading under which the table stands there.

python scripts/report.py                          write what has changed
python scripts/report.py --check                  write nothing; status 1 where something would change
python scripts/report.py --json                   the ledger for programs: a list of objects, one a cell
python scripts/report.py changed before.json      the verdicts that are not what an earlier --json said
python scripts/report.py compare                  the tables that there are to compare with
python scripts/report.py compare mine.csv lecun1998/fig9_early    judge your own numbers (row, column, seed, value)
"""

import argparse
import csv
import json
import re
import sys
import tomllib

from abacus import exercises, lessons, papers, verdict
from abacus.errors import BadInput, Unavailable
from abacus.evidence import classes, front, ledger, picture, reasons, records, render, sabotage
from abacus.launch import printing


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "command",
        nargs="*",
        metavar="compare FILE TABLE | changed FILE",
        help="judge a CSV file; list changed verdicts",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; status 1 where something would change")
    parser.add_argument("--json", action="store_true", help="print the ledger as JSON")
    asked = parser.parse_args()
    try:
        if asked.command[:1] == ["compare"] and len(asked.command) == 3:
            return compare(*asked.command[1:])
        return list_tables() if asked.command[:1] == ["compare"] else report(asked, parser)
    except BadInput as error:
        print(f"report: {error}", file=sys.stderr)
        return 2
    except (Unavailable, OSError) as error:
        print(f"report: {error}", file=sys.stderr)
        return 1


def report(asked, parser):
    if asked.command and not (asked.command[0] == "changed" and len(asked.command) == 2):
        parser.error("wanted: compare FILE PAPER/TABLE, or changed FILE")
    found = ledger.entries()
    if asked.command:
        return changed_verdicts(json.loads(open(asked.command[1], encoding="utf-8").read()), ledger.objects(found))
    if asked.json:
        json.dump(ledger.objects(found), sys.stdout, indent=1)
        return 0
    texts = rendered(found)
    changed = [path for path, text in texts.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in changed:
        print(f"{'out of date' if asked.check else 'wrote'}: {path.relative_to(records.ROOT)}")
        if not asked.check:
            path.write_text(texts[path], encoding="utf-8")
    return 1 if asked.check and changed else 0


def rendered(found):
    """{path: its text as it should be} of every document that holds tables."""
    texts = {
        records.ROOT / "RESULTS.md": results_page(found),
        records.ROOT / "DIFFERENCES.md": reasons.page(found),
        records.ROOT / "results" / "verdict.svg": picture.svg(found),
    }
    readme = records.ROOT / "README.md"
    wanted = tomllib.loads((records.ROOT / "book" / "book.toml").read_text(encoding="utf-8"))["example"]
    blocks = {
        "experiments": classes.experiments(found),
        "examples": front.examples(found, wanted),
        "cards": front.cards(lessons.all_of()),
    }
    texts[readme] = _fill(readme.read_text(encoding="utf-8"), blocks, readme)
    for folder in dict.fromkeys(entry.project for entry in found):
        lesson = folder / "README.md"
        tables = {f"table {e.experiment}": ledger.full_table(e) for e in found if e.project == folder}
        tables["exercises"] = exercises.table(folder)
        measured = records.ROOT / "results" / f"speed-{folder.name}.json"
        if measured.exists():
            tables["speed"] = ledger.speed_table(json.loads(measured.read_text(encoding="utf-8")))
        if lesson.exists():
            texts[lesson] = _fill(lesson.read_text(encoding="utf-8"), tables, lesson)
    return texts


def results_page(found):
    """RESULTS.md: the ledger by class, by table, every table in full, then speed and mutants where they have been measured."""
    parts = [
        "# Results",
        "Rendered by `python scripts/report.py` from papers/ and projects/*/results/. Nothing here is typed. What did not "
        "reproduce, and why: [DIFFERENCES.md](DIFFERENCES.md).",
        "## By class of proof",
        "Each print counts once, in one column. There is no sum: an experiment and a formula are not one kind of evidence. "
        + classes.experiments(found),
        classes.markdown(found),
        "## By table",
        "`*` is read from committed records; `(variant)` judges prints a second time and is not counted above; `(stale)` "
        "was computed by earlier code.",
        ledger.markdown(found),
        "Printed, and run by no experiment:",
        "\n".join(f"- {table.key}: {table.where}" for table in classes.without_experiment(found)),
    ]
    for entry in found:
        if entry.table:
            parts += [f"## {entry.project.name}: {entry.experiment}", ledger.full_table(entry)]
    for path in sorted((records.ROOT / "results").glob("speed-*.json")):
        parts += [
            f"## Speed: {path.stem.removeprefix('speed-')}",
            ledger.speed_table(json.loads(path.read_text(encoding="utf-8"))),
        ]
    broken = records.ROOT / "results" / "sabotage.json"
    if broken.exists():
        parts += ["## Sabotage", sabotage.markdown(json.loads(broken.read_text(encoding="utf-8")), found)]
    mutants = records.ROOT / "results" / "mutation.json"
    if mutants.exists():
        parts += ["## Mutants", ledger.mutation_line(json.loads(mutants.read_text(encoding="utf-8")))]
    return "\n\n".join(parts) + "\n"


def changed_verdicts(before, now):
    """Print every cell whose printed value or verdict is not what it was: a line each, old -> new, and the reason."""
    place = ("project", "experiment", "row", "column")
    old = {tuple(cell[name] for name in place): cell for cell in before}
    new = {tuple(cell[name] for name in place): cell for cell in now}
    for key in dict.fromkeys([*old, *new]):
        was, is_ = (cells.get(key, {"reported": "", "verdict": "", "reason": ""}) for cells in (old, new))
        if (was["reported"], was["verdict"]) != (is_["reported"], is_["verdict"]):
            texts = [f"{cell['reported']} {cell['verdict'] or 'no verdict'}".strip() for cell in (was, is_)]
            print(f"{' | '.join(key)}: {texts[0]} -> {texts[1]}" + (f" ({is_['reason']})" if is_["reason"] else ""))
    return 0


def list_tables():
    """Print every printed table with its rows and columns: what `compare` can judge."""
    for name in papers.tables():
        table = papers.table(name)
        print(f"{name}: {len(table.rows)} rows ({_few(table.rows)}), columns {_few(table.columns)}")
    return 0


def _few(names):
    names = list(names)
    return ", ".join(names[:3]) + (" ..." if len(names) > 3 else "")


def compare(path, name):
    """Judge the values of a CSV file (columns row, column, seed, value, and spread if there is one) against a paper's table."""
    table, seeds = papers.table(name), {}
    with open(path, newline="", encoding="utf-8") as file:
        lines = csv.DictReader(file)
        if lines.fieldnames is None or not {"row", "column", "seed", "value"} <= set(lines.fieldnames):
            raise BadInput(
                f"{path}: wanted the columns row, column, seed, value; got {', '.join(lines.fieldnames or ['nothing'])}"
            )
        for line in lines:
            row, column, seed, value = _value(path, lines.line_num, line, table)
            seeds.setdefault(row, {}).setdefault(seed, {})[column] = value
    results = {row: verdict.Result(by_seed, deterministic=len(by_seed) == 1) for row, by_seed in seeds.items()}
    print(render.terminal(table, verdict.judge(table, results), colour=sys.stdout.isatty()))
    return 0


def _value(path, number, line, table):
    try:
        seed, value = int(line["seed"]), float(line["value"])
        spread = float(line["spread"]) if line.get("spread") else None
    except (TypeError, ValueError):
        raise BadInput(f"{path}, line {number}: wanted a whole seed and a number, got {line}") from None
    if line["row"] not in table.rows:
        raise BadInput(
            f"{path}, line {number}: {table.key} has no row {line['row']!r}; there are: {', '.join(table.rows)}"
        )
    if line["column"] not in table.columns:
        raise BadInput(
            f"{path}, line {number}: {table.key} has no column {line['column']!r}; there are: {', '.join(table.columns)}"
        )
    return line["row"], line["column"], seed, value if spread is None else (value, spread)


def _fill(text, blocks, path):
    """`text` with what stands between <!-- NAME --> and <!-- end --> replaced by blocks[NAME]."""

    def block(match):
        if match[1] not in blocks:
            raise BadInput(f"{path}: no such table: <!-- {match[1]} -->; there are: {', '.join(blocks)}")
        return f"<!-- {match[1]} -->\n{blocks[match[1]]}\n<!-- end -->"

    return re.sub(
        r"<!-- ((?:table [^>]*?)|experiments|examples|cards|exercises|speed) -->.*?<!-- end -->",
        block,
        text,
        flags=re.DOTALL,
    )


if __name__ == "__main__":
    printing()
    sys.exit(main())
