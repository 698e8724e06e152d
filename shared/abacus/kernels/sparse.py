"""Products with a sparse matrix by rows: its entries k of row i are starts[i] ≤ k < starts[i + 1], in columns[k]."""

import numpy as np
from numba import njit

from abacus.kernels import JIT
from abacus.kernels.exponential import exp


@njit(**JIT)
def product(values, starts, columns, x, y):
    """y[i, h] = Σ values[k, h] x[columns[k], h] over the entries k of row i; x and y (nodes, heads, width).

    Four entries at a time, so that y is read and written a quarter as often.
    """
    for i in range(y.shape[0]):
        for h in range(y.shape[1]):
            out = y[i, h]
            out[:] = 0
            k, end = np.int64(starts[i]), np.int64(starts[i + 1])
            while k + 4 <= end:
                a, b, c, d = values[k, h], values[k + 1, h], values[k + 2, h], values[k + 3, h]
                p, q = x[columns[k], h], x[columns[k + 1], h]
                r, s = x[columns[k + 2], h], x[columns[k + 3], h]
                for j in range(out.size):
                    out[j] += a * p[j] + b * q[j] + c * r[j] + d * s[j]
                k += 4
            while k < end:
                a, p = values[k, h], x[columns[k], h]
                for j in range(out.size):
                    out[j] += a * p[j]
                k += 1


@njit(**JIT)
def entries(starts, columns, dy, x, dvalues):
    """dvalues[k, h] = Σ over the width of dy[i, h] x[columns[k], h], for every entry k of every row i."""
    for i in range(dy.shape[0]):
        for k in range(starts[i], starts[i + 1]):
            for h in range(dy.shape[1]):
                d, row, total = dy[i, h], x[columns[k], h], dy.dtype.type(0)
                for j in range(d.size):
                    total += d[j] * row[j]
                dvalues[k, h] = total


@njit(**JIT)
def softmax(z, starts, p):
    """p = softmax of z (entries, heads) over the entries of each row. A row of nothing but -inf becomes zeros."""
    heads = z.shape[1]
    top, total = np.empty(heads, z.dtype), np.empty(heads, z.dtype)
    for i in range(starts.size - 1):
        top[:] = -np.inf
        total[:] = 0
        for k in range(starts[i], starts[i + 1]):
            for h in range(heads):
                top[h] = max(top[h], z[k, h])
        for h in range(heads):
            if top[h] == -np.inf:
                top[h] = 0
        for k in range(starts[i], starts[i + 1]):
            for h in range(heads):
                p[k, h] = exp(z[k, h] - top[h])
                total[h] += p[k, h]
        for k in range(starts[i], starts[i + 1]):
            for h in range(heads):
                p[k, h] = z.dtype.type(0) if total[h] == 0 else p[k, h] / total[h]


@njit(**JIT)
def softmax_pullback(dp, p, starts, dz):
    """dz = p·(dp - Σ dp·p over the entries of the row)."""
    heads = p.shape[1]
    inner = np.empty(heads, p.dtype)
    for i in range(starts.size - 1):
        inner[:] = 0
        for k in range(starts[i], starts[i + 1]):
            for h in range(heads):
                inner[h] += dp[k, h] * p[k, h]
        for k in range(starts[i], starts[i + 1]):
            for h in range(heads):
                dz[k, h] = p[k, h] * (dp[k, h] - inner[h])
