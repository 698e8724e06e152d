"""Best-subset regression: every subset of each size is fitted."""

from itertools import combinations

import numpy as np

import qr
from triangular import Dependent


def best(x, y, size):
    """b (p,) with `size` entries other than zero and the least ‖y − Xb‖²  (eq. 19). x (n, p), y (n,) centred."""
    fits = [(_rss(x[:, chosen], y), chosen) for chosen in map(list, combinations(range(x.shape[1]), size))]
    chosen = min(fits)[1]  # eq. 19
    b = np.zeros(x.shape[1])
    if size:
        b[chosen] = qr.least_squares(x[:, chosen], y)
    return b


def _rss(x, y):
    """Of the rotated y what lies beyond the columns: no coefficient is needed. Of dependent columns fewer do as well: ∞."""
    try:
        reflectors, _ = qr.householder(x)
    except Dependent:
        return np.inf
    rest = qr.reflect(reflectors, y)[x.shape[1] :]
    return rest @ rest
