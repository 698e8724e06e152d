"""The dual problem that all these machines share, and its solution: rows fetched, variables shrunk and brought back."""

import warnings
from typing import NamedTuple

import numpy as np

from kernel import Rows

SHRINK = 1000  # steps between two looks at what may be left out, as in LIBSVM


class Solution(NamedTuple):
    """`alpha` (N,) at the optimum; `f` (N,) is F of eq. 8; `heights` the value of F at free variables, of each group of
    signs that a pair may not mix; `steps` that it took; `objective` of eq. 7."""

    alpha: np.ndarray
    f: np.ndarray
    heights: list
    steps: int
    objective: float


class Problem(NamedTuple):
    """min ½ αᵀQα + pᵀα, Q_tu = s_t s_u k(t, u), 0 ≤ α ≤ C, and Σ s α stays what it is at the start (eq. 7).

    sample, s, p, C, alpha: (N,) each; alpha is the start. paired: the two variables of a step have one sign, so that both
    Σ of α over each sign stay.
    """

    sample: np.ndarray
    s: np.ndarray
    p: np.ndarray
    C: np.ndarray
    alpha: np.ndarray
    paired: bool = False


def solve(samples, problem, tol=1e-3, shrinking=True, megabytes=200.0, rows=None, max_iter=-1):
    """The Solution, to a violation below `tol`. `rows` may be shared by problems of the same samples and columns.

    Warns (RuntimeWarning) where `max_iter` steps were too few; −1: as many as LIBSVM allows.
    """
    import smo

    sample, s, p, C, start, paired = problem
    n = len(s)
    rows = Rows(samples, sample, megabytes) if rows is None else rows
    diagonal = samples.diagonal()[sample]
    alpha = np.array(start, np.float64)
    f = _slopes(samples, problem, alpha)
    limit = max(10_000_000, 100 * n) if max_iter < 0 else max_iter
    active, narrow = np.arange(n), rows
    part = _part(active, f, alpha, s, C, diagonal, paired)
    done, clock = 0, 0  # clock: steps since the last look at what may be left out
    while True:
        most = min(min(n, SHRINK) - clock, limit - done)
        state, first, other, steps, gap = smo.steps(
            *part, narrow.sample, narrow.place, narrow.kept, narrow.used, tol, most
        )
        done, clock = done + steps, clock + steps
        if state == smo.MISSING:
            narrow.fetch(dict.fromkeys([int(first), int(other)]), _violators(part, narrow))
            continue
        finished, clock = state == smo.DONE, 0
        ended = finished or done >= limit
        if ended and len(active) == n:
            break
        f[active], alpha[active] = part[:2]
        if ended:  # those that were left out may object: all are looked at again, and none is left out any more
            f, active, narrow, shrinking = _slopes(samples, problem, alpha), np.arange(n), rows, False
        elif shrinking and len(keep := _may_move(part)) < 0.8 * len(active):
            active, narrow = active[keep], narrow.narrow(keep)
        else:
            continue
        part = _part(active, f[active], alpha[active], s[active], C[active], diagonal[active], paired)
        if done >= limit:
            break
    f, alpha = part[:2]
    if not finished:
        warnings.warn(f"max_iter={limit} left a violation of {gap:.2g}, above tol={tol}", RuntimeWarning, stacklevel=4)
    objective = float(alpha @ (p - s * f) / 2)
    return Solution(alpha, f, _heights(f, alpha, s, C, paired), done, objective)


def _slopes(samples, problem, alpha):
    """F = −s (Qα + p) of all variables (eq. 8), by one product with those that are not zero."""
    sample, s, p, *_ = problem
    f = -s * p
    moved = np.flatnonzero(alpha)
    if len(moved):
        weights = np.bincount(sample[moved], s[moved] * alpha[moved], len(samples))
        held = np.flatnonzero(weights)
        columns, spread = np.unique(sample, return_inverse=True)
        sums = np.zeros(len(columns))
        for first in range(0, len(held), 512):
            block = held[first : first + 512]
            sums += weights[block] @ samples.values(block, columns)
        f = f - sums[spread]
    return f


def _part(active, f, alpha, s, C, diagonal, paired):
    """What the loop works on: copies, with the masks of which variable may go up or down."""
    f, alpha = np.array(f), np.array(alpha)
    s, C, diagonal = (np.ascontiguousarray(a, np.float64) for a in (s, C, diagonal))
    up, low = (
        np.stack([np.where(group & way, 0.0, -np.inf) for group in _groups(s, paired)]) for way in _ways(alpha, s, C)
    )
    return f, alpha, s, C, up, low, diagonal


def _groups(s, paired):
    """Masks of the variables that a step may pair: of one sign each, or all."""
    return [s > 0, s < 0] if paired else [np.ones(len(s), bool)]


def _ways(alpha, s, C):
    """(which variables may go up along s, which may go down)."""
    return np.where(s > 0, alpha < C, alpha > 0), np.where(s > 0, alpha > 0, alpha < C)


def _violators(part, rows):
    """The samples whose rows are likely to be wanted next: the farthest on both sides."""
    f, _, _, _, up, low, _ = part
    half = min(rows.BLOCK // 2, len(f) - 1)
    if half < 1:
        return []
    top = np.argpartition(-(f + up.max(axis=0)), half)[:half]
    bottom = np.argpartition(f - low.max(axis=0), half)[:half]
    return rows.sample[np.concatenate([top, bottom])].tolist()


def _may_move(part):
    """Places of the variables that a step may still choose: not those at a bound that only press against it."""
    f, _, _, _, up, low, _ = part
    keep = np.zeros(len(f), bool)
    for may_rise, may_fall in zip(up == 0, low == 0):
        top = f[may_rise].max(initial=-np.inf)
        bottom = f[may_fall].min(initial=np.inf)
        keep |= (may_rise & (may_fall | (f >= bottom))) | (may_fall & (may_rise | (f <= top)))
    return np.flatnonzero(keep)


def _heights(f, alpha, s, C, paired):
    """For each group of signs the mean of F over the free variables, or the middle of what the bound ones allow."""
    found, (rise, fall) = [], _ways(alpha, s, C)
    for group in _groups(s, paired):
        free = group & (alpha > 0) & (alpha < C)
        if free.any():
            found.append(float(f[free].mean()))
            continue
        top = f[group & rise].max(initial=-np.inf)
        bottom = f[group & fall].min(initial=np.inf)
        ends = [end for end in (top, bottom) if np.isfinite(end)]
        found.append(float(np.mean(ends)) if ends else 0.0)
    return found
