"""The compiled loops: the Kalman filter's forward pass, the recursions of GARCH and of exponential smoothing."""

import numpy as np
from numba import njit

from abacus.kernels import EXACT

EPS = float(np.finfo(float).eps)
NOTHING = EPS**0.5  # of a diffuse variance that began as 1: rounding


@njit(**EXACT)
def forward(y, zi, zv, h, ti, tj, tv, Q, a, P, D, rank, v, f, fd):
    """The forward pass over y (n, c), eq. (2) to (5). T has the values tv in the places (ti, tj), z the values zv in zi.

    a (k, m, c), P and D (k, m, m) hold the start in their first place, and afterwards the predictions for t = 0 ... n
    (k = n + 1), or those for n alone (k = 1). `rank` innovations end the diffuse start D. Written: v (n, c), f, fd (n,).
    """
    n, c = y.shape
    m = P.shape[1]
    keep = a.shape[0] > 1
    up, moved = np.empty((m, c)), np.empty((m, m))
    g, gd = np.empty(m), np.empty(m)
    for t in range(n):
        now = t if keep else 0
        then = t + 1 if keep else 0
        A, S, B = a[now], P[now], D[now]
        diffuse = rank > 0
        for i in range(m):
            for j in range(c):
                up[i, j] = A[i, j]
        seen = not np.isnan(y[t, 0])
        f[t] = np.nan
        if seen:
            for i in range(m):
                g[i] = 0.0
                for k in range(len(zi)):
                    g[i] += S[i, zi[k]] * zv[k]
            f[t] = h
            for k in range(len(zi)):
                f[t] += zv[k] * g[zi[k]]
            if diffuse:
                for i in range(m):
                    gd[i] = 0.0
                    for k in range(len(zi)):
                        gd[i] += B[i, zi[k]] * zv[k]
                for k in range(len(zi)):
                    fd[t] += zv[k] * gd[zi[k]]
                if fd[t] < NOTHING:
                    fd[t] = 0.0
        for j in range(c):
            v[t, j] = y[t, j]
            for k in range(len(zi)):
                v[t, j] -= zv[k] * A[zi[k], j]
        first = seen and fd[t] > 0
        usual = seen and not first and f[t] > 0
        if first or usual:
            for i in range(m):
                gain = gd[i] / fd[t] if first else g[i] / f[t]
                for j in range(c):
                    up[i, j] += gain * v[t, j]
        _move(moved, S, g, gd, f[t], fd[t], first, usual, ti, tj, tv, P[then])
        if diffuse:
            _move_diffuse(moved, B, gd, fd[t], first, ti, tj, tv, D[then])
        elif keep:
            D[then] = 0.0
        if first:
            rank -= 1
            if rank == 0:
                D[then] = 0.0
        P[then] += Q
        A = a[then]
        A[:] = 0.0
        for k in range(len(tv)):
            for j in range(c):
                A[ti[k], j] += tv[k] * up[tj[k], j]


@njit(**EXACT)
def _move(moved, S, g, gd, f, fd, first, usual, ti, tj, tv, out):
    """out = T (S − what the innovation has told) Tᵀ, eq. (3) and (5); `out` may be S itself."""
    m = len(g)
    work = S.copy()
    if first:
        for i in range(m):
            for j in range(m):
                work[i, j] += -(g[i] * gd[j] + gd[i] * g[j]) / fd + gd[i] * gd[j] * (f / fd) / fd
    elif usual:
        for i in range(m):
            gain = g[i] / f
            for j in range(m):
                work[i, j] -= gain * g[j]
    _turn(moved, work, ti, tj, tv, out)


@njit(**EXACT)
def _move_diffuse(moved, B, gd, fd, first, ti, tj, tv, out):
    """The same for the infinite part of the variance."""
    m = len(gd)
    work = B.copy()
    if first:
        for i in range(m):
            for j in range(m):
                work[i, j] -= gd[i] * gd[j] / fd
    _turn(moved, work, ti, tj, tv, out)


@njit(**EXACT)
def _turn(moved, work, ti, tj, tv, out):
    m = work.shape[0]
    moved[:] = 0.0
    for k in range(len(tv)):
        for j in range(m):
            moved[ti[k], j] += tv[k] * work[tj[k], j]
    out[:] = 0.0
    for k in range(len(tv)):
        for i in range(m):
            out[i, ti[k]] += tv[k] * moved[i, tj[k]]


@njit(**EXACT)
def stationary(ti, tj, tv, Q):
    """The P that solves P = T P Tᵀ + Q, by doubling: P ← P + A P Aᵀ, A ← A A from A = T (eq. 11)."""
    m = Q.shape[0]
    A, P = np.zeros((m, m)), Q.copy()
    for k in range(len(tv)):
        A[ti[k], tj[k]] = tv[k]
    for _ in range(60):  # 2⁶⁰ steps: beyond that a float cannot tell the root from 1
        more = _product(_product(A, P), A.T.copy())
        P = P + more
        if np.abs(more).max() <= EPS * np.abs(P).max():
            break
        A = _product(A, A)
    return P


@njit(**EXACT)
def _product(A, B):
    out = np.zeros(A.shape)
    for i in range(A.shape[0]):
        for k in range(A.shape[1]):
            if A[i, k] != 0.0:
                for j in range(B.shape[1]):
                    out[i, j] += A[i, k] * B[k, j]
    return out
