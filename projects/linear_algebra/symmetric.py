"""Eigenvalues of a symmetric matrix: reflections to a tridiagonal one, then QR steps with Wilkinson's shift."""

import math

import numpy as np

from elimination import restored, scaled, symmetric
from orthogonal import rotation
from schur import hessenberg

STEPS = 30  # LAPACK's own limit: steps an eigenvalue, on average


def eigenvalues(a):
    """The n eigenvalues of a symmetric A (n, n), falling."""
    return _solved(a, lambda q: np.zeros((len(q), 0)))[0]


def eigenvectors(a):
    """(w, V): A = V diag(w) Vᵀ, w falling, V (n, n) orthogonal (eq. 18)."""
    w, vt = _solved(a, lambda q: q.T.copy())
    return w, vt.T.copy()


def _solved(a, rows_of):
    """w, and the rows that were turned with it."""
    a, scale = scaled(symmetric(a))
    t, q = hessenberg(a)  # of a symmetric matrix it is tridiagonal
    d, e, vt = np.diag(t).tolist(), np.diag(t, -1).tolist(), rows_of(q)
    implicit_qr(d, e, vt)
    order = np.argsort(-np.array(d), kind="stable")
    return restored(np.array(d)[order], scale), vt[order]


def implicit_qr(d, e, vt):
    """T with diagonal d and e beside it (lists) becomes diagonal, in place; Vᵀ's rows turn alike (eqs. 18, 19)."""
    eps, tiny, last, steps = np.finfo(float).eps, np.finfo(float).tiny, len(d) - 1, 0
    while last > 0:
        first = last
        while first > 0 and abs(e[first - 1]) > eps * math.sqrt(abs(d[first] * d[first - 1])) + tiny:
            first -= 1
        if first > 0:
            e[first - 1] = 0.0
        if first == last:
            last -= 1
            continue
        steps += 1
        if steps > STEPS * len(d):
            raise ArithmeticError(f"implicit QR: {last + 1} eigenvalues are open after {steps} steps")
        _step(d, e, vt, first, last)


def _step(d, e, vt, first, last):
    """One step on T[first..last]; the bulge is chased to the end (eq. 19)."""
    half, f = (d[last - 1] - d[last]) / 2, e[last - 1]
    shift = d[last] - f * (f / (half + math.copysign(math.hypot(half, f), half)))  # eq. 19
    x, y = d[first] - shift, e[first]
    for k in range(first, last):
        c, s, r = rotation(x, y)
        if k > first:
            e[k - 1] = r
        gap, f = d[k] - d[k + 1], e[k]
        z = s * (c * 2 * f - s * gap)  # by how much the one falls and the other grows
        d[k], d[k + 1], e[k] = d[k] + z, d[k + 1] - z, (c * c - s * s) * f - c * s * gap
        if k < last - 1:
            x, y, e[k + 1] = e[k], s * e[k + 1], c * e[k + 1]
        vt[k : k + 2] = np.array([[c, s], [-s, c]]) @ vt[k : k + 2]  # eq. 18
