"""The four data sets as the paper prints them, and the simple regression of y on x."""

import math

import numpy as np

from abacus import papers

SETS, PAIRS = (papers.facts("anscombe1973")[count] for count in ("data sets", "pairs"))


def pairs(data_set, leave_out=0):
    """x (n,) and y (n,) of data set 1 to 4, without the pair number `leave_out` (0: with all eleven)."""
    rows = np.array(papers.rows("anscombe1973")[1], dtype=np.float64)
    kept = np.arange(1, len(rows) + 1) != leave_out
    return rows[kept, 2 * data_set - 2], rows[kept, 2 * data_set - 1]


def regression(x, y):
    """{what a regression program prints: value} of y = b0 + b1 x, by least squares  (eqs. 1 to 5)."""
    n, x_mean, y_mean = len(x), x.mean(), y.mean()
    sxx = ((x - x_mean) ** 2).sum()
    b1 = ((x - x_mean) * (y - y_mean)).sum() / sxx  # eq. 1
    b0 = y_mean - b1 * x_mean  # eq. 2
    explained = b1**2 * sxx  # eq. 3, first part
    residual = ((y - b0 - b1 * x) ** 2).sum()  # eq. 3, second part
    return {
        "n": n,
        "mean of x": x_mean,
        "mean of y": y_mean,
        "b0": b0,
        "b1": b1,
        "sum of squares of x": sxx,
        "regression sum of squares": explained,
        "regression d.f.": 1,
        "residual sum of squares": residual,
        "residual d.f.": n - 2,
        "standard error of b1": math.sqrt(residual / (n - 2) / sxx),  # eq. 4
        "multiple R2": explained / (explained + residual),  # eq. 5
    }
