"""Singular values by one-sided Jacobi rotations: turn pairs of columns until all are orthogonal (Hestenes 1958)."""

import numpy as np

SWEEPS = 60
VOID = np.finfo(np.float64).tiny / np.finfo(np.float64).eps ** 2  # a square below it has no digits left to turn


def svd(a):
    """A = U diag(s) V', s falling: U (m, k), s (k,), V' (k, n), k = min(m, n); small s keep digits (eqs. 8 to 10)."""
    a = np.array(a, dtype=np.float64)
    if a.shape[0] < a.shape[1]:
        u, s, vt = svd(a.T)
        return vt.T, s, u.T
    scale = np.abs(a).max(initial=0.0) or 1.0
    columns, vt = orthogonalise(a / scale)
    s = np.sqrt(np.einsum("ij,ij->i", columns, columns))
    order = np.argsort(-s, kind="stable")
    return complete(columns[order], s[order]), s[order] * scale, vt[order]  # eq. 8


def orthogonalise(a):
    """A V with orthogonal columns, returned as rows (n, m), and V' (n, n): sweeps of eq. 9 over all pairs of columns.

    n/2 disjoint pairs at a time: in a round-robin tournament every column meets every other once in n − 1 rounds.
    """
    n = a.shape[1]
    columns, vt = np.ascontiguousarray(a.T), np.eye(n)
    tolerance = np.finfo(np.float64).eps * np.sqrt(a.shape[0])
    for _ in range(SWEEPS):
        turned = False
        columns[np.einsum("ij,ij->i", columns, columns) < VOID] = 0.0  # a dependent column: it shrinks for ever
        for left, right in tournament(n):
            turned |= rotate(columns, vt, left, right, tolerance)
        if not turned:
            return columns, vt
    raise ArithmeticError(f"one-sided Jacobi: columns are not orthogonal after {SWEEPS} sweeps")


def rotate(columns, vt, left, right, tolerance):
    """Rotate each pair of columns (left[i], right[i]) until it is orthogonal (eq. 9); False if all were."""
    x, y = columns[left], columns[right]
    a, b = np.einsum("ij,ij->i", x, x), np.einsum("ij,ij->i", y, y)
    g = np.einsum("ij,ij->i", x, y)
    open_ = np.abs(g) > tolerance * np.sqrt(a) * np.sqrt(b)
    if not open_.any():
        return False
    left, right, a, b, g = left[open_], right[open_], a[open_], b[open_], g[open_]
    with np.errstate(over="ignore"):
        zeta = (b - a) / (2.0 * g)
        t = np.where(zeta >= 0.0, 1.0, -1.0) / (np.abs(zeta) + np.hypot(1.0, zeta))  # eq. 9: the smaller angle
    c = (1.0 / np.hypot(1.0, t))[:, None]
    s = c * t[:, None]
    for rows in (columns, vt):
        x, y = rows[left], rows[right]
        rows[left], rows[right] = c * x - s * y, s * x + c * y
    return True


def tournament(n):
    """The rounds of a round robin of n players: arrays (left, right) of disjoint pairs, every pair once."""
    players = list(range(n + n % 2))
    for _ in range(len(players) - 1):
        half = len(players) // 2
        pairs = [p for p in zip(players[:half], players[: half - 1 : -1]) if max(p) < n]
        if pairs:
            left, right = np.array(pairs).T
            yield left, right
        players = [players[0], players[-1], *players[1:-1]]


def complete(rows, s):
    """U (m, k): the rows over their lengths; where s is zero, unit vectors orthogonal to the rest (Gram-Schmidt)."""
    k, m = rows.shape
    u = np.zeros((k, m))
    good = s > 0.0
    u[good] = rows[good] / s[good, None]
    for i in np.flatnonzero(~good):
        done = np.vstack([u[good], u[~good]])
        j = np.argmin(np.einsum("ij,ij->j", done, done))  # the axis that the rest covers least
        v = np.eye(1, m, j)[0]
        for _ in range(2):
            v -= done.T @ (done @ v)
        u[i] = v / np.linalg.norm(v)
    return u.T
