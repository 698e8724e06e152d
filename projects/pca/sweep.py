"""One pass of stochastic gradient descent over a layer of tanh units, compiled."""

import numba
import numpy as np

import abacus.kernels  # noqa: F401  says where compiled code is kept


@numba.njit(fastmath=True, error_model="numpy", cache=True)
def one_pass(x, targets, order, w, rate, a, s):
    """For each n of `order`: w −= rate ∂/∂w ½ Σ (targets[n] − a tanh(s w'x[n]))² (eqs. 18, 19); w (units, d + 1)."""
    d = x.shape[1]
    for n in order:
        for c in range(len(w)):
            total = w[c, d]
            for k in range(d):
                total += w[c, k] * x[n, k]
            out = a * np.tanh(s * total)
            step = rate * (targets[n, c] - out) * (s / a) * (a - out) * (a + out)
            for k in range(d):
                w[c, k] += step * x[n, k]
            w[c, d] += step
