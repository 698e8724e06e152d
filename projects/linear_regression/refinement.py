"""QR with iterative refinement: the factors in float64, what the fit leaves over in double-double (Björck 1967)."""

import numpy as np

from double_double import DoubleDouble, two_prod
from qr import householder, reflect, reflect_back
from triangular import back, forward

STEPS = 40  # a bound: refinement stops by itself when a step no longer halves


def least_squares(x, y):
    """b for the X and y that float64 holds, nearly to the last bit; r and b are float64 as well. x (n, p), y (n,).

    Newton on the augmented system  r + Xb = y,  Xᵀr = 0  (eq. 9): defects in double-double (eq. 10), steps by QR
    (eq. 11).
    """
    factors, lengths = householder(x), np.sqrt((x * x).sum(axis=0))
    r, b, last = np.zeros(len(y)), np.zeros(x.shape[1]), np.inf
    for _ in range(STEPS):
        dr, db = augmented(factors, *defects(x, y, r, b))
        size = (lengths * np.abs(db)).max()
        if size > last / 2:
            break
        r, b, last = r + dr, b + db, size
    return b


def defects(x, y, r, b):
    """f = y − r − Xb (n,) and g = −Xᵀr (p,): every product and every sum in double-double, rounded once  (eq. 10)."""
    f = DoubleDouble(y) - r - DoubleDouble(*two_prod(x, b)).sum(axis=1)
    return f.round(), -DoubleDouble(*two_prod(x.T, r)).sum(axis=1).round()  # eq. 10


def augmented(factors, f, g):
    """dr, db of  dr + X db = f,  Xᵀdr = g  by X = QR: h = R⁻ᵀg, d = Qᵀf, db = R⁻¹(d₁ − h), dr = Q(h, d₂)  (eq. 11)."""
    reflectors, r = factors
    d, h = reflect(reflectors, f), forward(r.T, g)
    db = back(r, d[: len(r)] - h)  # eq. 11
    d[: len(r)] = h
    return reflect_back(reflectors, d), db
