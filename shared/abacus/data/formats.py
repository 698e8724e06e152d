"""Readers of plain formats (idx, csv, arff, text): each gives plain arrays or raises Damaged with the file's name."""

import csv
import io
import re
from typing import NamedTuple

import numpy as np

from abacus.data import archives
from abacus.errors import Damaged

CAP = 1 << 28  # bytes that a file of these sets may hold once decompressed
_ATTRIBUTE = re.compile(r"\s*@attribute\s+('[^']*'|\"[^\"]*\"|\S+)\s*(.*)", re.IGNORECASE)
_IDX = {8: "u1", 9: "i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


class Arff(NamedTuple):
    """As a Table; `values` maps each nominal column to the values that it may take ("?" where missing)."""

    names: list
    columns: dict
    values: dict


class Table(NamedTuple):
    """A table of a file: `columns` maps each name to an array of floats (nan where missing) or of str."""

    names: list
    columns: dict


def idx(path, cap=CAP):
    """The array of an idx file (LeCun's format: 0 0 type dimensions, big-endian sizes, values), gzipped or not."""
    pieces = archives.chunks(path, cap)
    head = next(pieces, b"")
    if len(head) < 4 or head[:2] != b"\0\0" or head[2] not in _IDX or len(head) < 4 + 4 * head[3]:
        raise Damaged(f"{path}: not an idx file")
    start = 4 + 4 * head[3]
    shape = [int.from_bytes(head[i : i + 4], "big") for i in range(4, start, 4)]
    kind = np.dtype(_IDX[head[2]])
    size = kind.itemsize
    for length in shape:
        size *= length
    if size > cap:
        raise Damaged(f"{path}: says that it holds {size} bytes, more than the {cap} expected of it")
    values, filled = np.empty(size, np.uint8), 0
    for piece in _from(head[start:], pieces):
        if filled + len(piece) > size:
            raise Damaged(f"{path}: holds more than the {size} bytes that its header says")
        values[filled : filled + len(piece)] = np.frombuffer(piece, np.uint8)
        filled += len(piece)
    if filled < size:
        raise Damaged(f"{path}: holds {filled} of the {size} bytes that its header says")
    return values.view(kind).reshape(shape).astype(kind.newbyteorder("="), copy=False)


def _from(first, rest):
    yield first
    yield from rest


def text(path, encoding="utf-8", cap=CAP):
    """The text of a file, decompressed where it is compressed, line ends as they are."""
    return decoded(path, archives.expand(path, cap), encoding)


def decoded(path, data, encoding="utf-8"):
    """Bytes as text; Damaged where they are not text in that encoding."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Damaged(f"{path}: not {encoding} text ({error})") from error


def lines(path, encoding="utf-8", cap=CAP):
    """The lines of a text, split at \\n alone (byte 0x85 and its like stand within lines), \\r\\n read as \\n."""
    return text(path, encoding, cap).replace("\r\n", "\n").removesuffix("\n").split("\n")


def matrix(path, delimiter=None, skip=0, columns=None, cap=CAP):
    """A text of numbers as a float64 array (rows, columns), rows of equal length, without its first `skip` lines."""
    rows = io.StringIO("\n".join(lines(path, "ascii", cap)[skip:]))
    try:
        values = np.loadtxt(rows, delimiter=delimiter, ndmin=2, comments=None, usecols=columns)
    except (ValueError, UserWarning) as error:
        raise Damaged(f"{path}: not a table of numbers ({error})") from error
    return values


def table(path, delimiter=",", encoding="utf-8", missing=("NA", ""), cap=CAP):
    """A csv file with a header as a Table; columns whose every entry is a number or missing are floats."""
    try:
        rows = list(csv.reader(lines(path, encoding, cap), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise Damaged(f"{path}: not a csv file ({error})") from error
    rows = [row for row in rows if row]
    if not rows or any(len(row) != len(rows[0]) for row in rows):
        raise Damaged(f"{path}: rows of unequal length")
    if len(set(rows[0])) != len(rows[0]):
        raise Damaged(f"{path}: two columns of one name")
    return Table(rows[0], {name: column([row[j] for row in rows[1:]], missing) for j, name in enumerate(rows[0])})


def arff(path, text):
    """The text of an arff file (Weka's format) as an Arff; `path` names it in errors."""
    head, data, rows = [], False, []
    for line in text.replace("\r\n", "\n").split("\n"):
        if not line.strip() or line.lstrip().startswith("%"):
            continue
        if data:
            rows.append(line)
        elif line.lower().strip() == "@data":
            data = True
        else:
            head.append(line)
    found = [_ATTRIBUTE.match(line) for line in head if line.lower().lstrip().startswith("@attribute")]
    if not data or not found or not all(found):
        raise Damaged(f"{path}: not an arff file")
    names = [match[1].strip("'\"") for match in found]
    kinds = [match[2].strip() for match in found]
    rows = _arff_values(path, rows)
    if any(len(row) != len(names) for row in rows) or len(set(names)) != len(names):
        raise Damaged(f"{path}: rows that do not fit the attributes")
    columns, values = {}, {}
    for j, (name, kind) in enumerate(zip(names, kinds)):
        entries = [row[j] for row in rows]
        if kind.startswith("{"):
            values[name] = _arff_values(path, [kind.strip("{} \t")])[0]
            columns[name] = np.array(entries, dtype=np.str_)
        else:
            columns[name] = column(entries, missing=("?",))
    return Arff(names, columns, values)


def _arff_values(path, rows):
    try:
        found = csv.reader(rows, quotechar="'", skipinitialspace=True, escapechar="\\", strict=True)
        return [[entry.strip() for entry in row] for row in found]
    except csv.Error as error:
        raise Damaged(f"{path}: not an arff file ({error})") from error


def column(entries, missing=("NA", "")):
    """Entries as floats (nan where missing) if every other one is a number, else as str."""
    try:
        return np.array([np.nan if entry in missing else _number(entry) for entry in entries], dtype=np.float64)
    except ValueError:
        return np.array(entries, dtype=np.str_)


def _number(entry):
    if "_" in entry:  # float() would take 1_000
        raise ValueError(entry)
    return float(entry)
