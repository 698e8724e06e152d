"""One [tables.<name>] of a paper's file: its shape, read and checked."""

import difflib
from dataclasses import dataclass

from abacus.errors import BadInput
from abacus.papers.printed import Printed, parse

KINDS = ("exact", "count", "rate", "score", "mean", "integral", "run")
_CHOICES = {
    "kind": KINDS,
    "better": ("", "higher", "lower"),
    "spread": ("", "sd", "se"),
    "average": ("mean", "interquartile"),
    "folds": ("", "unknown"),
}
CLASSES = ("experiment", "fit", "count", "software", "certificate", "suite", "closed form", "reference")  # DESIGN.md, 5
_BY_COLUMN = dict.fromkeys(("kind", "metric", "unit", "better", "spread", "average", "folds"), str)
_BY_COLUMN |= {"runs": int, "n": int}
_WHOLE = {
    "class": str,
    "where": str,
    "columns": list,
    "rows": dict,
    "protocol": dict,
    "orderings": list,
    "rule": str,
    "note": str,
}


@dataclass(frozen=True)
class Column:
    """What a table says of one of its columns; None and "" are unknown.

    `kind` chooses the verdict's rule: "exact" (closed forms and deterministic methods: every printed digit), "count",
    "rate" (a proportion of n test items), "score" (another metric, averaged over n items), "mean" (the average of m
    runs), "integral" (a closed form that we estimate by Monte Carlo), "run" (one anecdotal stochastic run).
    `better` is "higher" or "lower"; `runs` is m, the runs that the paper averages over; `n` the items in the test set;
    `spread` says what "+-" means: "sd" of one run, "se" of the mean; `average` is "mean", or "interquartile" for skewed
    scores; `folds` is "unknown" where the paper cross-validates over folds that it does not give.
    """

    kind: str
    metric: str
    unit: str
    better: str
    runs: int | None
    n: int | None
    spread: str
    average: str
    folds: str


@dataclass(frozen=True)
class Table:
    """One printed table: `rows[row][column]` is a Printed, or None where the paper prints nothing.

    What a file gives once or per column stands here per column, as {column: value}; `column(name)` is a Column of it.
    `orderings` are the text's claims (better row, worse row, column); `rule` is such as "best of 3": shown here, and
    applied to ours by the run itself.
    """

    key: str
    paper: str
    where: str
    columns: tuple[str, ...]
    kind: dict[str, str]
    rows: dict[str, dict[str, Printed | None]]
    metric: dict[str, str]
    unit: dict[str, str]
    better: dict[str, str]
    runs: dict[str, int | None]
    n: dict[str, int | None]
    spread: dict[str, str]
    average: dict[str, str]
    folds: dict[str, str]
    protocol: dict[str, object]
    orderings: tuple[tuple[str, str, str], ...] = ()
    rule: str = ""
    note: str = ""
    proof: str = ""  # the file's `class`: what kind of number is printed

    def column(self, name):
        """What the table says of the column `name`, as Column."""
        return Column(**{option: getattr(self, option)[name] for option in _BY_COLUMN})


def read_table(paper, name, raw, at):
    """The Table of the TOML content `raw`; BadInput beginning with `at` (file and table) where it is malformed."""
    check(raw, _WHOLE | dict.fromkeys(_BY_COLUMN), ["where", "columns", "kind", "rows"], at)
    if raw.get("class", CLASSES[0]) not in CLASSES:
        raise BadInput(f'{at}: class = "{raw["class"]}"{meant(raw["class"], CLASSES)}')
    columns = tuple(texts(raw["columns"], f"{at}, columns"))
    if len(set(columns)) < len(columns):
        raise BadInput(f"{at}: two columns have the same name")
    options = {option: _by_column(option, raw.get(option), columns, at) for option in _BY_COLUMN}
    for column, kind in options["kind"].items():
        if not kind:
            raise BadInput(f'{at}: the column "{column}" has no kind')
    rows = {row: _row(values, options, f'{at}, row "{row}"') for row, values in raw["rows"].items()}
    claims = [claim for raw_claim in raw.get("orderings", []) for claim in _claims(raw_claim, rows, options, at)]
    for setting, value in raw.get("protocol", {}).items():
        for row in value if isinstance(value, dict) else ():
            if row not in rows:
                raise BadInput(f'{at}: protocol, {setting}: unknown row "{row}"{meant(row, rows)}')
    said = {option: raw.get(option, "") for option in ("where", "rule", "note")} | {"protocol": raw.get("protocol", {})}
    said["proof"] = raw.get("class", "")
    return Table(f"{paper}/{name}", paper, columns=columns, rows=rows, orderings=tuple(claims), **said, **options)


