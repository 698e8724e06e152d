"""The compiled loop of sequential minimal optimisation: two variables at a time, until no pair violates the conditions.

The state is what a working set needs and no more: F_t = −s_t ∂L/∂α_t, eq. (8), and for each variable whether it may move
up (`up` 0, else −inf) and down (`low`) along F. In a ν-problem the pairs have one sign: then there are two rows of masks.
Rows of kernel values come from outside: where one is missing the loop returns and says which.
"""

import numpy as np
from numba import njit

from abacus.kernels import EXACT

DONE, MISSING, PAUSE = 0, 1, 2
MAXIMA = EXACT | {"fastmath": {"nnan", "nsz"}}  # lets a maximum be found by vectors; there are no NaN: rows are finite
CHUNK = 64
TINY = 1e-12  # a pair's curvature, where it is not positive (Chen, Fan & Lin 2006)


@njit(**MAXIMA)
def _chunk(f, mask, first, last):
    most = -np.inf
    for t in range(first, last):
        value = f[t] + mask[t]
        if value > most:
            most = value
    return most


@njit(**EXACT)
def largest(f, mask):
    """(the largest f_t with mask_t = 0, its t: the last of equal ones, as in LIBSVM); (−inf, −1) where there is none."""
    most, at = -np.inf, -1
    for first in range(0, len(f), CHUNK):
        value = _chunk(f, mask, first, min(first + CHUNK, len(f)))
        if value >= most and value > -np.inf:
            most, at = value, first
    if at < 0:
        return most, at
    for t in range(min(at + CHUNK, len(f)) - 1, at - 1, -1):
        if f[t] + mask[t] == most:
            return most, t
    return most, -1


@njit(**MAXIMA)
def _gains(f, low, top, row, diagonal, curvature, first, last, gain):
    """Into gain: (top − F_t)² over the curvature of the pair (eq. 11); it is 0 where t may not move down. Returns the largest
    top − F_t and the largest gain."""
    gap, best = -np.inf, -np.inf
    for t in range(first, last):
        b = top - f[t] + low[t]
        a = max(curvature + diagonal[t] - 2.0 * row[t], TINY)
        positive = max(b, 0.0)
        value = positive * positive / a
        gain[t - first] = value
        if b > gap:
            gap = b
        if value > best:
            best = value
    return gap, best


@njit(**EXACT)
def second(f, low, top, row, diagonal, curvature, gain):
    """(the largest violation top − F_t over t that may move down, the largest gain, its t: the last of equal ones)."""
    gap, best, at = -np.inf, 0.0, -1
    for first in range(0, len(f), CHUNK):
        last = min(first + CHUNK, len(f))
        here, value = _gains(f, low, top, row, diagonal, curvature, first, last, gain)
        gap = max(gap, here)
        if value >= best and value > 0:
            best = value
            for t in range(last - first - 1, -1, -1):
                if gain[t] == value:
                    at = first + t
                    break
    return gap, best, at


@njit(**EXACT)
def _shift(f, step, plus, minus):
    for t in range(len(f)):
        f[t] -= step * (np.float64(plus[t]) - np.float64(minus[t]))


@njit(**EXACT)
def _room(alpha, s, C, up, low, t):
    """The masks of variable t after its step."""
    up[t] = 0.0 if (alpha[t] < C[t] if s[t] > 0 else alpha[t] > 0) else -np.inf
    low[t] = 0.0 if (alpha[t] > 0 if s[t] > 0 else alpha[t] < C[t]) else -np.inf


@njit(**EXACT)
def steps(f, alpha, s, C, up, low, diagonal, sample, place, kept, used, tol, most):
    """At most `most` steps. Returns (DONE, MISSING or PAUSE, the two samples whose rows are wanted, steps done, gap).

    f, alpha, s, C, diagonal, sample (N,); up, low (1 or 2, N); place: where the row of each sample is kept, (−1: nowhere).
    """
    gain = np.empty(CHUNK)
    gap = np.inf
    now = used.max() + 1
    for done in range(most):
        i, j, best, gap = -1, -1, 0.0, -np.inf
        for g in range(len(up)):
            top, t = largest(f, up[g])  # eq. 9
            if t < 0:
                continue
            at = place[sample[t]]
            if at < 0:
                return MISSING, sample[t], sample[t], done, np.inf
            violation, value, other = second(f, low[g], top, kept[at], diagonal, diagonal[t], gain)  # eq. 11
            gap = max(gap, violation)
            if value > best:
                best, i, j = value, t, other
        if gap < tol or j < 0:  # eq. 10
            return DONE, -1, -1, done, gap
        plus, minus = place[sample[i]], place[sample[j]]
        if plus < 0 or minus < 0:
            return MISSING, sample[i], sample[j], done, gap
        used[plus] = used[minus] = now + done
        step = (f[i] - f[j]) / max(diagonal[i] + diagonal[j] - 2.0 * kept[plus, j], TINY)  # eq. 12
        above = C[i] - alpha[i] if s[i] > 0 else alpha[i]
        below = alpha[j] if s[j] > 0 else C[j] - alpha[j]
        if step >= above or step >= below:
            step = min(above, below)
        alpha[i] = (C[i] if s[i] > 0 else 0.0) if step == above else alpha[i] + s[i] * step
        alpha[j] = (0.0 if s[j] > 0 else C[j]) if step == below else alpha[j] - s[j] * step
        _shift(f, step, kept[plus], kept[minus])
        g = 0 if len(up) == 1 or s[i] > 0 else 1
        _room(alpha, s, C, up[g], low[g], i)
        _room(alpha, s, C, up[g], low[g], j)
    return PAUSE, -1, -1, most, gap
