"""Ridge regression (Hoerl and Kennard 1970) through the singular value decomposition."""

import numpy as np

from abacus.errors import BadInput
from svd import independent, jacobi

HALVINGS = 200  # bisection ends at neighbouring float64 long before


def ridge(x, y, penalty):
    """b = V diag(d / (d² + λ)) Uᵀy, the minimum of ‖y − Xb‖² + λ‖b‖²  (eqs. 20, 21). x (n, p), y (n,)."""
    u, d, v = jacobi(x)
    kept = independent(x, d, v)  # without a penalty the shortest b of those that fit best
    return v @ np.where(kept, d / np.where(kept, d**2 + penalty, 1.0) * (u.T @ y), 0.0)  # eq. 21


def degrees_of_freedom(d, penalty):
    """df(λ) = Σ d²/(d² + λ), d the singular values  (eq. 22; ESL 3.50)."""
    return (d**2 / (d**2 + penalty)).sum()  # eq. 22


def penalty_of(x, df):
    """λ with df(λ) = df by bisection: df falls as λ grows. BadInput unless 0 < df ≤ the rank of X."""
    _, d, v = jacobi(x)
    d = d[independent(x, d, v)]
    if not 0 < df <= len(d):
        raise BadInput(f"df is {df}, wanted above 0 and at most the rank of X, {len(d)}")
    low, high = 0.0, d[0] ** 2 * len(d) / df  # at the upper end df(λ) < Σ d²/λ ≤ df
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if degrees_of_freedom(d, middle) > df else (low, middle)
    return high if df < len(d) else 0.0
