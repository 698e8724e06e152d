"""Activations over flat arrays, and their gradients from the activations themselves."""

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


@_jit
def relu_pullback(dy, y, dz):
    """dz = dy where y > 0; all flat."""
    for i in range(y.size):
        d = dy[i]
        dz[i] = d if y[i] > 0 else y.dtype.type(0)


@_jit
def tanh_pullback(dy, y, dz):
    """dz = dy·(1 - y²)."""
    for i in range(y.size):
        dz[i] = dy[i] * (y.dtype.type(1) - y[i] * y[i])


@_jit
def sigmoid_pullback(dy, y, dz):
    """dz = dy·y·(1 - y)."""
    for i in range(y.size):
        dz[i] = dy[i] * y[i] * (y.dtype.type(1) - y[i])
