"""The predictors of a regression, from the columns of a reader's table: what is used, how it is coded, what is left out."""

import argparse
from typing import NamedTuple

import numpy as np

from abacus import sheet
from abacus.errors import BadInput

WORDS = 30  # different words of a column, at most, that become columns of 0 and 1
INFLATED = 10  # variance inflation from which columns are said to go together (Chatterjee & Hadi)
LEFT = 1e-7  # share of a column that those before it must leave over; R's lm takes the same


class Predictors(NamedTuple):
    """`x` (n, p) has a column of ones first; `y` holds the n values of the target; `rows` says which rows of the file, from 1."""

    names: list
    x: np.ndarray
    y: list
    rows: np.ndarray
    groups: dict  # {column of words: places of its columns in x}
    said: list  # lines: what was left out, and what words are compared with


def reader(description, target, plots):
    """The options of a command that fits a file: `target` and `plots` say what these are."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("file", help="names in the first line; commas, semicolons or tabs between the values")
    options.add_argument("--target", metavar="COLUMN", required=True, help=target)
    options.add_argument("--without", metavar="COLUMN", nargs="+", default=[], help="columns that are not used")
    options.add_argument(
        "--words", metavar="COLUMN", nargs="+", default=[], help="columns of numbers that are only names"
    )
    options.add_argument("--plots", metavar="PNG", help=plots)
    return options


def of(columns, target, shown, without=()):
    """The Predictors of the column `target` from all other columns but those named in `without`.

    A column of words becomes a column of 0 and 1 for each word but its most frequent one. Rows with a missing value, columns
    that are constant, that hold too many words, or that follow from those before them are left out, which is said.
    BadInput where less than two rows or no predictor is left; `shown` is the file's name.
    """
    for name in (target, *without):
        sheet.find(name, columns, shown)
    said, used = [], []
    for name, column in columns.items():
        if name == target or name in without:
            continue
        different = len(set(column.present))
        if not different:
            said.append(f"left out: {name}, of which every value is missing")
        elif not column.numeric and different > WORDS:
            said.append(f"left out: {name}, which holds {different:,} different words (at most {WORDS} are compared)")
        else:
            used.append(column)
    kept = _complete([columns[target], *used], shown, said)
    y = [columns[target].values[k] for k in kept]
    names, terms, groups = ["(constant)"], [np.ones(len(kept))], {}
    basis = np.empty((len(kept), 0))
    for column in used:
        coded = _coded(column, [column.values[k] for k in kept], said)
        places = []
        for name, term in coded:
            basis, new = _extended(basis, term)
            if not new:
                said.append(f"left out: {name}, which follows from the columns before it: no data can tell them apart")
                continue
            places.append(len(names))
            names.append(name)
            terms.append(term)
            if len(names) >= len(kept):
                raise BadInput(
                    f"{shown}: {len(kept):,} complete rows and at least {len(names)} coefficients: wanted more rows"
                )
        if not column.numeric and places:
            groups[column.name] = places
    if len(names) == 1:
        why = f" ({'; '.join(said)})" if said else ""
        raise BadInput(f'{shown}: no column is left to explain "{target}" by{why}')
    return Predictors(names, np.column_stack(terms), y, np.array(kept) + 1, groups, said)


def inflation(x):
    """How many times each column's variance is inflated by what it shares with the others: 1 / (1 - R²) (Marquardt 1970).

    x (n, p) with the column of ones first; of that the answer is 1.
    """
    z = x[:, 1:] - x[:, 1:].mean(axis=0)
    z = z / np.linalg.norm(z, axis=0)
    inverse = np.linalg.inv(np.linalg.qr(z, mode="r"))
    return np.concatenate([[1.0], (inverse * inverse).sum(axis=1)])


def entangled(given, most):
    """(how many times the standard errors of columns grow by what they share, the largest inflation of a variance): of the
    `most` worst columns of the Predictors above INFLATED, in words, "" where there are none."""
    found = inflation(given.x)
    shared = [k for k in found.argsort()[::-1] if found[k] > INFLATED]
    return ", ".join(f"{given.names[k]} {np.sqrt(found[k]):.3g}" for k in shared[:most]), found.max()


def _complete(columns, shown, said):
    """The places of the rows in which no column lacks its value."""
    n = len(columns[0].values)
    missing = {c.name: [k for k, value in enumerate(c.values) if value is None] for c in columns}
    lost = set().union(*missing.values())
    if lost:
        each = ", ".join(f"{name} {len(places):,}" for name, places in missing.items() if places)
        rows = f"{len(lost):,} of {n:,} rows" if len(lost) != 1 else f"one of {n:,} rows"
        said.append(f"left out: {rows}, where a value is missing ({each})")
    if n - len(lost) < 2:
        raise BadInput(f"{shown}: {n - len(lost)} of {n:,} rows have every value; at least two are wanted")
    return [k for k in range(n) if k not in lost]


def _coded(column, values, said):
    """[(name, numbers)] of a column: itself, or one for each word but the most frequent."""
    if column.numeric:
        if len(set(values)) == 1:
            said.append(f"left out: {column.name}, which is {values[0]:g} in every row")
            return []
        return [(column.name, np.array(values, np.float64))]
    words, index, counts = np.unique(np.array(values, dtype=object), return_inverse=True, return_counts=True)
    if len(words) == 1:
        said.append(f"left out: {column.name}, which is {sheet.printable(words[0])} in every row")
        return []
    base = counts.argmax()
    said.append(f"{column.name}: each word is compared with the most frequent one, {sheet.printable(words[base])}")
    return [
        (f"{column.name} = {sheet.printable(word)}", (index == k).astype(np.float64))
        for k, word in enumerate(words)
        if k != base
    ]


def _extended(basis, term):
    """(orthonormal columns with `term` made orthogonal to them and to the ones, whether anything was left of it)."""
    left = term - term.mean()
    size = np.linalg.norm(left)
    for _ in range(2):  # twice is enough (Kahan, in Parlett 1980)
        left = left - basis @ (basis.T @ left)
    if np.linalg.norm(left) <= LEFT * size:
        return basis, False
    return np.column_stack([basis, left / np.linalg.norm(left)]), True
