"""What a fit is worth: standard errors, t, F and R², in float64 and in double-double alike."""

from typing import NamedTuple

import numpy as np

from abacus.errors import BadInput
from qr import householder, reflect
from triangular import back


class Fit(NamedTuple):
    """Arrays or DoubleDoubles: b, sd (p,) and the scalars of the analysis of variance."""

    b: object
    sd: object
    residual_sd: object
    r2: object
    f: object  # None where the fit is perfect


def fit(x, y, intercept=True):
    """Least squares by QR with everything a regression prints  (eqs. 12-14). x (n, p) holds the column of ones, y (n,).

    Without an intercept R² and F compare with y = 0, not with the mean of y, as NIST does for NoInt1 and NoInt2.
    """
    n, p = x.shape
    if n <= p:
        raise BadInput(f"{n} observations and {p} coefficients leave no degree of freedom: wanted more observations")
    reflectors, r = householder(x)
    b = back(r, reflect(reflectors, y)[:p])
    residuals = y - x @ b
    rss = (residuals * residuals).sum()
    inverse = back(r, np.eye(p) + 0 * r)
    spread = _root((inverse * inverse).sum(axis=1))
    from_mean = y - y.sum() / n if intercept else y
    tss = (from_mean * from_mean).sum()
    model = tss - rss
    perfect = not rss > 1e-28 * float(_plain(tss))  # below 1e-14 of the spread of y: nothing is left over but rounding
    f = None if perfect else (model / (p - intercept)) / (rss / (n - p))
    s = _root(rss / (n - p))  # eq. 12
    return Fit(b, s * spread, s, 1 - rss / tss, f)


def z_scores(found):
    """b / sd, the t statistics (the book calls them Z scores)  (eq. 13)."""
    return found.b / found.sd  # eq. 13


def exclusion(x, y, dropped):
    """F of the hypothesis that the coefficients `dropped` (column numbers) are all 0, and both residual sums  (eq. 14).

    Returns (F, RSS of the smaller model, RSS of the larger one). x (n, p) holds the column of ones, y (n,).
    """
    kept = [k for k in range(x.shape[1]) if k not in dropped]
    small, large = (_rss(x[:, columns], y) for columns in (kept, list(range(x.shape[1]))))
    return (small - large) / len(dropped) / (large / (x.shape[0] - x.shape[1])), small, large  # eq. 14


def _rss(x, y):
    rest = reflect(householder(x)[0], y)[x.shape[1] :]
    return (rest * rest).sum()


def _root(value):
    return value.sqrt() if hasattr(value, "sqrt") else np.sqrt(value)


def _plain(value):
    return value.round() if hasattr(value, "hi") else value
