"""The whole lasso path in p steps or a few more: least angle regression (Efron et al. 2004)."""

import numpy as np

from cholesky import cholesky
from triangular import back, forward


def path(x, y):
    """Knots of the lasso path: λ (m,) falling to 0 and b (m, p), linear between  (eqs. 26-28). x (n, p), y centred."""
    b, correlations = np.zeros(x.shape[1]), x.T @ y
    level = np.abs(correlations).max()
    active, knots, left = [int(np.abs(correlations).argmax())], [(level, b.copy())], None
    while level > 0:
        direction = _equiangular(x[:, active], np.sign(correlations[active]))
        step, event = _next_event(x, correlations, level, active, direction, b, left)
        b[active] += step * direction
        left = event if event in active else None
        if left is not None:
            b[left] = 0.0
            active.remove(left)
        elif event is not None:
            active.append(event)
        correlations, level = x.T @ (y - x @ b), 0.0 if event is None else level - step
        knots.append((level, b.copy()))
    return np.array([level for level, _ in knots]), np.array([b for _, b in knots])


def at_fraction(knots, s):
    """b where Σ|bⱼ| is s times its value at the end of the path  (eq. 29). knots (m, p), 0 ≤ s ≤ 1."""
    norms = np.abs(knots).sum(axis=1)
    k = int(np.clip(np.searchsorted(norms, s * norms[-1]), 1, len(norms) - 1))
    t = (s * norms[-1] - norms[k - 1]) / (norms[k] - norms[k - 1])
    return (1 - t) * knots[k - 1] + t * knots[k]


def _equiangular(x, signs):
    """d = (XᵀX)⁻¹ signs: along it all active correlations shrink at the rate 1  (eq. 26)."""
    factor = cholesky(x.T @ x)
    return back(factor.T, forward(factor, signs))


def _next_event(x, correlations, level, active, direction, b, left):
    """How far to go, and which variable then joins (eq. 27) or leaves as it reaches zero (eq. 28); None at the end."""
    slopes = x.T @ (x[:, active] @ direction)
    step, event = level, None
    for j in set(range(x.shape[1])) - set(active) - {left}:
        for sign in (1.0, -1.0):
            reach = (level - sign * correlations[j]) / (1 - sign * slopes[j])
            if 0 < reach < step:
                step, event = reach, j
    for j, rate in zip(active, direction):
        if b[j] * rate < 0 and -b[j] / rate < step:
            step, event = -b[j] / rate, j
    return step, event
