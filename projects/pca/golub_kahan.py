"""Singular values after Golub & Kahan (1965): reflections to a bidiagonal B, then implicit QR steps on B'B."""

import numpy as np

from tridiagonal import SWEEPS, householder


def svd(a):
    """A = U diag(s) V', s falling: U (m, k), s (k,), V' (k, n), k = min(m, n), in float64 (eqs. 11 to 13)."""
    a = np.array(a, dtype=np.float64)
    if a.shape[0] < a.shape[1]:
        u, s, vt = svd(a.T)
        return vt.T, s, u.T
    scale = np.abs(a).max(initial=0.0)
    if scale == 0.0:
        return np.eye(*a.shape), np.zeros(a.shape[1]), np.eye(a.shape[1])
    d, e, ut, vt = bidiagonalise(a / scale)
    implicit_qr(d, e, ut, vt)
    vt *= np.where(d < 0.0, -1.0, 1.0)[:, None]
    s = np.abs(d)
    order = np.argsort(-s, kind="stable")
    return ut[order].T.copy(), s[order] * scale, vt[order]


def bidiagonalise(a):
    """U' A V = B for A (m, n), m >= n: B's diagonal (n,), the entries above it, U' (n, m) and V' (n, n) (eq. 11)."""
    m, n = a.shape
    d, e = np.zeros(n), np.zeros(max(n - 1, 0))
    left, right = [], []
    for k in range(n):
        v, beta, d[k] = householder(a[k:, k])
        left.append((v, beta))
        rest = a[k:, k + 1 :]
        rest -= np.outer(beta * v, v @ rest)
        if k < n - 1:
            v, beta, e[k] = householder(a[k, k + 1 :])
            right.append((v, beta))
            rest = a[k + 1 :, k + 1 :]
            rest -= np.outer(rest @ v, beta * v)
    return d, e, accumulate(left, n, m, 0), accumulate(right, n, n, 1)


def accumulate(reflections, rows, size, offset):
    """The first rows of (H_1 H_2 …)', each reflection acting on coordinates from its index + offset on."""
    qt = np.eye(rows, size)
    for k in range(len(reflections) - 1, -1, -1):
        v, beta = reflections[k]
        block = qt[k:, k + offset :]
        block -= np.outer((beta * block) @ v, v)
    return qt


def implicit_qr(d, e, ut, vt):
    """Diagonalise B = (d, e) in place; the rotations are applied to the rows of U' and V' (eqs. 12 and 13)."""
    last, steps = len(d) - 1, 0
    eps = np.finfo(d.dtype).eps
    norm = max(np.abs(d).max(initial=0.0), np.abs(e).max(initial=0.0))
    while last > 0:
        small = np.abs(e[:last]) <= eps * (np.abs(d[:last]) + np.abs(d[1 : last + 1]))
        e[:last][small] = 0.0
        if e[last - 1] == 0.0:
            last -= 1
            continue
        split = np.flatnonzero(e[:last] == 0.0)
        first = split[-1] + 1 if split.size else 0
        steps += 1
        if steps > SWEEPS * len(d):
            raise ArithmeticError(f"Golub-Kahan: {last} singular values are open after {steps} steps")
        zero = first + np.flatnonzero(np.abs(d[first : last + 1]) <= eps * norm)
        if zero.size:
            split_at_zero(d, e, zero[-1], first, last, ut, vt)
        else:
            qr_step(d, e, first, last, ut, vt)


def rotation(x, z):
    """(c, s, r) with [[c, s], [−s, c]] (x, z)' = (r, 0)'."""
    r = np.hypot(x, z)
    return (x / r, z / r, r) if r > 0.0 else (1.0, 0.0, 0.0)


def turn(rows, i, j, c, s):
    """Rows i and j become c row_i + s row_j and c row_j − s row_i."""
    rows[[i, j]] = np.array([[c, s], [-s, c]]) @ rows[[i, j]]


def split_at_zero(d, e, k, first, last, ut, vt):
    """A zero on the diagonal decouples B: rotate its row (the last one's column) to zero (Golub & Van Loan 8.6.2)."""
    d[k] = 0.0
    if k < last:
        bulge, e[k] = e[k], 0.0
        for i in range(k + 1, last + 1):
            c, s, d[i] = rotation(d[i], bulge)
            turn(ut, i, k, c, s)
            if i < last:
                bulge, e[i] = -s * e[i], c * e[i]
    else:
        bulge, e[k - 1] = e[k - 1], 0.0
        for i in range(k - 1, first - 1, -1):
            c, s, d[i] = rotation(d[i], bulge)
            turn(vt, i, k, c, s)
            if i > first:
                bulge, e[i - 1] = -s * e[i - 1], c * e[i - 1]


def qr_step(d, e, first, last, ut, vt):
    """One QR step on B'B, not formed: a rotation from the right makes a bulge, one from the left moves it (eq. 13)."""
    a = d[last - 1] ** 2 + (e[last - 2] ** 2 if last - 1 > first else 0.0)
    b, f = d[last] ** 2 + e[last - 1] ** 2, d[last - 1] * e[last - 1]
    half = 0.5 * (a - b)
    shift = b - f * f / (half + np.copysign(np.hypot(half, f), half)) if f else b  # eq. 6 for B'B
    x, z = d[first] ** 2 - shift, d[first] * e[first]  # eq. 13
    for k in range(first, last):
        c, s, r = rotation(x, z)
        if k > first:
            e[k - 1] = r
        x, e[k] = c * d[k] + s * e[k], c * e[k] - s * d[k]
        z, d[k + 1] = s * d[k + 1], c * d[k + 1]
        turn(vt, k, k + 1, c, s)
        c, s, d[k] = rotation(x, z)
        x, d[k + 1] = c * e[k] + s * d[k + 1], c * d[k + 1] - s * e[k]
        turn(ut, k, k + 1, c, s)
        if k < last - 1:
            z, e[k + 1] = s * e[k + 1], c * e[k + 1]
        e[k] = x
