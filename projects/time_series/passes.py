"""The compiled passes of the Kalman filter: of any model, and the short one of a stationary ARMA."""

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
    up, work, moved, after = np.empty((m, c)), np.empty((m, m)), np.empty((m, m)), np.empty((m, m))
    g, gd = np.empty(m), np.zeros(m)
    settled = False  # P came out as it went in, to the last bit: it will again, while values are seen
    for t in range(n):
        now = t if keep else 0
        then = t + 1 if keep else 0
        A, S, B = a[now], P[now], D[now]
        diffuse = rank > 0
        seen = not np.isnan(y[t, 0])
        settled = settled and seen
        f[t] = np.nan
        if settled:
            f[t] = f[t - 1]
        elif seen:
            f[t] = h + _project(S, zi, zv, g)  # eq. 2
            if diffuse:
                fd[t] = _project(B, zi, zv, gd)
                if fd[t] < NOTHING:
                    fd[t] = 0.0
        first = seen and fd[t] > 0
        usual = seen and not first and f[t] > 0
        for j in range(c):
            v[t, j] = y[t, j]
            for k in range(len(zi)):
                v[t, j] -= zv[k] * A[zi[k], j]
        for i in range(m):
            gain = gd[i] / fd[t] if first else (g[i] / f[t] if usual else 0.0)
            for j in range(c):
                up[i, j] = A[i, j] + gain * v[t, j] if seen else A[i, j]
        if not settled:
            _learn(S, work, g, gd, f[t], fd[t], first, usual)
            _turn(work, moved, ti, tj, tv, after)
            same = 0
            for i in range(m):
                for j in range(m):
                    after[i, j] += Q[i, j]  # eq. 5
                    same += after[i, j] == S[i, j]
            settled = usual and not diffuse and same == m * m
        if diffuse:
            _learn(B, work, gd, gd, fd[t], 1.0, False, first)
            _turn(work, moved, ti, tj, tv, D[then])
        if first:
            rank -= 1
        for i in range(m):
            for j in range(m):
                P[then, i, j] = after[i, j]
        if rank == 0 and (first or keep):
            for i in range(m):
                for j in range(m):
                    D[then, i, j] = 0.0
        _times(ti, tj, tv, up, a[then])


@njit(**EXACT)
def _project(S, zi, zv, g):
    """g = S z; returns z·S z."""
    total = 0.0
    for i in range(len(g)):
        g[i] = 0.0
        for k in range(len(zi)):
            g[i] += S[i, zi[k]] * zv[k]
    for k in range(len(zi)):
        total += zv[k] * g[zi[k]]
    return total


@njit(**EXACT)
def _learn(S, work, g, gd, f, fd, first, usual):
    """work = S less what the innovation has told, eq. (3) and (5)."""
    m = len(g)
    for i in range(m):
        if first:
            one, two = gd[i] * (f / fd) / fd - g[i] / fd, gd[i] / fd
            for j in range(m):
                work[i, j] = S[i, j] + one * gd[j] - two * g[j]  # eq. 4
        elif usual:
            gain = g[i] / f
            for j in range(m):
                work[i, j] = S[i, j] - gain * g[j]  # eq. 3
        else:
            for j in range(m):
                work[i, j] = S[i, j]


@njit(**EXACT)
def _turn(work, moved, ti, tj, tv, out):
    """out = T work Tᵀ for a symmetric work."""
    m = work.shape[0]
    _times(ti, tj, tv, work, moved)
    for i in range(m):
        for j in range(m):
            work[j, i] = moved[i, j]
    _times(ti, tj, tv, work, out)


@njit(**EXACT)
def _times(ti, tj, tv, work, out):
    """out = T work."""
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            out[i, j] = 0.0
    for k in range(len(tv)):
        for j in range(out.shape[1]):
            out[ti[k], j] += tv[k] * work[tj[k], j]


@njit(**EXACT)
def stationary(ti, tj, tv, Q):
    """The P that solves P = T P Tᵀ + Q, by doubling: P ← P + A P Aᵀ, A ← A A from A = T (eq. 11)."""
    m = Q.shape[0]
    A, P = np.zeros((m, m)), Q.copy()
    for k in range(len(tv)):
        A[ti[k], tj[k]] = tv[k]
    for _ in range(60):  # 2⁶⁰ steps: beyond that a float cannot tell the root from 1
        more = _product(_product(A, P), A.T.copy())
        P = P + more  # eq. 11
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


@njit(**EXACT)
def arma(phi, theta, y, v, f):
    """The forward pass of a stationary ARMA, whose T moves up: v (n, c) and f (n,) of y (n, c), NaN where y[:, 0] is missing.

    Where a value is seen its state is known, which leaves of eq. (5) that P'[i, j] = P[i+1, j+1] − g[i+1] g[j+1] / f + R[i] R[j].
    """
    (n, c), r = y.shape, max(len(phi), len(theta) + 1)
    full, R, Q = np.zeros(r + 1), np.zeros(r), np.zeros((r, r))
    full[: len(phi)] = phi
    R[0] = 1.0
    R[1 : len(theta) + 1] = theta
    for i in range(r):
        for j in range(r):
            Q[i, j] = R[i] * R[j]
    ti, tj, tv = companion(full, r)
    P, a = np.zeros((r + 1, r + 1)), np.zeros((r + 1, c))
    P[:r, :r] = stationary(ti, tj, tv, Q)
    for t in range(n):
        for j in range(c):
            v[t, j] = y[t, j] - a[0, j]
        seen = not np.isnan(y[t, 0])
        f[t] = P[0, 0] if seen else np.nan
        if seen:
            for i in range(r):
                gain = P[i + 1, 0] / f[t]
                for j in range(c):
                    a[i, j] = full[i] * y[t, j] + a[i + 1, j] + gain * v[t, j]
                for j in range(r):
                    work = P[i + 1, j + 1] - gain * P[0, j + 1]
                    Q[i, j] = work + R[i] * R[j]
        else:
            for j in range(c):
                top = a[0, j]
                for i in range(r):
                    a[i, j] = full[i] * top + a[i + 1, j]
            for i in range(r):
                for j in range(r):
                    turned = full[i] * (full[j] * P[0, 0] + P[0, j + 1]) + full[j] * P[i + 1, 0] + P[i + 1, j + 1]
                    Q[i, j] = turned + R[i] * R[j]
        for i in range(r):
            for j in range(r):
                P[i, j] = Q[i, j]


@njit(**EXACT)
def companion(phi, r):
    """The places and values of the T that takes φ in its first column, and moves the state up."""
    ti, tj, tv = np.zeros(2 * r - 1, np.int64), np.zeros(2 * r - 1, np.int64), np.ones(2 * r - 1)
    for i in range(r):
        ti[i], tv[i] = i, phi[i]
        if i + 1 < r:
            ti[r + i], tj[r + i] = i, i + 1
    return ti, tj, tv
