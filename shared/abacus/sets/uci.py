"""Sets of the UCI repository: 67 classifications in Weka's arff format, and nine regressions with fixed splits.

A classification is `data.load("uci", "iris")`, a formats.Arff. A regression is `data.load("uci", "regression/yacht")`,
with the splits of Hernández-Lobato and Adams (2015). `data.load("uci")` gives three classifications as arrays.
"""

import functools
from typing import NamedTuple

import numpy as np

from abacus.data import archives, catalogue, formats
from abacus.errors import Damaged, Unavailable

ARFF = "uci-classification-arff.tar.xz"
SPLITS = "uci-regression-splits.tar.xz"
REGRESSIONS = ("bostonHousing", "concrete", "energy", "kin8nm", "naval-propulsion-plant", "power-plant")
REGRESSIONS += ("protein-tertiary-structure", "wine-quality-red", "yacht")
PARTS = tuple(name[15:-5] for name in catalogue.read("uci").files if name.endswith(".arff"))
PARTS += tuple(f"regression/{name}" for name in REGRESSIONS)


class Samples(NamedTuple):
    """`features` float64 (n, d) with their `names`, `labels` int64 (n,) that count in `classes`."""

    features: np.ndarray
    labels: np.ndarray
    names: list
    classes: list


class Uci(NamedTuple):
    """Fisher's irises (150 × 4), three wines (178 × 13), Breiman's waveforms with 19 columns of noise (5 000 × 40)."""

    iris: Samples
    wine: Samples
    waveform: Samples


class Regression(NamedTuple):
    """`inputs` float64 (n, d), `targets` (n,); `train` and `test` are lists of arrays of row numbers, one per split."""

    inputs: np.ndarray
    targets: np.ndarray
    train: list
    test: list


def load(file):
    """The three classifications whose features are all numbers."""
    texts = _texts(file, ("iris", "wine", "waveform5000"))
    return Uci(*(_samples(name, text) for name, text in texts.items()))


def part(file, name):
    """One classification or regression."""
    if name.startswith("regression/"):
        return _regression(file, name.removeprefix("regression/"))
    return formats.arff(f"uci/{name}", _texts(file, (name,))[name])


def _texts(file, names):
    """Texts of arff files, out of the archive where there is one, else one by one."""
    members = [f"classification/{name}.arff" for name in names]
    try:
        path = file(ARFF, download=False)
    except Damaged:
        raise
    except Unavailable:
        return {name: formats.text(file(member)) for name, member in zip(names, members)}
    found = archives.members(path, formats.CAP, members.__contains__)
    return {name: formats.decoded(path, found[member]) for name, member in zip(names, members)}


def _samples(name, text):
    table = formats.arff(f"uci/{name}", text)
    label = next(reversed(table.values))
    names = [each for each in table.names if each != label]
    labels = np.array([table.values[label].index(value) for value in table.columns[label]], dtype=np.int64)
    return Samples(np.column_stack([table.columns[each] for each in names]), labels, names, table.values[label])


def _regression(file, name):
    path = file(SPLITS)
    found = archives.members(path, formats.CAP, lambda member: member.startswith(f"{name}/"))
    numbers = functools.partial(_numbers, path, found, name)
    rows = numbers("data")
    count = int(numbers("n_splits")[0, 0])
    inputs, target = numbers("index_features")[:, 0].astype(int), int(numbers("index_target")[0, 0])
    train = [numbers(f"index_train_{i}")[:, 0].astype(np.int64) for i in range(count)]
    test = [numbers(f"index_test_{i}")[:, 0].astype(np.int64) for i in range(count)]
    return Regression(rows[:, inputs], rows[:, target], train, test)


def _numbers(path, found, name, table):
    lines = formats.decoded(path, found[f"{name}/{table}.txt"], "ascii").strip().split("\n")
    return np.loadtxt(lines, ndmin=2)
