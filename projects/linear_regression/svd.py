"""The singular value decomposition by one-sided Jacobi rotations (Hestenes 1958)."""

import numpy as np

SWEEPS = 60  # a bound that is never met: convergence is quadratic, and ten sweeps are many


def least_squares(x, y):
    """b = V Σ⁻¹ Uᵀy  (eq. 8): no singular value is dropped, unlike in lstsq. x (n, p) of full rank, y (n,)."""
    u, s, v = jacobi(x)
    return v @ ((u.T @ y) / s)


def jacobi(x):
    """X = U Σ Vᵀ  (eq. 7): U (n, p), Σ descending (p,), V (p, p). Pairs of columns turn until all are orthogonal."""
    a, v = x.copy(), np.eye(x.shape[1])
    for _ in range(SWEEPS):
        if not any([_turn(a, v, i, j) for j in range(1, x.shape[1]) for i in range(j)]):
            break
    s = np.sqrt((a * a).sum(axis=0))
    order = np.argsort(-s)
    return a[:, order] / s[order], s[order], v[:, order]


def _turn(a, v, i, j):
    """Make columns i and j of `a` orthogonal in place, and turn `v` alike; False where they were so to rounding."""
    alpha, beta, gamma = a[:, i] @ a[:, i], a[:, j] @ a[:, j], a[:, i] @ a[:, j]
    if abs(gamma) <= np.finfo(float).eps * np.sqrt(alpha * beta):
        return False
    zeta = (beta - alpha) / (2 * gamma)
    t = np.copysign(1.0, zeta) / (abs(zeta) + np.hypot(1.0, zeta))
    c = 1 / np.hypot(1.0, t)
    turn = np.array([[c, c * t], [-c * t, c]])
    a[:, [i, j]] = a[:, [i, j]] @ turn
    v[:, [i, j]] = v[:, [i, j]] @ turn
    return True
