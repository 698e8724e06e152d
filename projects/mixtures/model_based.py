"""Model-based agglomeration: the two clusters merge whose union costs least likelihood (Fraley 1998), as mclust starts EM.

A cluster of n_k points with scatter W_k costs n_k log(|W_k / n_k| + (tr W_k + α) / n_k), α the trace of the
covariance of all over its dimension: so a cluster of few points, whose determinant is 0, has a cost too (eq. 14).
"""

import math

import numpy as np
from numba import njit

from abacus.kernels import JIT

_jit = njit(**JIT)


def cut(x, k):
    """Labels (n,), 0 to k − 1, of the rows of x (n, d), each feature centred and divided by its standard deviation, turned
    on the axes of the singular value decomposition and divided there by the root of the singular value."""
    z = (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)
    _, size, axes = np.linalg.svd(z, full_matrices=False)
    kept = size > np.finfo(np.float64).eps * max(z.shape) * size[0]
    z = np.ascontiguousarray(z @ axes[kept].T / np.sqrt(size[kept]))
    _, first, labels = np.unique(x, axis=0, return_index=True, return_inverse=True)  # equal rows are one cluster
    order = np.argsort(np.argsort(first))
    labels = merge(z, order[labels.ravel()], len(first), min(k, len(first)))
    return np.unique(labels, return_inverse=True)[1]


@_jit
def merge(x, labels, clusters, k):
    """Labels of the rows x (n, d) after merging `clusters` clusters, labels (n,), to k of them."""
    n, d = x.shape
    size, mean, scatter = np.zeros(clusters), np.zeros((clusters, d)), np.zeros((clusters, d, d))
    alpha = 0.0
    for f in range(d):
        centre = x[:, f].mean()
        for i in range(n):
            alpha += (x[i, f] - centre) ** 2
    alpha /= n * d
    for i in range(n):
        size[labels[i]] += 1
        mean[labels[i]] = x[i]
    own = np.empty(clusters)
    both = np.empty((d, d))
    for a in range(clusters):
        own[a] = _cost(size[a], scatter[a], alpha)
    costs = np.full((clusters, clusters), np.inf)
    for a in range(clusters):
        for b in range(a):
            costs[a, b] = _together(size, mean, scatter, a, b, both, alpha) - own[a] - own[b]
    alive = np.ones(clusters, dtype=np.bool_)
    labels = labels.copy()
    for _ in range(clusters - k):
        best, a, b = np.inf, -1, -1
        for i in range(clusters):
            if alive[i]:
                for j in range(i):
                    if alive[j] and costs[i, j] < best:
                        best, a, b = costs[i, j], i, j
        own[b] = _together(size, mean, scatter, a, b, both, alpha)
        scatter[b] = both
        mean[b] = (size[a] * mean[a] + size[b] * mean[b]) / (size[a] + size[b])
        size[b] += size[a]
        alive[a] = False
        for i in range(n):
            if labels[i] == a:
                labels[i] = b
        for i in range(clusters):
            if alive[i] and i != b:
                cost = _together(size, mean, scatter, max(i, b), min(i, b), both, alpha) - own[i] - own[b]
                costs[max(i, b), min(i, b)] = cost
    return labels


@_jit
def _together(size, mean, scatter, a, b, both, alpha):
    """The cost of the union of a and b; `both` takes its scatter."""
    d = len(both)
    share = size[a] * size[b] / (size[a] + size[b])
    for f in range(d):
        for g in range(d):
            both[f, g] = (
                scatter[a, f, g] + scatter[b, f, g] + share * (mean[a, f] - mean[b, f]) * (mean[a, g] - mean[b, g])
            )
    return _cost(size[a] + size[b], both, alpha)


@_jit
def _cost(n, scatter, alpha):
    d = len(scatter)
    trace = 0.0
    for f in range(d):
        trace += scatter[f, f]
    volume = 0.0 if n <= d or trace == 0.0 else max(np.linalg.det(scatter / n), 0.0)
    return n * math.log(volume + (trace + alpha) / n)  # eq. 14
