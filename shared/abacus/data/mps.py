"""Linear programmes in the MPS format (IBM 1969; Murtagh 1981), expanded text, as plain arrays.

Fields are divided by white space, so a name holds none. Of several N rows the first is the objective; a number for it
under RHS is a constant with its sign turned. RANGES follow MPSX: of an E row, R ≥ 0 gives [b, b + R], else [b + R, b].
"""

import math
from typing import NamedTuple

import numpy as np

from abacus.data import formats
from abacus.errors import Damaged


class LinearProgramme(NamedTuple):
    """Minimise costs · x + constant over row_low ≤ A x ≤ row_high and low ≤ x ≤ high, A of m rows and n columns.

    A is given by its entries other than 0: `rows`, `columns` (places, int64) and `values`; ends may be infinite.
    """

    name: str
    costs: np.ndarray
    constant: float
    rows: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    row_low: np.ndarray
    row_high: np.ndarray
    low: np.ndarray
    high: np.ndarray
    row_names: list
    column_names: list


def read(path):
    """The LinearProgramme of a file; Damaged names the line that is none of the format's."""
    reader = _Reader()
    for number, line in enumerate(formats.lines(path, "latin-1"), 1):
        if not line.strip() or line.startswith("*"):
            continue
        try:
            if line[0] != " ":
                reader.head(line.split())
            elif not reader.ended:
                reader.sections[reader.section](line.split())
        except (KeyError, ValueError, IndexError, TypeError) as wrong:
            raise Damaged(f"{path}, line {number}: not as MPS has it ({wrong}): {line.strip()[:60]}") from None
    if not reader.ended:
        raise Damaged(f"{path}: no ENDATA at its end")
    return reader.programme()


class _Reader:
    """What the lines so far have said."""

    def __init__(self):
        self.name, self.section, self.ended, self.objective = "", "", False, None
        self.senses, self.row, self.column, self.free_rows = [], {}, {}, set()
        self.costs, self.constant, self.entries, self.right = {}, 0.0, {}, {}
        self.ranges, self.low, self.high = {}, {}, {}
        self.sections = {"ROWS": self.rows, "COLUMNS": self.columns, "RHS": self.rhs}
        self.sections |= {"RANGES": self.range, "BOUNDS": self.bound}

    def head(self, words):
        if words[0] == "NAME":
            self.name = words[1] if len(words) > 1 else ""
        elif words[0] == "ENDATA":
            self.ended = True
        elif words[0] not in self.sections:
            raise ValueError(f"unknown section {words[0]}")
        self.section = words[0]

    def rows(self, words):
        sense, name = words
        if sense == "N":
            self.objective = self.objective or name
            self.free_rows.add(name)
        elif sense in "LGE":
            self.row[name] = len(self.row)
            self.senses.append(sense)
        else:
            raise ValueError(f"unknown kind of row {sense}")

    def columns(self, words):
        j = self.column.setdefault(words[0], len(self.column))
        for name, value in _pairs(words[1:]):
            if name == self.objective:
                self.costs[j] = value
            elif name not in self.free_rows:
                self.entries[self.row[name], j] = value

    def rhs(self, words):
        for name, value in _pairs(words[len(words) % 2 :]):
            if name == self.objective:
                self.constant = -value
            elif name not in self.free_rows:
                self.right[self.row[name]] = value

    def range(self, words):
        for name, value in _pairs(words[len(words) % 2 :]):
            self.ranges[self.row[name]] = value

    def bound(self, words):
        kind, *rest = words
        numbered = kind not in ("FR", "MI", "PL")
        *_, name = rest[:-1] if numbered else rest
        j, value = self.column[name], float(rest[-1]) if numbered else math.nan
        if kind == "UP":
            self.high[j] = value
            if value < 0 and j not in self.low:
                self.low[j] = -math.inf
        elif kind == "LO":
            self.low[j] = value
        elif kind == "FX":
            self.low[j] = self.high[j] = value
        elif kind in ("FR", "MI"):
            self.low[j] = -math.inf
        elif kind != "PL":
            raise ValueError(f"unknown kind of bound {kind}")

    def programme(self):
        n = len(self.column)
        ends = [self._ends(i, sense) for i, sense in enumerate(self.senses)]
        where = np.array(list(self.entries), np.int64).reshape(-1, 2)
        return LinearProgramme(
            name=self.name,
            costs=np.array([self.costs.get(j, 0.0) for j in range(n)]),
            constant=self.constant,
            rows=where[:, 0],
            columns=where[:, 1],
            values=np.array(list(self.entries.values()), float),
            row_low=np.array([low for low, _ in ends]),
            row_high=np.array([high for _, high in ends]),
            low=np.array([self.low.get(j, 0.0) for j in range(n)]),
            high=np.array([self.high.get(j, math.inf) for j in range(n)]),
            row_names=list(self.row),
            column_names=list(self.column),
        )

    def _ends(self, i, sense):
        b, width = self.right.get(i, 0.0), self.ranges.get(i)
        if sense == "E":
            other = b + (width or 0.0)
            return min(b, other), max(b, other)
        if sense == "L":
            return (-math.inf if width is None else b - abs(width)), b
        return b, (math.inf if width is None else b + abs(width))


def _pairs(words):
    if len(words) not in (2, 4):
        raise ValueError(f"{len(words)} fields where names and numbers alternate")
    return [(words[k], float(words[k + 1])) for k in range(0, len(words), 2)]
