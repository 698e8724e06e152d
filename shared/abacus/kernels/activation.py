"""Activations over flat arrays."""

from numba import njit

from abacus.kernels import JIT, exponential

_jit = njit(**JIT)
NUMBER = {None: 0, "relu": 1, "tanh": 2, "sigmoid": 3}


@_jit
def activate(y, activation):
    """y = activation(y), by its number in NUMBER."""
    if activation == 1:
        for i in range(y.size):
            y[i] = y.dtype.type(0) if y[i] < 0 else y[i]
    elif activation == 2:
        for i in range(y.size):
            y[i] = exponential.tanh(y[i])
    else:
        for i in range(y.size):
            y[i] = exponential.sigmoid(y[i])
