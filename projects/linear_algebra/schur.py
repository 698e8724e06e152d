"""Eigenvalues of any real matrix, complex ones included: balance, Hessenberg, Francis's double-shift QR steps."""

import math

import numpy as np

from elimination import floats, restored, scaled, square
from orthogonal import accumulate, reflector

STEPS = 30  # LAPACK's own limit: steps an eigenvalue, on average
STALLED = 10  # steps without a deflation after which another shift is tried


def eigenvalues(a):
    """The n eigenvalues of A (n, n), sorted by real and imaginary part; a complex array where some are complex."""
    a, power = scaled(floats(square(a)))
    h = hessenberg(balance(a)[0])[0]
    francis(h, np.zeros((len(h), 0)))
    return _real(np.sort_complex(restored(_of_blocks(h), power)))


def eigenvectors(a):
    """(w, V): AV = V diag(w), the columns of V of length 1, in an order of their own (eq. 17).

    Where A has too few eigenvectors (a shear), some columns of V are parallel to rounding.
    """
    a, power = scaled(floats(square(a)))
    balanced, scale = balance(a)
    t, q = triangular(*schur(balanced))
    w, n = np.diag(t), len(t)
    x, small = np.eye(n, dtype=complex), np.finfo(float).eps * (np.abs(t).max() or 1.0)
    for k in range(n):
        for i in range(k - 1, -1, -1):  # eq. 17: (T − wI)x = 0, upwards
            gap = t[i, i] - w[k]
            x[i, k] = -(t[i, i + 1 : k + 1] @ x[i + 1 : k + 1, k]) / (gap if abs(gap) > small else small)
            x[i : k + 1, k] /= max(1.0, abs(x[i, k]))  # equal eigenvalues make it large, many of them beyond float64
    v = scale[:, None] * (q @ x)
    v = v / np.abs(v).max(axis=0)
    return _real(restored(w, power)), _real(v / np.sqrt((np.abs(v) ** 2).sum(axis=0)))


def schur(a):
    """A = QTQᵀ: T (n, n) upper triangular but for a 2 × 2 block for each complex pair, Q (n, n) orthogonal."""
    a, power = scaled(floats(square(a)))
    h, q = hessenberg(a)
    qt = q.T.copy()
    francis(h, qt)
    return restored(h, power), qt.T.copy()


def triangular(t, q):
    """The same in complex numbers: A = Q'T'Q'ᴴ with T' upper triangular; a rotation opens each 2 × 2 block."""
    t, q = t.astype(complex), q.astype(complex)
    for k in np.flatnonzero(np.diag(t, -1)):
        pair = np.array([_pair(*t[k : k + 2, k : k + 2].real.flat)[0] - t[k + 1, k + 1], t[k + 1, k]])
        c, s = pair / np.sqrt((np.abs(pair) ** 2).sum())
        turn = np.array([[c.conj(), s], [-s, c]])
        t[k : k + 2] = turn @ t[k : k + 2]
        t[:, k : k + 2] = t[:, k : k + 2] @ turn.conj().T
        q[:, k : k + 2] = q[:, k : k + 2] @ turn.conj().T
        t[k + 1, k] = 0
    return t, q


def balance(a):
    """(D⁻¹AD, the diagonal of D): powers of two that bring row k and column k to like size; no rounding at all."""
    a, scale, moved = a.copy(), np.ones(len(a)), True
    while moved:
        moved = False
        for k in range(len(a)):
            column, row = (np.abs(line).sum() - abs(a[k, k]) for line in (a[:, k], a[k]))
            if not (column > 0 and row > 0):
                continue
            power = 2.0 ** round(0.5 * (math.log2(row) - math.log2(column)))
            if column * power + row / power < 0.95 * (column + row):  # Parlett & Reinsch 1969: worth the move
                a[:, k] *= power
                a[k] /= power
                scale[k] *= power
                moved = True
    return a, scale


def hessenberg(a):
    """A = QHQᵀ with H zero below the first subdiagonal, by n − 2 reflections from both sides (eq. 13)."""
    h, reflections = a.copy(), []
    for k in range(len(h) - 2):
        u, h[k + 1, k] = reflector(h[k + 1 :, k])
        h[k + 2 :, k] = 0
        below, right = h[k + 1 :, k + 1 :], h[:, k + 1 :]
        below -= np.outer(2 * u, u @ below)  # eq. 13
        right -= np.outer(right @ u, 2 * u)
        reflections.append(u)
    return h, accumulate(reflections, len(h), len(h))


