"""Bias, activation and their gradients in one pass over a contiguous matrix, while the product is still in cache."""

from numba import njit

from abacus.kernels import JIT, exponential


@njit(**JIT)
def relu(y, bias):
    """y = max(y + bias, 0); a NaN stays."""
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            z = y[i, j] + bias[j]
            y[i, j] = y.dtype.type(0) if z < 0 else z


@njit(**JIT)
def tanh(y, bias):
    """y = tanh(y + bias)."""
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = exponential.tanh(y[i, j] + bias[j])


@njit(**JIT)
def sigmoid(y, bias):
    """y = σ(y + bias)."""
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = exponential.sigmoid(y[i, j] + bias[j])


@njit(**JIT)
def relu_pullback(dy, y, dz, dbias):
    """dz = dy where y > 0; dbias its column sums."""
    dbias[:] = 0
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            d = dy[i, j] if y[i, j] > 0 else y.dtype.type(0)
            dz[i, j] = d
            dbias[j] += d


@njit(**JIT)
def tanh_pullback(dy, y, dz, dbias):
    """dz = dy·(1 - y²); dbias its column sums."""
    dbias[:] = 0
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            d = dy[i, j] * (y.dtype.type(1) - y[i, j] * y[i, j])
            dz[i, j] = d
            dbias[j] += d


@njit(**JIT)
def sigmoid_pullback(dy, y, dz, dbias):
    """dz = dy·y·(1 - y); dbias its column sums."""
    dbias[:] = 0
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            d = dy[i, j] * y[i, j] * (y.dtype.type(1) - y[i, j])
            dz[i, j] = d
            dbias[j] += d


@njit(**JIT)
def column_sums(dy, dbias):
    """dbias = Σ over the rows of dy, in their order."""
    dbias[:] = 0
    for i in range(dy.shape[0]):
        for j in range(dy.shape[1]):
            dbias[j] += dy[i, j]


@njit(**JIT)
def gelu(x, y):
    """y = x·Φ(x) over flat arrays."""
    for i in range(x.size):
        y[i] = x[i] * exponential.normal(x[i])[0]


@njit(**JIT)
def gelu_pullback(dy, x, dx):
    """dx = dy·(Φ(x) + x·φ(x)) over flat arrays."""
    for i in range(x.size):
        below, bell = exponential.normal(x[i])
        dx[i] = dy[i] * (below + x[i] * bell * x.dtype.type(0.3989422804014327))  # 1/√(2π)
