"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

from abacus import ops
from abacus.tensor import Parameter, backward


def inputs():
    image = np.arange(784, dtype=np.uint8).reshape(1, 28, 28)
    yield "one image from 0 to 1", (image, 0, 1)
    yield "white below 0", (image, -0.1, 1.175)
    yield "three images", (np.random.default_rng(0).integers(0, 256, (3, 28, 28)).astype(np.uint8), 1.0, -1.0)


def inputs_use(function, images, white, black):
    """The numbers, and their type."""
    found = function(images, white, black)
    return {"numbers": found, "type": found.dtype.name}


def quadratic():
    yield "one example", (np.array([[0.2, 0.9]]), np.array([1]))
    rng = np.random.default_rng(0)
    a, labels = rng.random((6, 4)), rng.integers(0, 4, 6)
    yield "six examples", (a, labels)
    yield "targets of −1", (a, labels, -1.0)


def quadratic_use(function, a, labels, *low):
    """The value, and twice the gradient."""
    point = Parameter(a)
    value = function(point, labels, *low)
    return {"value": value, "gradient": backward(ops.sum(value * 2.0))[point]}


def sigmoid_cross_entropy():
    yield "one example", (np.array([[0.0, 2.0]]), np.array([1]))
    rng = np.random.default_rng(0)
    yield "six examples", (3 * rng.standard_normal((6, 4)), rng.integers(0, 4, 6))


def sigmoid_cross_entropy_use(function, z, labels):
    """The value, and the gradient."""
    point = Parameter(z)
    value = function(point, labels)
    return {"value": value, "gradient": backward(value)[point]}
