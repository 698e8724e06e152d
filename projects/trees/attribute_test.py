"""FindAttrTest: the one question about one feature that errs least, or has the least pseudo-loss (Freund & Schapire 1996)."""

import numpy as np
from numba import njit

from abacus.kernels import EXACT


@njit(**EXACT)
def best(values, order, credit, pseudo):
    """(feature, threshold, sums): of the question "x ≤ threshold" of the largest score, sums (2, classes) each side's credit.

    values, order (d, n): each feature's values in rising order, and whose they are. credit (n, classes): what a row adds for
    each class that is said of it. A side says one class, the largest sum, or where `pseudo` all classes whose sum is above 0;
    these sums are its score. Without any question feature is 0 and threshold infinite.
    """
    d, n = values.shape
    classes = credit.shape[1]
    total = np.zeros(classes)
    for i in range(n):
        for k in range(classes):
            total[k] += credit[i, k]
    left, sums = np.empty(classes), np.zeros((2, classes))
    sums[0] = total
    found, feature, threshold = -np.inf, 0, np.inf
    for f in range(d):
        left[:] = 0
        for i in range(n):
            row = order[f, i]
            for k in range(classes):
                left[k] += credit[row, k]
            if i == n - 1 or values[f, i] == values[f, i + 1]:
                continue
            here, there = (0.0, 0.0) if pseudo else (left[0], total[0] - left[0])
            for k in range(classes):
                a, b = left[k], total[k] - left[k]
                if pseudo:
                    here += max(a, 0.0)
                    there += max(b, 0.0)
                else:
                    here, there = max(here, a), max(there, b)
            if here + there > found:
                found, feature = here + there, f
                threshold = values[f, i] / 2 + values[f, i + 1] / 2
                sums[0], sums[1] = left, total - left
    return feature, threshold, sums
