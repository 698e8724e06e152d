"""Compiled: the log-probability of black and white pixels and its gradient, in one pass over the logits."""

import numpy as np
from numba import njit

from abacus.kernels import JIT, exponential

BLOCK = 32  # factors of at most 2, whose product is far from float32's largest number


@njit(**JIT)
def log_bernoulli(logits, x, total, off):
    """total[i] = Σ_j x z − log(1 + e^z) and off = x − σ(z), for rows z of logits (k·n, d) and row i mod n of x (n, d).

    log(1 + e^z) = max(z, 0) + log(1 + e^-|z|), and the last factors are multiplied before one logarithm is taken of them.
    """
    one = logits.dtype.type(1)
    half = logits.dtype.type(0.5)
    for i in range(logits.shape[0]):
        source, linear, logs = i % x.shape[0], 0.0, 0.0
        for start in range(0, logits.shape[1], BLOCK):
            product, part = one, logits.dtype.type(0)
            for j in range(start, min(start + BLOCK, logits.shape[1])):
                z = logits[i, j]
                small = exponential.exp(-abs(z))
                share = one / (one + small)  # σ(|z|)
                off[i, j] = x[source, j] - (share if z >= 0 else one - share)
                product *= one + small
                part += x[source, j] * z - half * (z + abs(z))
            linear += part
            logs += np.log(product)
        total[i] = linear - logs
