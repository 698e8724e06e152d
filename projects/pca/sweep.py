"""One pass of stochastic gradient descent over a layer of tanh units, compiled."""

import numpy as np
from numba import njit

from abacus.kernels import JIT


@njit(**(JIT | {"fastmath": True}))
def one_pass(x, targets, order, w, rate, a, s):
    """For each n of `order`: w −= rate ∂/∂w ½ Σ (targets[n] − a tanh(s w'x[n]))² (eqs. 18, 19); w (units, d + 1)."""
    d = x.shape[1]
    for n in order:
        for c in range(len(w)):
            total = w[c, d]
            for k in range(d):
                total += w[c, k] * x[n, k]
            out = a * np.tanh(s * total)
            step = rate * (targets[n, c] - out) * (s / a) * (a - out) * (a + out)  # eq. 19
            for k in range(d):
                w[c, k] += step * x[n, k]
            w[c, d] += step
