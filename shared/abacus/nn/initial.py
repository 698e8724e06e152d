"""Initial weights: each takes a shape and a generator, and returns float32.

A shape is (inputs, outputs), or (outputs, inputs, height, width) for the kernels of a convolution.
"""

import math

import numpy as np


def fans(shape):
    """(inputs, outputs) of one unit."""
    if len(shape) < 2:
        return shape[0], shape[0]
    if len(shape) == 2:
        return shape
    field = math.prod(shape[2:])
    return shape[1] * field, shape[0] * field


def _uniform(shape, bound, rng):
    return rng.uniform(-bound, bound, shape).astype(np.float32)


def normal(shape, sd, rng):
    """N(0, sd²)."""
    return (sd * rng.standard_normal(shape)).astype(np.float32)


def uniform_by_inputs(shape, rng):
    """U(±1/√inputs): PyTorch's default for its linear and convolutional layers."""
    return _uniform(shape, 1 / math.sqrt(fans(shape)[0]), rng)


def lecun_uniform(shape, rng):
    """U(±2.4/inputs) (LeCun et al. 1998)."""
    return _uniform(shape, 2.4 / fans(shape)[0], rng)


def lecun_normal(shape, rng):
    """N(0, 1/inputs) (LeCun et al. 1998, Efficient BackProp)."""
    return normal(shape, 1 / math.sqrt(fans(shape)[0]), rng)


def glorot_uniform(shape, rng):
    """U(±√(6/(inputs + outputs))) (Glorot & Bengio 2010, eq. 16)."""
    return _uniform(shape, math.sqrt(6 / sum(fans(shape))), rng)


def glorot_normal(shape, rng):
    """N(0, 2/(inputs + outputs)) (Glorot & Bengio 2010, eq. 12)."""
    return normal(shape, math.sqrt(2 / sum(fans(shape))), rng)


def he_uniform(shape, rng):
    """U(±√(6/inputs)), for ReLU (He et al. 2015)."""
    return _uniform(shape, math.sqrt(6 / fans(shape)[0]), rng)


def he_normal(shape, rng):
    """N(0, 2/inputs), for ReLU (He et al. 2015, eq. 10)."""
    return normal(shape, math.sqrt(2 / fans(shape)[0]), rng)


def orthogonal(shape, rng):
    """A matrix with orthonormal rows or columns, whichever are fewer (Saxe et al. 2014)."""
    rows, columns = shape
    q, r = np.linalg.qr(rng.standard_normal((max(rows, columns), min(rows, columns))))
    q *= np.sign(np.diag(r))
    return (q if rows >= columns else q.T).astype(np.float32)
