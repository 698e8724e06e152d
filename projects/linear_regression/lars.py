"""The whole lasso path in p steps or a few more: least angle regression (Efron, Hastie, Johnstone and Tibshirani 2004)."""

import numpy as np

from cholesky import cholesky
from triangular import back, forward


def path(x, y):
    """Knots of the lasso path: λ (m,) descending to 0 and b (m, p), linear in between  (eqs. 26-28). x (n, p), y (n,) centred."""
    b, active = np.zeros(x.shape[1]), []
    correlations = x.T @ y
    knots = [(np.abs(correlations).max(), b.copy())]
    active, dropped = [int(np.abs(correlations).argmax())], None
    while knots[-1][0] > 0:
        signs = np.sign(correlations[active])
        direction = _equiangular(x[:, active], signs)
        level = knots[-1][0]
        step, event = _next_event(x, correlations, level, active, direction, b, dropped)
        b[active] += step * direction
        dropped = None
        if event in active:
            b[event], dropped = 0.0, event
            active.remove(event)
        elif event is not None:
            active.append(event)
        correlations = x.T @ (y - x @ b)
        knots.append((0.0 if event is None else level - step, b.copy()))
    return np.array([k[0] for k in knots]), np.array([k[1] for k in knots])


def at_fraction(knots, s):
    """b where Σ|bⱼ| is the fraction s of its value at the end of the path, by interpolation  (eq. 29). knots (m, p), 0 ≤ s ≤ 1."""
    norms = np.abs(knots).sum(axis=1)
    k = int(np.clip(np.searchsorted(norms, s * norms[-1]), 1, len(norms) - 1))
    t = (s * norms[-1] - norms[k - 1]) / (norms[k] - norms[k - 1])
    return (1 - t) * knots[k - 1] + t * knots[k]


def _equiangular(x, signs):
    """d = (XᵀX)⁻¹ signs: along it all active correlations shrink at the rate 1  (eq. 26)."""
    factor = cholesky(x.T @ x)
    return back(factor.T, forward(factor, signs))


def _next_event(x, correlations, level, active, direction, b, dropped):
    """How far to go, and which variable then joins (eq. 27) or leaves because it reaches zero (eq. 28); None at the end."""
    slopes = x.T @ (x[:, active] @ direction)
    step, event = level, None
    for j in range(x.shape[1]):
        if j in active or j == dropped:
            continue
        for sign in (1.0, -1.0):
            reach = (level - sign * correlations[j]) / (1 - sign * slopes[j])
            if 0 < reach < step:
                step, event = reach, j
    for j, rate in zip(active, direction):
        if b[j] * rate < 0 and -b[j] / rate < step:
            step, event = -b[j] / rate, j
    return step, event
