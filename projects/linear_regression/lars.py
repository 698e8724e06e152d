"""The whole lasso path in p steps or a few more: least angle regression (Efron et al. 2004)."""

import numpy as np

from cholesky import cholesky
from triangular import Dependent, back, forward


def path(x, y):
    """Knots of the lasso path: λ (m,) falling to 0 and b (m, p), linear between  (eqs. 26-28). x (n, p), y centred.

    Where several variables reach λ at once, `_chosen` says which of them move on. Dependent (of triangular.py) where they
    are a combination of one another, so that there is no one path.
    """
    b, correlations = np.zeros(x.shape[1]), x.T @ y
    rounding = len(x) * np.finfo(float).eps * np.linalg.norm(x, axis=0) * np.linalg.norm(y)  # of a correlation
    level = np.abs(correlations).max()
    active, knots, left = [int(np.abs(correlations).argmax())], [(level, b.copy())], None
    while level > 0:
        tied = [j for j in range(len(b)) if j not in (*active, left) and abs(correlations[j]) >= level - rounding[j]]
        if tied:
            candidates = [*active, *tied] + [left] * (left is not None)
            active = _chosen(x, np.sign(correlations), candidates, b, rounding.max() / level)
        direction = _equiangular(x[:, active], np.sign(correlations[active]))
        waiting = {(j, np.sign(correlations[j])) for j in (*tied, left) if j is not None}
        step, event = _next_event(x, correlations, level, active, direction, b, waiting)
        before = b[active]
        b[active] += step * direction
        left = event if event in active else None
        if left is not None:
            b[left] = 0.0
            crossed = (before != 0) & (
                np.abs(b[active]) <= 4 * np.finfo(float).eps * np.abs(before)
            )  # all that reach 0 now
            b[np.array(active)[crossed]] = 0.0
            active = [j for j, gone in zip(active, crossed) if j != left and not gone]
        elif event is not None:
            active.append(event)
        correlations = x.T @ (y - x @ b)
        level = 0.0 if event is None or level - step <= rounding.max() else level - step
        knots.append((level, b.copy()))
    return np.array([level for level, _ in knots]), np.array([b for _, b in knots])


def at_fraction(knots, s):
    """b where Σ|bⱼ| is s times its value at the end of the path  (eq. 29). knots (m, p), 0 ≤ s ≤ 1."""
    norms = np.abs(knots).sum(axis=1)
    if norms[-1] == 0:
        return knots[-1]
    k = int(np.clip(np.searchsorted(norms, s * norms[-1]), 1, len(norms) - 1))
    t = (s * norms[-1] - norms[k - 1]) / (norms[k] - norms[k - 1])  # eq. 29
    return (1 - t) * knots[k - 1] + t * knots[k]


def _equiangular(x, signs):
    """d = (XᵀX)⁻¹ signs: along it all active correlations shrink at the rate 1  (eq. 26)."""
    factor = cholesky(x.T @ x, len(x))
    return back(factor.T, forward(factor, signs))  # eq. 26


def _chosen(x, signs, candidates, b, slack):
    """Which of the candidates, all with correlation ±λ, have a coefficient on the next piece of the path.

    Along it b moves by the d that minimises ½‖Xd‖² − Σ signsⱼ dⱼ, where a coefficient that is 0 may only take the sign of
    its correlation: the right derivative of the path. By Lawson and Hanson's active sets (1974, chapter 23).
    """
    a, free = x[:, candidates] * signs[candidates], b[candidates] != 0
    moving, barred = free.copy(), np.zeros(len(candidates), bool)
    d = _towards(a, np.zeros(len(candidates)), moving, free) if moving.any() else np.zeros(len(candidates))
    while True:
        gain = np.where(moving | barred, 0.0, 1 - a.T @ (a @ d))
        new = int(gain.argmax())
        if not gain[new] > slack:
            return [j for j, moves in zip(candidates, moving) if moves]
        moving[new] = True
        try:
            d = _towards(a, d, moving, free)
        except Dependent:  # it does nothing that those before it do not
            moving[new], barred[new] = False, True


def _towards(a, d, moving, free):
    """The minimum over those that are `moving`; who would lose the sign of its correlation on the way is taken out there."""
    while True:
        best = np.zeros(len(d))
        best[moving] = _equiangular(a[:, moving], np.ones(moving.sum()))
        wrong = moving & ~free & (best <= 0)
        if not wrong.any():
            return best
        d = d + (d[wrong] / (d[wrong] - best[wrong])).min() * (best - d)
        moving &= free | (d > np.finfo(float).eps * np.abs(d).max())


def _next_event(x, correlations, level, active, direction, b, waiting):
    """How far to go, and which variable then joins (eq. 27) or leaves as it reaches zero (eq. 28); None at the end.

    `waiting` holds (variable, sign) of those that are at λ and do not move.
    """
    slopes = x.T @ (x[:, active] @ direction)
    step, event = level, None
    for j in set(range(x.shape[1])) - set(active):
        for sign in (1.0, -1.0):
            if (j, sign) not in waiting and sign * slopes[j] < 1:
                reach = (level - sign * correlations[j]) / (1 - sign * slopes[j])  # eq. 27
                if 0 < reach < step:
                    step, event = reach, j
    for j, rate in zip(active, direction):
        if b[j] * rate < 0 and -b[j] / rate < step:
            step, event = -b[j] / rate, j  # eq. 28
    return step, event
