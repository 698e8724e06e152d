"""Eigenvalues of a symmetric matrix: Householder reflections to a tridiagonal T, then implicit QR steps on T."""

import numpy as np

SWEEPS = 30  # LAPACK's own limit: QR steps per eigenvalue, on average


def eigh(a):
    """A = V diag(w) V', w falling: eigenvalues (n,), eigenvectors in V's columns (n, n), in float64 (eqs. 4 to 7)."""
    a = np.array(a, dtype=np.float64)
    scale = np.abs(a).max(initial=0.0)
    if scale == 0.0:
        return np.zeros(len(a)), np.eye(len(a))
    diagonal, beside, vt = tridiagonalise(a / scale)
    implicit_qr(diagonal, beside, vt)
    order = np.argsort(-diagonal, kind="stable")
    return diagonal[order] * scale, vt[order].T.copy()


def householder(x):
    """(v, beta, alpha) with (I − beta v v') x = (alpha, 0, …)' and v[0] = 1 (eq. 4; Golub & Van Loan, alg. 5.1.1)."""
    v = x.copy()
    tail = x[1:] @ x[1:]
    if tail == 0.0:
        v[0] = 1.0
        return v, 0.0, x[0]
    norm = np.sqrt(x[0] * x[0] + tail)
    alpha = norm if x[0] <= 0.0 else -norm  # the sign that adds in x[0] - alpha instead of cancelling
    v[0] = x[0] - alpha
    beta = 2.0 * v[0] * v[0] / (tail + v[0] * v[0])  # eq. 4
    v /= v[0]
    return v, beta, alpha


def tridiagonalise(a):
    """Q' A Q = T: T's diagonal (n,), the entries beside it (n − 1,), and Q' (eqs. 4 and 5). A is overwritten."""
    n = len(a)
    beside = np.zeros(max(n - 1, 0))
    reflections = []
    for k in range(n - 2):
        v, beta, beside[k] = householder(a[k + 1 :, k])
        reflections.append((v, beta))
        rest = a[k + 1 :, k + 1 :]
        p = beta * (rest @ v)
        w = p - (0.5 * beta * (p @ v)) * v
        rest -= np.outer(v, w)  # eq. 5: H A H = A - v w' - w v'
        rest -= np.outer(w, v)
    if n > 1:
        beside[n - 2] = a[n - 1, n - 2]
    qt = np.eye(n)
    for k in range(n - 3, -1, -1):  # backwards, so that Q's untouched rows stay those of the identity
        v, beta = reflections[k]
        block = qt[k + 1 :, k + 1 :]
        block -= np.outer((beta * block) @ v, v)
    return np.diag(a).copy(), beside, qt


def implicit_qr(d, e, vt):
    """Diagonalise T = (d, e) in place by shifted QR steps; the rotations turn the rows of V' (eqs. 6 and 7)."""
    n = len(d)
    last, steps = n - 1, 0
    eps = np.finfo(d.dtype).eps
    while last > 0:
        small = np.abs(e[:last]) <= eps * (np.abs(d[:last]) + np.abs(d[1 : last + 1]))
        e[:last][small] = 0.0
        if e[last - 1] == 0.0:
            last -= 1
            continue
        split = np.flatnonzero(e[:last] == 0.0)
        first = split[-1] + 1 if split.size else 0
        steps += 1
        if steps > SWEEPS * n:
            raise ArithmeticError(f"implicit QR: {last} eigenvalues are open after {steps} steps")
        qr_step(d, e, first, last, vt)


def qr_step(d, e, first, last, vt):
    """One QR step on T[first..last] with Wilkinson's shift, chasing the bulge downwards (eqs. 6 and 7)."""
    half = 0.5 * (d[last - 1] - d[last])
    square = e[last - 1] * e[last - 1]
    shift = d[last] - square / (half + np.copysign(np.hypot(half, e[last - 1]), half))  # eq. 6
    x, z = d[first] - shift, e[first]
    for k in range(first, last):
        r = np.hypot(x, z)
        c, s = (x / r, z / r) if r > 0.0 else (1.0, 0.0)
        if k > first:
            e[k - 1] = r
        a, b, f = d[k], d[k + 1], e[k]
        d[k] = c * c * a + 2.0 * c * s * f + s * s * b
        d[k + 1] = s * s * a - 2.0 * c * s * f + c * c * b
        e[k] = c * s * (b - a) + (c * c - s * s) * f
        if k < last - 1:  # the bulge: what the rotation has put outside the band
            x, z = e[k], s * e[k + 1]
            e[k + 1] *= c
        pair = vt[k : k + 2]
        pair[:] = np.array([[c, s], [-s, c]]) @ pair  # eq. 7
