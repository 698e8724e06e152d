"""The singular value decomposition by one-sided Jacobi rotations (Hestenes 1958)."""

import numpy as np

SWEEPS = 60  # a bound that is never met: convergence is quadratic, and ten sweeps are many

VOID = (
    np.finfo(float).tiny / np.finfo(float).eps ** 2
)  # a dependent column shrinks for ever: below it no digits are left


def least_squares(x, y):
    """b = V Σ⁻¹ Uᵀy  (eq. 8): no singular value is dropped, unlike in lstsq, but those that are 0 to rounding: then b is the
    shortest of all that fit best. x (n, p), y (n,)."""
    u, s, v = jacobi(x)
    kept = independent(x, s, v)
    return v @ np.where(kept, u.T @ y / np.where(kept, s, 1.0), 0.0)  # eq. 8


def independent(x, s, v):
    """Which singular values (p,) are more than what rounding may leave of X v = 0: n p ε Σ ‖xᵢ‖ |vᵢ|."""
    return s > x.size * np.finfo(float).eps * (np.sqrt((x * x).sum(axis=0)) @ np.abs(v))


def jacobi(x):
    """X = U Σ Vᵀ  (eq. 7): U (n, p), Σ descending (p,), V (p, p). Pairs of columns turn until all are orthogonal. A column
    of U whose σ is 0 is 0."""
    unit = np.exp2(np.frexp(np.abs(x).max(initial=0.0))[1])  # a power of two: no square overflows, none vanishes
    a, v = x / unit, np.eye(x.shape[1])
    for _ in range(SWEEPS):
        if not any([_turn(a, v, i, j) for j in range(1, x.shape[1]) for i in range(j)]):
            break
    s = np.sqrt((a * a).sum(axis=0))
    order = np.argsort(-s)
    return a[:, order] / np.where(s > 0, s, 1.0)[order], s[order] * unit, v[:, order]  # eq. 7


def _turn(a, v, i, j):
    """Make columns i and j of `a` orthogonal in place, and turn `v` alike; False where they were so to rounding."""
    alpha, beta, gamma = a[:, i] @ a[:, i], a[:, j] @ a[:, j], a[:, i] @ a[:, j]
    if abs(gamma) <= np.finfo(float).eps * np.sqrt(alpha * beta) or min(alpha, beta) < VOID:
        return False
    zeta = (beta - alpha) / (2 * gamma)
    t = np.copysign(1.0, zeta) / (abs(zeta) + np.hypot(1.0, zeta))
    c = 1 / np.hypot(1.0, t)
    turn = np.array([[c, c * t], [-c * t, c]])
    a[:, [i, j]] = a[:, [i, j]] @ turn
    v[:, [i, j]] = v[:, [i, j]] @ turn
    return True
