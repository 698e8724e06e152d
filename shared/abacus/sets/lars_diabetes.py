"""Diabetes data of Efron, Hastie, Johnstone, Tibshirani (2004), unscaled."""

from typing import NamedTuple

import numpy as np

from abacus.data import formats


class LarsDiabetes(NamedTuple):
    """442 patients: `features` float64 (442, 10) with their `names`, and `progression` (442,) after a year."""

    features: np.ndarray
    names: list
    progression: np.ndarray


def load(file):
    """The tab-separated table, as it lies."""
    table = formats.table(file("diabetes.data"), delimiter="\t")
    names = table.names[:-1]
    return LarsDiabetes(np.column_stack([table.columns[name] for name in names]), names, table.columns[table.names[-1]])
