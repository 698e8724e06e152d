"""Rows for trees: the samples as they were given, each value's place among those of its feature, and an empty tree."""

from typing import NamedTuple

import numpy as np

from abacus import inputs
from abacus.errors import BadInput

SQUARES, ENTROPY = 0, 1  # what is summed over the two sides: Σ S²/W (Gini and squared error), or Σ S log S − W log W
LEAF = -1
PLACES = 65_535  # distinct values of a feature, at most: of more, so many quantiles, each the largest value of its code
CATEGORIES = 64  # of a feature, at most: the bits of a mask


class Coded(NamedTuple):
    """codes uint16 (d, n), distinct (d,): where a code is distinct[f] the value is missing. values: each feature's, in order,
    from starts[f] on."""

    codes: np.ndarray
    distinct: np.ndarray
    categorical: np.ndarray
    values: np.ndarray
    starts: np.ndarray


def matrix(X, features=None, name="a tree", samples=1):
    """X as float64 (n, d); NaN stands for a missing value, infinity is refused."""
    x = inputs.unchecked(X, features, name, samples=samples).astype(np.float64, copy=False)
    if np.isinf(x).any():
        raise BadInput(
            f"{name} got an array that contains infinity: every number must be finite, or NaN where it is missing"
        )
    return np.ascontiguousarray(x)


def categories(given, x):
    """bool (d,) from the places of the features that are categories: whole numbers from 0 to 63, or NaN."""
    found = np.zeros(x.shape[1], bool)
    if isinstance(given, str) or not np.iterable(() if given is None else given):
        raise BadInput(f"categorical is {given!r}: wanted a list of places of features, 0 to {len(found) - 1}")
    for f in () if given is None else given:
        if isinstance(f, bool | np.bool_) or not isinstance(f, int | np.integer) or not 0 <= f < len(found):
            raise BadInput(f"categorical has {f!r}: wanted places of features, 0 to {len(found) - 1}")
        column = x[~np.isnan(x[:, f]), f]
        wrong = column[(column != np.floor(column)) | (column < 0) | (column >= CATEGORIES)]
        if len(wrong):
            raise BadInput(
                f"feature {f} has the category {wrong[0]:g}: wanted whole numbers from 0 to {CATEGORIES - 1}"
            )
        found[f] = True
    return found


def coded(x, categorical):
    """The Coded of x (n, d): what all trees of an ensemble share."""
    codes, distinct, values = np.empty(x.shape[::-1], np.uint16), np.empty(x.shape[1], np.int64), []
    for f, column in enumerate(np.ascontiguousarray(x.T)):
        missing = np.isnan(column)
        there = column[~missing] if missing.any() else column
        if categorical[f]:
            own = np.arange(there.max() + 1 if len(there) else 0)
            place = there.astype(np.uint16)
        else:
            own, place = np.unique(there, return_inverse=True)
            if len(own) > PLACES:
                own = own[np.linspace(0, len(own) - 1, PLACES).astype(np.int64)]
                place = np.searchsorted(own, there)
        codes[f, ~missing], codes[f, missing] = place, len(own)
        distinct[f] = len(own)
        values.append(own)
    return Coded(
        codes, distinct, categorical, np.concatenate(values).astype(np.float64), np.cumsum([0, *map(len, values)])
    )


class Tree(NamedTuple):
    """Arrays over the nodes, the root first. A leaf has feature −1.

    A row goes left where x[feature] ≤ threshold, or where the bit of its category is set in `mask`, or where the value is
    missing and missing_left. value (nodes, classes): S, the weight of each class (or Σ w y); weight: W; count: rows; score:
    eq. (3) of the node alone, so that the impurity R is W − score (classes) or Σ w y² − score (numbers).
    """

    feature: np.ndarray
    threshold: np.ndarray
    mask: np.ndarray
    missing_left: np.ndarray
    left: np.ndarray
    right: np.ndarray
    value: np.ndarray
    weight: np.ndarray
    score: np.ndarray
    count: np.ndarray
    categorical: np.ndarray

    def leaves(self, x, rows=None, swapped=-1, other=None):
        """The node (n,) at which each row of x (or of the given rows) ends; with the feature `swapped` of the rows `other`."""
        import growing

        rows = np.arange(len(x)) if rows is None else rows
        found = np.empty(len(rows), np.int64)
        growing.descend(x, rows, rows if other is None else other, swapped, self.categorical, self[:6], found)
        return found

    def add(self, x, rows, total):
        """total[rows] (n, classes) += the means of their leaves."""
        import growing

        growing.add(x, rows, self.categorical, self[:6], self.means(), total)

    def means(self):
        """Each node's S / W (nodes, classes): the shares of the classes, or the mean."""
        return self.value / self.weight[:, None]


def grown(rows, labels, y, w, classes, criterion, limits, rng):
    """The Tree that `growing.grow` makes of Coded `rows`; those of weight 0 do not count."""
    import growing

    samples = np.flatnonzero(w).astype(np.int64)
    depth, leaves = limits[:2]
    most = 2 * (len(samples) if leaves == 0 else min(leaves, len(samples)))
    most = min(most, 2 ** (min(depth, 40) + 1))
    whole = np.empty((5, most), np.int32)
    mask, missing_left = np.zeros(most, np.uint64), np.zeros(most, np.bool_)
    value, (weight, score) = np.empty((most, classes)), np.empty((2, most))
    tree = (
        whole[0],
        np.zeros(most, np.int64),
        np.zeros(most, np.int64),
        mask,
        missing_left,
        whole[1],
        whole[2],
        value,
        weight,
    )
    tree += (score, whole[3])
    state = rng.integers(2**63, size=1, dtype=np.uint64)
    nodes = growing.grow(*rows[:3], labels, y, w, samples, criterion, limits, state, tree)
    feature, low, high, mask, missing_left, left, right, value, weight, score, count = (a[:nodes].copy() for a in tree)
    threshold = np.empty(nodes)
    growing.thresholds(feature, low, high, rows.values, rows.starts, rows.categorical, threshold)
    return Tree(feature, threshold, mask, missing_left, left, right, value, weight, score, count, rows.categorical)
