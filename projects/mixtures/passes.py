"""The E-step of a Gaussian mixture and the sums that every M-step needs, in one compiled pass over the rows.

Rows are taken in blocks, turned so that a block's feature lies in one line: every inner loop runs along the rows.
"""

import math

import numpy as np
from numba import njit

from abacus.kernels import JIT

ROWS = 256  # of a block: its work stays in the first cache
_jit = njit(**JIT)


@_jit
def expectation(x, means, roots, constants, diagonal, keep, log_density, posterior, n, sums, scatter):
    """Σ_i log Σ_k π_k N(x_i; μ_k, Σ_k) of the rows x (n, d).

    means (K, d); roots (K, d, d): lower triangular R_k with R_k′ R_k = Σ_k⁻¹, diagonal ones where it is said; constants (K,):
    log π_k + log det R_k − (d/2) log 2π. Where `keep`, log_density (n,) and posterior (n, K) are filled. Added to: n (K,),
    Σ z; sums (K, d), Σ z (x − μ_k); scatter (K, d, d), the lower triangle (or diagonal) of Σ z (x − μ_k)(x − μ_k)′.
    """
    rows, d = x.shape
    m = len(means)
    off = np.empty((m, d, ROWS))
    density, white = np.empty((m, ROWS)), np.empty(ROWS)
    top, total = np.empty(ROWS), np.empty(ROWS)
    result = 0.0
    for begin in range(0, rows, ROWS):
        size = min(ROWS, rows - begin)
        for k in range(m):
            own = off[k]
            for f in range(d):
                centre, line = means[k, f], own[f]
                for i in range(size):
                    line[i] = x[begin + i, f] - centre
            out = density[k]
            for i in range(size):
                out[i] = 0.0
            for f in range(d):
                for i in range(size):
                    white[i] = 0.0
                for g in range(f if diagonal else 0, f + 1):
                    r, line = roots[k, f, g], own[g]
                    for i in range(size):
                        white[i] += r * line[i]
                for i in range(size):
                    out[i] += white[i] * white[i]
            for i in range(size):
                out[i] = constants[k] - 0.5 * out[i]  # eq. 2
        for i in range(size):
            top[i], total[i] = density[0, i], 0.0
        for k in range(1, m):
            for i in range(size):
                top[i] = max(top[i], density[k, i])
        for k in range(m):
            for i in range(size):
                density[k, i] = math.exp(density[k, i] - top[i])
                total[i] += density[k, i]
        for i in range(size):
            own_log = top[i] + math.log(total[i])  # eq. 3
            result += own_log
            if keep:
                log_density[begin + i] = own_log
            total[i] = 1.0 / total[i]
        for k in range(m):
            z, own = density[k], off[k]
            weight = 0.0
            for i in range(size):
                z[i] *= total[i]  # eq. 4
                weight += z[i]
            n[k] += weight
            if keep:
                for i in range(size):
                    posterior[begin + i, k] = z[i]
            for f in range(d):
                line, summed = own[f], 0.0
                for i in range(size):
                    white[i] = z[i] * line[i]
                    summed += white[i]
                sums[k, f] += summed
                for g in range(f if diagonal else 0, f + 1):
                    other, product = own[g], 0.0
                    for i in range(size):
                        product += white[i] * other[i]
                    scatter[k, f, g] += product
    return result
