"""The data of the printed tables: those of the UCI repository as they lie, and those that are drawn from a formula."""

from typing import NamedTuple

import numpy as np

from abacus import data


class Sample(NamedTuple):
    """x float64 (n, d), NaN where a value is missing; y (n,), the place of the class or a number; places of categories."""

    x: np.ndarray
    y: np.ndarray
    categorical: tuple = ()


UCI = {
    "glass": "glass", "breast cancer": "breast.w", "diabetes": "diabetes", "sonar": "sonar", "vowel": "vowel", "iris": "iris",
    "ionosphere": "ionosphere", "vehicle": "vehicle", "German credit": "credit.g", "image": "segment", "ecoli": "ecoli",
    "votes": "vote",
}  # fmt: skip
LEFT_OUT = ("Train or Test", "Speaker Number", "Sex")  # of the vowels: no measurements


def uci(name):
    """A classification of the UCI repository as a Sample; in the votes an abstention is a third answer."""
    table = data.load("uci", UCI[name])
    label = next(reversed(table.values))
    columns, categorical = [], []
    for column in table.names:
        if column == label or column in LEFT_OUT:
            continue
        values = table.columns[column]
        if column in table.values:
            known = [*table.values[column], "?"] if name == "votes" else table.values[column]
            values = np.array([known.index(value) if value in known else np.nan for value in values])
            categorical.append(len(columns))
        columns.append(values.astype(np.float64))
    return Sample(np.column_stack(columns), np.unique(table.columns[label], return_inverse=True)[1], tuple(categorical))


def boston():
    """506 districts of Boston, 13 features: the median price of a house, in 1 000 dollars (Harrison & Rubinfeld 1978)."""
    table = data.load("islr", "Boston")
    names = [name for name in table.names if name not in ("", "medv")]
    return Sample(np.column_stack([table.columns[name] for name in names]), table.columns["medv"])


def waveform(n, rng):
    """Three classes, each a random mean of two of three triangles, 21 points with noise of variance 1 (CART, 2.6.2)."""
    places = np.arange(1, 22)
    triangles = np.maximum(6 - np.abs(places - np.array([[11], [15], [7]])), 0)
    y, u = rng.integers(3, size=n), rng.random((n, 1))
    first, second = np.array([[0, 1], [0, 2], [1, 2]])[y].T
    return Sample(u * triangles[first] + (1 - u) * triangles[second] + rng.standard_normal((n, 21)), y)


def twonorm(n, rng):
    """Two normals in 20 dimensions with means ±2/√20 in every coordinate (Breiman 1996, arcing)."""
    y = rng.integers(2, size=n)
    return Sample(rng.standard_normal((n, 20)) + np.where(y == 1, -2, 2)[:, None] / np.sqrt(20), y)


def threenorm(n, rng):
    """One class at ±2/√20 in every coordinate, the other at 2/√20 with alternating signs."""
    y, side = rng.integers(2, size=n), rng.choice([-1.0, 1.0], size=(n, 1))
    middle = np.where(y[:, None] == 0, side, np.tile([1.0, -1.0], 10)) * 2 / np.sqrt(20)
    return Sample(rng.standard_normal((n, 20)) + middle, y)


def ringnorm(n, rng):
    """A wide normal (variance 4) about the origin, and a narrow one with mean 2/√20 in every coordinate (Bayes error 1.3 %)."""
    y = rng.integers(2, size=n)
    noise = rng.standard_normal((n, 20))
    return Sample(np.where(y[:, None] == 0, 2 * noise, noise + 2 / np.sqrt(20)), y)


def friedman(which, n, rng):
    """Friedman's regressions 1, 2, 3 (1991), with Breiman's noise: standard deviation 1, 125, 0.1."""
    if which == 1:
        x = rng.random((n, 10))
        mean = 10 * np.sin(np.pi * x[:, 0] * x[:, 1]) + 20 * (x[:, 2] - 0.5) ** 2 + 10 * x[:, 3] + 5 * x[:, 4]
        return Sample(x, mean + rng.standard_normal(n))
    x = rng.random((n, 4)) * [100, 520 * np.pi, 1, 10] + [0, 40 * np.pi, 0, 1]
    inner = x[:, 1] * x[:, 2] - 1 / (x[:, 1] * x[:, 3])
    mean = np.hypot(x[:, 0], inner) if which == 2 else np.arctan(inner / x[:, 0])
    return Sample(x, mean + {2: 125.0, 3: 0.1}[which] * rng.standard_normal(n))


def spheres(n, rng):
    """Ten normals; the class says whether the sum of their squares is above its median, 9.34  (ESL, eq. 10.2)."""
    x = rng.standard_normal((n, 10))
    return Sample(x, ((x * x).sum(axis=1) > 9.34).astype(np.int64))


def hold_out(n, rng):
    """(train, test): a random tenth of n rows is kept out, rounded down."""
    order = rng.permutation(n)
    return order[n // 10 :], order[: n // 10]


DRAWN = {"waveform": waveform, "twonorm": twonorm, "threenorm": threenorm, "ringnorm": ringnorm}
