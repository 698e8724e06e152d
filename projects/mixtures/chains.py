"""Compiled loops of hierarchical clustering: all distances, and a chain of nearest neighbours that ends in a merge."""

import numpy as np
from numba import njit

from abacus.kernels import JIT

_jit = njit(**JIT)


@_jit
def distances(x):
    n, d = x.shape
    out = np.zeros((n, n))
    for i in range(n):
        for j in range(i):
            total = 0.0
            for f in range(d):
                total += (x[i, f] - x[j, f]) ** 2
            out[i, j] = out[j, i] = np.sqrt(total)
    return out


@_jit
def merge(d, linkage):
    """The pairs of rows whose clusters merge (n − 1, 2), and the heights, in the order of the chain; d is overwritten."""
    n = len(d)
    pairs, heights = np.empty((n - 1, 2), np.int64), np.empty(n - 1)
    size, alive = np.ones(n), np.ones(n, dtype=np.bool_)
    chain, length = np.empty(n, np.int64), 0
    for step in range(n - 1):
        if length == 0:
            for i in range(n):
                if alive[i]:
                    chain[0], length = i, 1
                    break
        while True:
            a = chain[length - 1]
            b, best = -1, np.inf
            if length > 1:
                b, best = chain[length - 2], d[a, chain[length - 2]]
            for i in range(n):
                if alive[i] and i != a and d[a, i] < best:
                    b, best = i, d[a, i]
            if length > 1 and b == chain[length - 2]:
                break
            chain[length] = b
            length += 1
        length -= 2
        pairs[step, 0], pairs[step, 1], heights[step] = a, b, best
        for i in range(n):
            if alive[i] and i != a and i != b:
                if linkage == 0:
                    far = min(d[a, i], d[b, i])
                elif linkage == 1:
                    far = max(d[a, i], d[b, i])
                elif linkage == 2:
                    far = (size[a] * d[a, i] + size[b] * d[b, i]) / (size[a] + size[b])  # eq. 18
                else:
                    together = size[a] + size[b] + size[i]
                    far = (
                        (size[a] + size[i]) * d[a, i] + (size[b] + size[i]) * d[b, i] - size[i] * best
                    ) / together  # eq. 19
                d[b, i] = d[i, b] = far
        size[b] += size[a]
        alive[a] = False
    return pairs, heights
