"""Householder's QR factorisation, in float64 and, the same text, in double-double."""

import numpy as np

from triangular import Dependent, back


def least_squares(x, y):
    """b that minimises ‖y − Xb‖: R b = (Qᵀy)₁..ₚ  (eq. 6). x (n, p), y (n,), arrays or DoubleDouble."""
    reflectors, r = householder(x)
    return back(r, reflect(reflectors, y)[: len(r)])  # eq. 6


def householder(x):
    """X = QR  (eqs. 4, 5): the p reflectors v of H = I − 2 vvᵀ/vᵀv, and R (p, p). x (n, p).

    Dependent where of a column no more is left over than n roundings of its length; so always where n < p.
    """
    a, reflectors, rounding = x.copy(), [], len(x) * np.finfo(float).eps ** (2 if hasattr(x, "hi") else 1)
    for k in range(x.shape[1]):
        v = a[k:, k].copy()
        norm = _root((v * v).sum())
        if not norm > rounding * _root((x[:, k] * x[:, k]).sum()):
            raise Dependent(
                f"column {k + 1} of {x.shape[1]} is a combination of those before it ({len(x)} rows): no single answer"
            )
        v[0] = v[0] + norm if v[0] > 0 else v[0] - norm  # the sign that cancels nothing, eq. 4
        beta = 2 / (v * v).sum()
        a[k:, k:] = a[k:, k:] - v[:, None] * (beta * (v[:, None] * a[k:, k:]).sum(axis=0))[None, :]
        reflectors.append((v, beta))
    return reflectors, a[: x.shape[1]]


def reflect(reflectors, y):
    """Qᵀy: the reflections in the order in which they were made. y (n,)."""
    return _in_turn(list(enumerate(reflectors)), y)


def reflect_back(reflectors, y):
    """Qy: the last reflection first. y (n,)."""
    return _in_turn(list(enumerate(reflectors))[::-1], y)


def _in_turn(numbered, y):
    y = y.copy()
    for k, (v, beta) in numbered:
        y[k:] = y[k:] - v * (beta * (v * y[k:]).sum())
    return y


def _root(square):
    return square.sqrt() if hasattr(square, "sqrt") else square**0.5
