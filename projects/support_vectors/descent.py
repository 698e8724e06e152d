"""The compiled passes of dual coordinate descent for a linear machine, over dense or sparse rows (Hsieh et al. 2008)."""

import numpy as np
from numba import njit

from abacus.kernels import EXACT, JIT


@njit(**JIT)
def _product(w, row):
    total = 0.0
    for j in range(len(row)):
        total += w[j] * row[j]
    return total


@njit(**EXACT)
def _gathered(w, values, columns, first, last):
    """Two sums in turn, so that one need not wait for the other."""
    even, odd = 0.0, 0.0
    e = first
    while e + 1 < last:
        even += w[columns[e]] * values[e]
        odd += w[columns[e + 1]] * values[e + 1]
        e += 2
    if e < last:
        even += w[columns[e]] * values[e]
    return even + odd


@njit(**EXACT)
def _projected(gradient, alpha, limit, highest, lowest):
    """(0: shrink, 1: leave, 2: move; the projected gradient, eq. 25)."""
    if alpha == 0.0:
        if gradient > highest:
            return 0, 0.0
        return (2, gradient) if gradient < 0 else (1, 0.0)
    if alpha == limit:
        if gradient < lowest:
            return 0, 0.0
        return (2, gradient) if gradient > 0 else (1, 0.0)
    return 2, gradient


@njit(**EXACT)
def dense(x, s, squares, ridge, limit, scale, order, active, alpha, w, highest, lowest):
    """One pass over order[:active]; what cannot move for now goes to its end.

    x (n, d); w (d + 1,), its last entry that of a feature which is `scale` everywhere. ridge: D_ii, limit: U of eq. 24. Returns
    (how many stay active, the largest and the smallest projected gradient).
    """
    d = x.shape[1]
    top, bottom = -np.inf, np.inf
    k = 0
    while k < active:
        i = order[k]
        gradient = s[i] * (_product(w[:d], x[i]) + scale * w[d]) - 1.0 + ridge[i] * alpha[i]  # eq. 25
        what, projected = _projected(gradient, alpha[i], limit[i], highest, lowest)
        if what == 0:
            active -= 1
            order[k], order[active] = order[active], order[k]
            continue
        top, bottom = max(top, projected), min(bottom, projected)
        if what == 2 and abs(projected) > 1e-12:
            old = alpha[i]
            alpha[i] = min(max(old - gradient / (squares[i] + ridge[i]), 0.0), limit[i])  # eq. 26
            step = (alpha[i] - old) * s[i]
            for j in range(d):
                w[j] += step * x[i, j]
            w[d] += step * scale
        k += 1
    return active, top, bottom


@njit(**EXACT)
def sparse(values, columns, start, s, squares, ridge, limit, scale, order, active, alpha, w, highest, lowest):
    """The same for rows in CSR form; columns are unsigned, so that no access has to look for negative ones."""
    d = len(w) - 1
    top, bottom = -np.inf, np.inf
    k = 0
    while k < active:
        i = order[k]
        product = _gathered(w, values, columns, start[i], start[i + 1]) + scale * w[d]
        gradient = s[i] * product - 1.0 + ridge[i] * alpha[i]  # eq. 25
        what, projected = _projected(gradient, alpha[i], limit[i], highest, lowest)
        if what == 0:
            active -= 1
            order[k], order[active] = order[active], order[k]
            continue
        top, bottom = max(top, projected), min(bottom, projected)
        if what == 2 and abs(projected) > 1e-12:
            old = alpha[i]
            alpha[i] = min(max(old - gradient / (squares[i] + ridge[i]), 0.0), limit[i])  # eq. 26
            step = (alpha[i] - old) * s[i]
            for e in range(start[i], start[i + 1]):
                w[columns[e]] += step * values[e]
            w[d] += step * scale
        k += 1
    return active, top, bottom