def francis(h, qt):
    """H becomes T of `schur` in place, by QR steps with two shifts at once (eqs. 14 to 16); the rows of Qᵀ turn alike."""
    eps, norm = np.finfo(float).eps, np.abs(h).max()
    last, steps, total = len(h) - 1, 0, 0
    while last > 0:
        first = last
        while first > 0:
            near = abs(h[first, first]) + abs(h[first - 1, first - 1])
            if abs(h[first, first - 1]) <= eps * (near or norm):
                h[first, first - 1] = 0.0
                break
            first -= 1
        if first >= last - 1:
            if first == last - 1:
                _split(h, qt, first)
            last, steps = first - 1, 0
            continue
        steps, total = steps + 1, total + 1
        if total > STEPS * len(h):
            raise ArithmeticError(f"Francis: {last + 1} eigenvalues are open after {total} steps")
        _step(h, qt, first, last, steps)


def _step(h, qt, first, last, steps):
    """One double step on H[first..last]: three entries make a bulge, which reflections chase out (eqs. 15, 16)."""
    size = np.abs(h[first : last + 1, first : last + 1]).max()  # only ratios matter: no product may vanish
    (a, b), (c, d) = (h[last - 1 : last + 1, last - 1 : last + 1] / size).tolist()
    s, t = a + d, a * d - b * c  # eq. 14: sum and product of the two shifts, both real
    if steps % STALLED == 0:  # another pair, made of the lower end and of the upper end in turn (LAPACK's)
        end, k = (last, last) if steps % (2 * STALLED) else (first, first + 2)
        off = (abs(h[k, k - 1]) + abs(h[k - 1, k - 2])) / size
        real = h[end, end] / size + 0.75 * off
        s, t = 2 * real, real * real + 0.4375 * off * off
    (a, b), (c, d) = (h[first : first + 2, first : first + 2] / size).tolist()
    x, y, z = a * a + b * c - s * a + t, c * (a + d - s), c * h[first + 2, first + 1] / size  # eq. 15
    for k in range(first, last):
        size = min(3, last + 1 - k)
        u, _ = reflector(np.array([x, y, z][:size]))
        turn = np.eye(size) - np.outer(u, 2 * u) / ((u @ u) or 1.0)  # ‖u‖ = 1 but for rounding, which would add up
        rows, columns, left = slice(k, k + size), slice(0, min(k + 4, last + 1)), max(k - 1, first)
        h[rows, left:] = turn @ h[rows, left:]  # eq. 16
        h[columns, rows] = h[columns, rows] @ turn
        qt[rows] = turn @ qt[rows]
        if k > first:
            h[k + 1 : k + size, k - 1] = 0.0
        x, y, z = h[k + 1, k], h[min(k + 2, last), k], h[min(k + 3, last), k]


def _split(h, qt, k):
    """The block H[k, k + 1] is finished: a rotation makes it triangular where its two eigenvalues are real."""
    a, b, c, d = h[k : k + 2, k : k + 2].flat
    half = (a - d) / 2
    square_root = half * half + b * c
    if square_root < 0:
        return
    z = half + math.copysign(math.sqrt(square_root), half)
    r = math.hypot(z, c)
    turn = np.array([[z, c], [-c, z]]) / r
    h[k : k + 2, k:] = turn @ h[k : k + 2, k:]
    h[: k + 2, k : k + 2] = h[: k + 2, k : k + 2] @ turn.T
    qt[k : k + 2] = turn @ qt[k : k + 2]
    h[k + 1, k] = 0.0


def _of_blocks(t):
    """The eigenvalues of T: its diagonal, and a pair for each block."""
    w = np.diag(t).astype(complex)
    for k in np.flatnonzero(np.diag(t, -1)):
        w[k : k + 2] = _pair(*t[k : k + 2, k : k + 2].flat)
    return w


def _pair(a, b, c, d):
    """The two complex eigenvalues of [[a, b], [c, d]], which has no real one."""
    half = (a - d) / 2
    turn = 1j * math.sqrt(max(0.0, -(half * half + b * c)))
    return (a + d) / 2 + turn, (a + d) / 2 - turn


def _real(z):
    return z.real.copy() if not z.imag.any() else z
