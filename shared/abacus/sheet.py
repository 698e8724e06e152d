"""A reader's own table: a text file as named columns of numbers and of words, or one line that says why it is none."""

import csv
import io
import re
from pathlib import Path
from typing import NamedTuple

from abacus.errors import BadInput
from abacus.settings import suggestion

MISSING = ("", "na", "n/a", "nan", "null", "none", "?", "-", ".")
BYTES, FIELD, NUMBER = 50_000_000, 10_000, 60  # the largest file; the longest field and number, in characters
SMALLEST, LARGEST = 1e-40, 1e40  # squares of ratios of such numbers are still floats
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class Column(NamedTuple):
    """`values` in the order of the rows: numbers where `numeric`, else texts; None where a value is missing."""

    name: str
    values: list
    numeric: bool

    @property
    def present(self):
        """The values that are not missing."""
        return [value for value in self.values if value is not None]


def read(path, words=(), number=float, longest=FIELD):
    """{name: Column} of a file; the columns named in `words` (None: all) hold words even where they look like numbers.

    The first line gives the names (lines before it that begin with # are skipped). Values are separated by commas,
    semicolons (then 1,5 is one and a half) or tabs. `number` makes a number of its text (Fraction keeps it exact), and a
    field has at most `longest` characters. BadInput names the file, the line and what would have been right.
    """
    shown = printable(Path(path).name)
    read = rows(path, longest=longest)
    if not read:
        raise BadInput(f"{shown}: the file is empty")
    (_, names), *below = read
    _check_names(names, shown)
    for word in words or ():
        find(word, names, shown)
    for line, fields in below:
        if len(fields) != len(names):
            raise BadInput(f"{shown}, line {line}: {len(fields)} fields under {len(names)} names")
    if len(below) < 2:
        raise BadInput(f"{shown}: {len(below)} row{'s' * (len(below) != 1)} below the names; at least two are wanted")
    numbered = [line for line, _ in below]
    return {
        name: _column(name, [fields[k] for _, fields in below], numbered, words is None or name in words, number, shown)
        for k, name in enumerate(names)
    }


def find(name, columns, shown):
    """`name` if it is one of the names in `columns`; BadInput, with the name that was perhaps meant, otherwise."""
    if name not in columns:
        there = printable(", ".join(columns), 300)
        raise BadInput(
            f'{shown}: there is no column "{printable(name)}"{suggestion(name, columns)}; there are: {there}'
        )
    return name


def printable(text, most=40):
    """A text of a file within a printed line: nothing that breaks the line or reaches the terminal, at most so long."""
    return text if len(text) <= most and text.isprintable() else repr(text[:most])


def rows(path, separators=",;\t", longest=FIELD):
    """[(line number, stripped fields)] of all lines of a file that are not blank, but for remarks (#) before the first.

    The separator is the one of `separators` that the first of these lines has most often. BadInput where the file is no text.
    """
    text, shown = _text(Path(path)), printable(Path(path).name)
    lines = text.lstrip("\n").split("\n")
    remarks = next((k for k, line in enumerate(lines) if not line.startswith("#")), len(lines))
    skipped = len(text.split("\n")) - len(lines) + remarks
    return _rows("\n".join(lines[remarks:]), skipped, separators, longest, shown)


def lines(path):
    """The lines of a text file, without what ends them: CR LF, CR or LF. BadInput where the file is no text."""
    return _text(Path(path)).split("\n")


def _text(path):
    try:
        if path.stat().st_size > BYTES:
            raise BadInput(f"{printable(path.name)}: larger than {BYTES:,} bytes")
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{printable(path.name)}: {error.strerror}") from None
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")  # what spreadsheets write
    except UnicodeDecodeError as error:
        where = raw.count(b"\n", 0, error.start) + 1
        raise BadInput(f"{printable(path.name)}, line {where}: not UTF-8 text; save the file as UTF-8") from None
    if "\0" in text:
        raise BadInput(f"{printable(path.name)}: not a text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _rows(text, skipped, separators, longest, shown):
    first = re.sub('"[^"]*"', "", text.partition("\n")[0])  # without what stands in quotes
    separator = max(separators, key=first.count)
    before = csv.field_size_limit(longest)
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    try:
        rows = [(reader.line_num + skipped, [field.strip() for field in fields]) for fields in reader if fields]
    except csv.Error as error:
        why = f"a field of more than {longest:,} characters" if "limit" in str(error) else error
        raise BadInput(f"{shown}, line {reader.line_num + skipped}: {why}") from None
    finally:
        csv.field_size_limit(before)
    if separator == ";":
        rows = [(line, [_with_point(field) for field in fields]) for line, fields in rows]
    return rows


def _with_point(field):
    """1,5 as 1.5: where semicolons separate, the comma is the decimal sign."""
    candidate = field.replace(",", ".", 1)
    return candidate if "." not in field and _NUMBER.fullmatch(candidate) else field


def _check_names(names, shown):
    if all(_NUMBER.fullmatch(name) for name in names):
        raise BadInput(f"{shown}: the first line holds numbers; it should give the columns' names")
    for place, name in enumerate(names, 1):
        if not name or not name.isprintable():
            raise BadInput(f"{shown}: column {place} has no name that can be printed")
        if names.count(name) > 1:
            raise BadInput(f'{shown}: two columns are named "{name}"')


def _column(name, fields, lines, words, number, shown):
    fields = [None if field.lower() in MISSING else field.replace("\N{MINUS SIGN}", "-") for field in fields]
    there = [(field, line) for field, line in zip(fields, lines) if field is not None]
    others = [(field, line) for field, line in there if not _NUMBER.fullmatch(field)]
    if words or 2 * len(others) > len(there) or not there:
        return Column(name, fields, False)
    for field, line in others:
        what = "stands among numbers; correct it, or leave the field empty where it is missing"
        raise BadInput(f'{shown}, line {line}, column "{name}": {printable(field)} {what}')
    for field, line in there:
        if not SMALLEST <= abs(float(field)) <= LARGEST or len(field) > NUMBER:
            _check_size(
                field, f'{shown}, line {line}, column "{name}"'
            )  # before 1e999999999 is written out as a Fraction
    return Column(name, [None if field is None else number(field) for field in fields], True)


def _check_size(field, at):
    if len(field) > NUMBER:
        raise BadInput(f"{at}: a number of {len(field)} characters; at most {NUMBER} are read")
    if re.search("[1-9]", re.split("[eE]", field)[0]):  # else it is 0
        raise BadInput(f"{at}: {field} is outside what is read, {SMALLEST:g} to {LARGEST:g}")
