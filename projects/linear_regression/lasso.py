"""The lasso (Tibshirani 1996) by cyclic coordinate descent."""

import numpy as np

HALVINGS = 60  # of an interval that holds λ: its width ends near ε
SWEEPS = 100_000  # a bound; the loop ends when a sweep moves no coefficient by more than rounding


def soft(z, threshold):
    """sign(z) (|z| − t)₊  (eq. 24)."""
    return np.sign(z) * np.maximum(np.abs(z) - threshold, 0.0)  # eq. 24


def lasso(x, y, penalty):
    """The minimum of ½‖y − Xb‖² + λΣ|bⱼ|, one coordinate after another: bⱼ = S(xⱼᵀr + ‖xⱼ‖²bⱼ, λ)/‖xⱼ‖²  (eqs. 23-25).

    x (n, p), y (n,), both centred where an intercept is meant. A column of zeros gets 0.
    """
    b, r, squares = np.zeros(x.shape[1]), y.copy(), (x * x).sum(axis=0)
    for _ in range(SWEEPS):
        moved = 0.0
        for j in range(len(b)):
            new = soft(x[:, j] @ r + squares[j] * b[j], penalty) / squares[j] if squares[j] else 0.0  # eq. 25
            r += x[:, j] * (b[j] - new)
            moved, b[j] = max(moved, abs(new - b[j])), new
        if moved <= 4 * np.finfo(float).eps * np.abs(b).max():
            break
    return b


def penalty_of(x, y, s):
    """λ at which Σ|bⱼ| is s times its value at λ = 0  (eq. 29) with 0 < s < 1, by bisection: the sum falls as λ grows."""
    low, high = 0.0, np.abs(x.T @ y).max()
    wanted = s * np.abs(lasso(x, y, 0.0)).sum()
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if np.abs(lasso(x, y, middle)).sum() > wanted else (low, middle)
    return high
