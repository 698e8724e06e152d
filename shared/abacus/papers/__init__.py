"""What the papers print: papers/<key>.toml, and small printed data sets in papers/<key>.csv, as typed objects.

A file holds what the paper prints and nothing else. Values are strings, exactly as printed (printed.py):

    [paper]
    title = "..."; authors = ["..."]; year = 2017; venue = "..."; arxiv = "..."      # or doi, url, isbn
    [facts]                                        # counts the text states
    "parameters of LeNet-5" = 60000
    [tables.table3]
    class = "experiment"                           # what kind of evidence it is: table.CLASSES
    where = "Table 3, p. 7"; metric = "test accuracy"; unit = "%"; better = "higher"
    columns = ["Citeseer", "Cora"]
    kind = "mean"; runs = 100; n = [1000, 1000]    # these, metric, unit, better, spread, average and folds: one value,
                                                   # one per column, or { Cora = 1000 }; papertable.Column explains them
    protocol = { epochs = 200, hidden = 16 }       # the paper's settings, or { setting = { row = value } }; `study` too
    orderings = [["A", "B"], ["A", "C", "Cora"]]   # claims of the text: A is better than B; than C on Cora
    rule = "best of 3"; note = "..."               # shown with the table
    [tables.table3.rows]
    "A" = ["70.3", "81.5 +- 0.5"]                  # spread = "sd" or "se" says what "+-" means
    "B" = ["?46.5", ""]                            # "?" not yet seen in print; "" not printed

What a run reads of all this is data of its record, like a data set: `opened` and `fingerprint`.

(One key a line in TOML.) Every mistake is one BadInput line with the file, the table, the row and the column.
"""

import contextlib
import csv
import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from abacus.errors import BadInput, Unavailable
from abacus.papers.table import Table, check, meant, read_table, texts

FOLDER = Path(__file__).resolve().parents[3] / "papers"

_ABOUT = {"title": str, "authors": list, "year": int} | dict.fromkeys(("venue", "arxiv", "doi", "url", "isbn"), str)


@dataclass(frozen=True)
class Paper:
    """One file of papers/: who printed it and where, the counts its text states, its tables by name."""

    key: str
    title: str
    authors: tuple[str, ...]
    year: int
    venue: str
    arxiv: str
    doi: str
    url: str
    isbn: str
    facts: dict[str, object]
    tables: dict[str, Table]


def keys(folder=FOLDER):
    """The keys of all papers, sorted."""
    return _stems(folder, ".toml")


def tables(folder=FOLDER):
    """The names of all tables, "paper/table": papers sorted, tables in the order of their file."""
    return [f"{key}/{name}" for key in keys(folder) for name in paper(key, folder).tables]


def facts(key, folder=FOLDER):
    """The counts that the text of a paper states, by name."""
    _note(f"{key}/facts", folder)
    return paper(key, folder).facts


def table(name, folder=FOLDER):
    """The printed table "paper/table", as Table."""
    key, slash, short = str(name).partition("/")
    if not slash:
        raise BadInput(f'"{name}" names no table: write "paper/table", such as "{name}/table1"')
    found = paper(key, folder).tables
    if short not in found:
        raise BadInput(f'papers/{key}.toml has no table "{short}"{meant(short, found)}')
    _note(f"{key}/tables/{short}", folder)
    return found[short]


def rows(key, folder=FOLDER):
    """The printed data of papers/<key>.csv: (header, list of rows), all strings; lines beginning with # are remarks."""
    path = _path(key, ".csv", folder)
    _note(f"{key}.csv", folder)
    try:
        with path.open(encoding="utf-8", newline="") as lines:
            read = [row for row in csv.reader(line for line in lines if not line.startswith("#")) if row]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadInput(f"papers/{path.name}: {error}") from None
    if len(read) < 2:
        raise BadInput(f"papers/{path.name}: a line of names and at least one row are expected")
    for number, row in enumerate(read[1:], 1):
        if len(row) != len(read[0]):
            raise BadInput(f"papers/{path.name}, row {number}: {len(row)} fields under {len(read[0])} names")
    return read[0], read[1:]


def paper(key, folder=FOLDER):
    """The paper of papers/<key>.toml, read and checked. (For what judges or draws: a run reads `facts`, `table`, `rows`.)"""
    path = _path(key, ".toml", folder)
    at = f"papers/{path.name}"
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInput(f"{at}: {error}") from None
    check(content, {"paper": dict, "facts": dict, "tables": dict}, ["paper"], at)
    about = content["paper"]
    check(about, _ABOUT, ["title", "authors", "year"], f"{at}, [paper]")
    about = {name: about.get(name, "") for name in _ABOUT}
    about["authors"] = tuple(texts(about["authors"], f"{at}, [paper], authors"))
    found = {name: read_table(key, name, raw, f"{at}, table {name}") for name, raw in content.get("tables", {}).items()}
    return Paper(key, **about, facts=content.get("facts", {}), tables=found)


_opened, _noting = set(), [True]


def opened():
    """What this process has read so far, as names for `fingerprint`, sorted: papers/longley1967.csv, papers/x/facts."""
    return sorted(_opened)


@contextlib.contextmanager
def unseen():
    """Inside, what is read is not noted: for what judges or draws, and computes nothing."""
    _noting.append(False)
    try:
        yield
    finally:
        _noting.pop()


_touched = []


@contextlib.contextmanager
def touched():
    """Inside, the set that is given takes the name of every file of papers/ that is read, seen or unseen."""
    _touched.append(set())
    try:
        yield _touched[-1]
    finally:
        _touched.pop()


def fingerprint(name, folder=FOLDER):
    """sha256 (hex) of the content that a name of `opened` stands for: the fields, not how the file is laid out."""
    with unseen():
        inner = name.removeprefix("papers/")
        if inner.endswith(".csv"):
            content = rows(inner.removesuffix(".csv"), folder)
        else:
            key, kind, *short = inner.split("/", 2)
            content = facts(key, folder) if kind == "facts" else _printed(table(f"{key}/{short[0]}", folder))
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _printed(table):
    """The numbers of a table as plain values."""
    return {row: {column: cell and vars(cell) for column, cell in cells.items()} for row, cells in table.rows.items()}


def _note(name, folder):
    if _noting[-1] and folder == FOLDER:
        _opened.add(f"papers/{name}")


def _stems(folder, suffix):
    if not Path(folder).is_dir():
        raise Unavailable(f"no folder {folder}: Abacus is used from a checkout of its repository (pip install -e .)")
    return sorted(path.stem for path in Path(folder).glob("*" + suffix))


def _path(key, suffix, folder):
    there = _stems(folder, suffix)
    if key not in there:  # compared with a listing, never joined unseen: a key cannot lead out of the folder
        raise BadInput(f"there is no papers/{key}{suffix}{meant(key, there)}")
    for names in _touched:
        names.add(key + suffix)
    return Path(folder) / (key + suffix)
