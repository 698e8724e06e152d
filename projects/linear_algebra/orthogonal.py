"""Orthogonal transformations: Householder's reflections and Givens's rotations, and A = QR by either."""

import math

import numpy as np

from abacus.errors import BadInput
from elimination import back, floats, matrix, restored, right_side, scaled


def reflector(x):
    """(u, α) with (I − 2uuᵀ)x = αe₁ and ‖u‖ = 1; u = 0 where x has that form already (eq. 7). x (n,)."""
    largest = np.abs(x).max()
    if largest == 0 or not x[1:].any():
        return np.zeros(len(x)), x[0]
    u = x / largest  # squares neither overflow nor vanish
    alpha = -math.copysign(math.sqrt(u @ u), u[0])  # the sign that cancels nothing in u₁ − α
    u[0] -= alpha  # eq. 7
    return u / math.sqrt(u @ u), alpha * largest


def rotation(x, y):
    """(c, s, r) with [[c, s], [−s, c]] (x, y)ᵀ = (r, 0)ᵀ (eq. 9)."""
    r = math.hypot(x, y)  # eq. 9
    return (x / r, y / r, r) if r > 0 else (1.0, 0.0, 0.0)


def qr(a):
    """A = QR by reflections: Q (m, k) with orthonormal columns, R (k, n) upper triangular, k = min(m, n) (eq. 8)."""
    (r, scale), reflections = scaled(matrix(a)), []
    for j in range(min(r.shape)):
        reflections.append(_reflect(r, j))  # eq. 8
    return accumulate(reflections, len(r), min(r.shape)), restored(r[: min(r.shape)], scale)


def pivoted_qr(a):
    """A[:, order] = QR: as `qr`, the longest of the remaining columns first, so that |R|'s diagonal falls."""
    (r, scale), reflections = scaled(matrix(a)), []
    order = np.arange(r.shape[1])
    for j in range(min(r.shape)):
        longest = j + np.argmax(np.einsum("ij,ij->j", r[j:, j:], r[j:, j:]))
        for columns in (r.T, order):
            columns[[j, longest]] = columns[[longest, j]]
        reflections.append(_reflect(r, j))
    return accumulate(reflections, len(r), min(r.shape)), restored(r[: min(r.shape)], scale), order


def _reflect(r, j):
    """Column j of R gets its zeros, in place; the reflection's u."""
    u, r[j, j] = reflector(r[j:, j])
    r[j + 1 :, j] = 0
    rest = r[j:, j + 1 :]
    rest -= np.outer(2 * u, u @ rest)
    return u


def accumulate(reflections, m, k):
    """The first k columns of H₁H₂…, (m, k); each reflection acts on the last len(u) of the m coordinates."""
    q = np.eye(m, k)
    for u in reversed(reflections):  # the last one first: what it does not reach are columns of I still
        rest = q[m - len(u) :]
        rest -= np.outer(2 * u, u @ rest)
    return q


def givens_qr(a):
    """A = QR by rotations of neighbouring rows, from the bottom of each column upwards (eq. 9); shapes as `qr`."""
    r, scale = scaled(matrix(a))
    m, n = r.shape
    qt = np.eye(m)
    for j in range(n):
        for i in range(m - 1, j, -1):
            if r[i, j] != 0:
                c, s, _ = rotation(r[i - 1, j], r[i, j])
                for rows in (r, qt):
                    rows[i - 1 : i + 1] = np.array([[c, s], [-s, c]]) @ rows[i - 1 : i + 1]
                r[i, j] = 0
    return qt[: min(m, n)].T.copy(), restored(r[: min(m, n)], scale)


def least_squares(a, b):
    """x that makes ‖b − Ax‖ least, from Rx = Qᵀb (eq. 10); A (m, n) of full column rank, b (m,) or (m, k).

    BadInput where the columns before it leave no more of a column than rounding, mnε of its size (Higham 2002, theorem 19.4).
    """
    q, r = qr(a)
    b = floats(right_side(b, len(q)))
    rounding = q.size * np.finfo(float).eps * np.abs(r).sum(axis=0)
    if r.shape[0] < r.shape[1] or (np.abs(np.diag(r)) <= rounding).any():
        raise BadInput("the columns are dependent: many x are best; svd.least_squares gives the shortest")
    return back(r, q.T @ b)  # eq. 10
