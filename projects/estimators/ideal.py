"""The ideal bootstrap of a correlation: all different resamples, each weighed by how often it is drawn, in a Gray code."""

import math
from typing import NamedTuple

import numba
import numpy as np

from abacus.errors import BadInput
from abacus.kernels import JIT

MOST = 15  # data: 15¹⁵ is the largest nⁿ that an int64 holds
BINS = 2**21  # of the histogram over -1 .. 1


class Ideal(NamedTuple):
    """All different resamples: how many, mean and sd of r over the nⁿ equally likely ones, their histogram, and those without r.

    `histogram` (BINS,) holds whole numbers of the nⁿ resamples; `undefined` is the number of those in which one of the two
    variables does not vary. The others are `defined`.
    """

    resamples: int
    mean: float
    se: float
    histogram: np.ndarray
    undefined: int

    @property
    def defined(self):
        return int(self.histogram.sum())

    def quantile(self, p):
        """The value below which a share p of the resamples lies, to the width of a bin, about 1e-6."""
        if not ((np.asarray(p) > 0) & (np.asarray(p) <= 1)).all():
            raise BadInput(f"p={p}: wanted a share above 0, and at most 1")
        mass = np.cumsum(self.histogram)
        k = np.searchsorted(mass, np.atleast_1d(p) * float(mass[-1]))
        return (k + 0.5) * 2 / BINS - 1

    def below(self, r):
        """The share of the resamples below r, half of its own bin counted."""
        k = _bin(r)
        return float((self.histogram[:k].sum() + self.histogram[k] / 2) / self.defined)


def bootstrap(x, y):
    """Ideal of the correlation of n pairs of whole numbers (n,), 2 to 15 of them: nothing is drawn, eqs. (26) to (28).

    Sums of squares and products are kept in int64, and exactly. BadInput for other data, or for numbers that are too large.
    """
    x, y = _whole(x, "x"), _whole(y, "y")
    n = len(x)
    if len(y) != n or not 2 <= n <= MOST:
        raise BadInput(f"{n} and {len(y)} data: wanted as many of both, from 2 to {MOST}")
    if max(int(v.max()) - int(v.min()) for v in (x, y)) > 2**28:
        raise BadInput("the data spread too far: wanted no more than 2^28 between the least and the largest")
    x, y = x - x.min(), y - y.min()  # r does not change, and the sums stay small
    if x.max() == 0 or y.max() == 0:
        raise BadInput("one of the two does not vary: it has no correlation with anything")
    histogram = np.zeros(BINS, np.int64)
    resamples, total, squares, undefined = _walk(x, y, histogram, math.factorial(n))
    defined = float(n**n - undefined)
    mean = total / defined
    return Ideal(int(resamples), mean, math.sqrt(squares / defined - mean**2), histogram, int(undefined))


def _whole(values, name):
    values = np.asarray(values)
    if values.dtype.kind not in "iu" or values.ndim != 1:
        raise BadInput(f"{name}: wanted a list of whole numbers (a grade of 3.39 is 339 hundredths)")
    if len(values) and values.max() > np.iinfo(np.int64).max:
        raise BadInput(f"{name}: {values.max()} is more than an int64 holds")
    return values.astype(np.int64)


@numba.njit(**JIT)
def _bin(r):
    return min(BINS - 1, max(0, int((r + 1) * (BINS / 2))))


@numba.njit(**(JIT | {"fastmath": False}))
def _walk(x, y, histogram, ways):
    """Visit every (c₁ ... c_n) with sum n, one unit moved at a time: (resamples, Σ w r, Σ w r², Σ w without r).

    A digit i > 0 goes up to all that the digits before it hold, or down to 0, in the direction d[i]. The first that can move
    moves; those before it have ended in one heap, at 0 or at i - 1, and begin to run the other way from there. w counts
    the orders of drawing, n! / Π c!, eq. (26): a whole number after each move. Sums of w r are taken in two parts (Neumaier).
    """
    n = len(x)
    c, d = np.zeros(n, np.int64), np.ones(n, np.int64)
    c[0] = n
    w, sx, sy, sxx, syy, sxy = 1, n * x[0], n * y[0], n * x[0] * x[0], n * y[0] * y[0], n * x[0] * y[0]
    visited, total, lost, squares, lost2, undefined = 0, 0.0, 0.0, 0.0, 0.0, 0
    while True:
        visited += 1
        vx, vy, v = n * sxx - sx * sx, n * syy - sy * sy, n * sxy - sx * sy  # eq. 27
        if vx == 0 or vy == 0:
            undefined += w
        else:
            r = v / math.sqrt(float(vx) * float(vy))
            histogram[_bin(r)] += w
            total, lost = _add(total, lost, w * r)  # eq. 28
            squares, lost2 = _add(squares, lost2, w * r * r)
        i, heap = 1, c[0]
        while i < n and ((d[i] > 0 and heap == 0) or (d[i] < 0 and c[i] == 0)):
            heap += c[i]
            i += 1
        if i == n:
            return visited, total + lost, squares + lost2, undefined
        if heap > 0:
            at = 0 if c[0] > 0 else i - 1  # where it lies
        else:
            at = (i - 1) * (c[i] % 2)  # where it begins: so that it will end at 0 when c[i] has come down to 0
        if d[i] > 0:
            source, target = at, i
        else:
            source, target = i, at
        w = w * c[source] // (c[target] + 1)  # eq. 26
        c[source] -= 1
        c[target] += 1
        dx, dy = x[target] - x[source], y[target] - y[source]
        sx, sy = sx + dx, sy + dy
        sxx += x[target] * x[target] - x[source] * x[source]
        syy += y[target] * y[target] - y[source] * y[source]
        sxy += x[target] * y[target] - x[source] * y[source]
        for j in range(1, i):
            d[j] = 1
        if at > 0:
            d[at] = -1


@numba.njit(**(JIT | {"fastmath": False}))
def _add(total, lost, term):
    new = total + term
    if abs(total) >= abs(term):
        lost += (total - new) + term
    else:
        lost += (term - new) + total
    return new, lost