def check(content, types, needed, at):
    """BadInput where `content` lacks a key that is `needed`, has one that `types` lacks, or a value of another type."""
    if not isinstance(content, dict):
        raise BadInput(f"{at}: {content!r} stands where keys are expected")
    for name, value in content.items():
        if name not in types:
            raise BadInput(f'{at}: unknown key "{name}"{meant(name, types)}')
        if types[name] and (not isinstance(value, types[name]) or isinstance(value, bool)):
            raise BadInput(f"{at}: {name} = {value!r} is not of type {types[name].__name__}")
    for name in needed:
        if not content.get(name):
            raise BadInput(f'{at}: "{name}" is missing or empty')


def texts(values, at):
    """`values`, once they are known to be strings."""
    for value in values:
        if not isinstance(value, str):
            raise BadInput(f'{at}: {value!r} is not a string; write it as printed, in quotes: "{value}"')
    return values


def meant(name, names):
    """The end of a message about an unknown name: '; did you mean "fig9"?', or else the names there are."""
    close = difflib.get_close_matches(str(name), list(names), 1)
    if close:
        return f'; did you mean "{close[0]}"?'
    return f"; there are: {', '.join(sorted(names))}" if names else ""


def _by_column(option, value, columns, at):
    """A scalar, a list or {column: value} as {column: value}; no entry, or a 0 or "" in a list, stands for unknown."""
    if isinstance(value, list):
        if len(value) != len(columns):
            raise BadInput(f"{at}: {option} has {len(value)} values for {len(columns)} columns")
        value = dict(zip(columns, value))
    elif not isinstance(value, dict):
        value = {} if value is None else dict.fromkeys(columns, value)
    for column, one in value.items():
        if column not in columns:
            raise BadInput(f'{at}: {option} names an unknown column "{column}"{meant(column, columns)}')
        if type(one) is not _BY_COLUMN[option] or (_BY_COLUMN[option] is int and one < 0):
            raise BadInput(f"{at}: {option} = {one!r} is not {'a string' if _BY_COLUMN[option] is str else 'a count'}")
        if one not in _CHOICES.get(option, [one]):
            raise BadInput(f'{at}: {option} = "{one}"{meant(one, [choice for choice in _CHOICES[option] if choice])}')
    unknown = None if _BY_COLUMN[option] is int else "mean" if option == "average" else ""
    return {column: value.get(column) or unknown for column in columns}


def _row(values, options, at):
    columns = list(options["kind"])
    values = values if isinstance(values, list) else [values]
    if len(values) != len(columns):
        raise BadInput(f"{at}: {len(values)} values for {len(columns)} columns")
    cells = {}
    for column, text in zip(columns, texts(values, at)):
        try:
            cells[column] = parse(text, exact=options["kind"][column] == "count")
            if cells[column]:
                _check_cell(cells[column], {option: value[column] for option, value in options.items()})
        except ValueError as error:
            raise BadInput(f'{at}, column "{column}": {error}') from None
    return cells


def _check_cell(cell, option):
    if cell.spread is not None and not option["spread"]:
        raise ValueError(f'"{cell.text}" has a spread; the table says what it is: spread = "sd" or "se"')
    whole = 100 if option["unit"] == "%" else 1
    proportion = option["kind"] == "rate" or (option["kind"] == "mean" and option["n"])
    if proportion and not 0 <= cell.number <= whole:
        raise ValueError(f'"{cell.text}" is no proportion, 0 to {whole} (n is for those; per cent needs unit = "%")')


def _claims(claim, rows, options, at):
    """(better row, worse row, column) for the column named third, or else for every column that has a `better`."""
    if not isinstance(claim, list) or len(claim) not in (2, 3) or not all(isinstance(name, str) for name in claim):
        raise BadInput(f"{at}: an ordering is [better row, worse row] or [..., column], not {claim!r}")
    for row in claim[:2]:
        if row not in rows:
            raise BadInput(f'{at}: an ordering names an unknown row "{row}"{meant(row, rows)}')
    named = claim[2:] or [column for column, better in options["better"].items() if better]
    if not named or not options["better"].get(named[0]):
        raise BadInput(f'{at}: the ordering {claim!r} needs a column with better = "higher" or "lower"')
    return [(claim[0], claim[1], column) for column in named]
