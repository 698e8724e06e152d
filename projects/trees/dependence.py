"""Partial dependence: what a model says on the average, were one feature the same in every row (Friedman 2001)."""

from numbers import Integral

import numpy as np

import coding
from abacus.errors import BadInput


def partial_dependence(predict, X, feature, grid=None, points=20):
    """(grid (m,), means (m,) or (m, classes)) of predict(rows) over the rows of X with X[:, feature] put to each place, eq. (22).

    Without a grid: the feature's quantiles, `points` of them at most. BadInput for a feature that is not there.
    """
    x = coding.matrix(X, name="partial_dependence").copy()
    if not (isinstance(feature, Integral) and 0 <= feature < x.shape[1]):
        raise BadInput(f"feature {feature!r}: wanted a place from 0 to {x.shape[1] - 1}")
    if grid is None:
        there = x[~np.isnan(x[:, feature]), feature]
        if not len(there):
            raise BadInput(f"feature {feature} is missing in every row: there is no place to put it to")
        grid = np.unique(np.quantile(there, np.linspace(0.02, 0.98, points), method="nearest"))
    means = []
    for place in grid:
        x[:, feature] = place
        means.append(np.mean(predict(x), axis=0))  # eq. 22
    return np.asarray(grid), np.array(means)
