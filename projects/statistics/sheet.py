"""A reader's own table: a text file as named columns of numbers and of words, or one line that says why it is none."""

import csv
import io
import re
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from abacus.errors import BadInput
from abacus.settings import suggestion

MISSING = ("", "na", "n/a", "nan", "null", "none", "?", "-", ".")
BYTES, FIELD, NUMBER = 50_000_000, 10_000, 60  # the largest file; the longest field and number, in characters
SMALLEST, LARGEST = 1e-40, 1e40  # squares of ratios of such numbers are still floats
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class Column(NamedTuple):
    """`values` in the order of the rows: Fractions where `numeric`, else texts; None where a value is missing."""

    name: str
    values: list
    numeric: bool

    @property
    def present(self):
        """The values that are not missing."""
        return [value for value in self.values if value is not None]


def read(path, words=()):
    """{name: Column} of a file; the columns named in `words` hold words even where they look like numbers.

    The first line gives the names (lines before it that begin with # are skipped). Values are separated by commas,
    semicolons (then 1,5 is one and a half) or tabs. BadInput names the file, the line and what would have been right.
    """
    text, shown = _text(Path(path)), Path(path).name
    lines = text.lstrip("\n").split("\n")
    remarks = next((k for k, line in enumerate(lines) if not line.startswith("#")), len(lines))
    skipped = len(text.split("\n")) - len(lines) + remarks
    rows = _rows("\n".join(lines[remarks:]), skipped, shown)
    if not rows:
        raise BadInput(f"{shown}: the file is empty")
    (_, names), *rows = rows
    _check_names(names, rows, shown)
    for word in words:
        if word not in names:
            raise BadInput(
                f'{shown}: there is no column "{word}"{suggestion(word, names)}; there are: {", ".join(names)}'
            )
    for line, fields in rows:
        if len(fields) != len(names):
            raise BadInput(f"{shown}, line {line}: {len(fields)} fields under {len(names)} names")
    if len(rows) < 2:
        raise BadInput(f"{shown}: {len(rows)} row{'s' * (len(rows) != 1)} below the names; a description needs two")
    numbered = [line for line, _ in rows]
    return {
        name: _column(name, [fields[k] for _, fields in rows], numbered, name in words, shown)
        for k, name in enumerate(names)
    }


def _text(path):
    try:
        if path.stat().st_size > BYTES:
            raise BadInput(f"{path.name}: larger than {BYTES:,} bytes")
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput(f"{path.name}: {error.strerror}") from None
    try:
        text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")  # what spreadsheets write
    except UnicodeDecodeError as error:
        where = raw.count(b"\n", 0, error.start) + 1
        raise BadInput(f"{path.name}, line {where}: not UTF-8 text; save the file as UTF-8") from None
    if "\0" in text:
        raise BadInput(f"{path.name}: not a text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _rows(text, skipped, shown):
    """[(line number, stripped fields)] of all lines that are not blank."""
    first = re.sub('"[^"]*"', "", text.partition("\n")[0])  # without what stands in quotes
    separator = max(",;\t", key=first.count)
    before = csv.field_size_limit(FIELD)
    reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
    try:
        rows = [(reader.line_num + skipped, [field.strip() for field in fields]) for fields in reader if fields]
    except csv.Error as error:
        why = f"a field of more than {FIELD:,} characters" if "limit" in str(error) else error
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


def _check_names(names, rows, shown):
    if all(_NUMBER.fullmatch(name) for name in names):
        raise BadInput(f"{shown}: the first line holds numbers; it should give the columns' names")
    for place, name in enumerate(names, 1):
        if not name or not name.isprintable():
            raise BadInput(f"{shown}: column {place} has no name that can be printed")
        if names.count(name) > 1:
            raise BadInput(f'{shown}: two columns are named "{name}"')


def _column(name, fields, lines, words, shown):
    fields = [None if field.lower() in MISSING else field.replace("\N{MINUS SIGN}", "-") for field in fields]
    there = [field for field in fields if field is not None]
    numeric = [field for field in there if _NUMBER.fullmatch(field)]
    if words or 2 * len(numeric) < len(there) or not there:
        return Column(name, fields, False)
    return Column(name, [_number(name, *pair, shown) for pair in zip(fields, lines)], True)


def _number(name, field, line, shown):
    if field is None:
        return None
    at = f'{shown}, line {line}, column "{name}"'
    if not _NUMBER.fullmatch(field):
        what = field if len(field) <= 40 and field.isprintable() else repr(field[:40])
        raise BadInput(f"{at}: {what} stands among numbers; correct it, or leave the field empty where it is missing")
    if len(field) > NUMBER:
        raise BadInput(f"{at}: a number of {len(field)} characters; at most {NUMBER} are read")
    size = abs(float(field))  # before Fraction, which would write 1e999999999 out in full
    zero = not re.search("[1-9]", re.split("[eE]", field)[0])
    if not zero and not SMALLEST <= size <= LARGEST:
        raise BadInput(f"{at}: {field} is outside what is read, {SMALLEST:g} to {LARGEST:g}")
    return Fraction(0) if zero else Fraction(field)
