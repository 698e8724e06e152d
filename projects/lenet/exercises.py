"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

import layers
import networks
from abacus import ops
from abacus.tensor import Parameter, backward


def links():
    yield "two outputs", ([[0], [1, 2]], 3)
    yield "an output that sees nothing", ([(), (0, 3), (2,)], 4)
    yield "sets and tuples", ([{1, 4}, (0, 2, 3)], 5)


def counts():
    for name in ("LeNet-1", "LeNet-5"):
        yield name, (networks.NETWORKS[name](layers.Start(1, np.random.default_rng(0))),)


def distances():
    yield "one point, two drawings", (np.array([[1.0, 2.0]]), np.array([[0.0, 0.0], [1.0, 1.0]]))
    rng = np.random.default_rng(0)
    yield "five points", (rng.standard_normal((5, 7)), rng.standard_normal((3, 7)))


def distances_use(function, x, centres):
    """The value, and the gradient of a weighted sum of it."""
    point = Parameter(x)
    value = function(point, centres)
    weights = np.random.default_rng(1).standard_normal(value.shape)
    return {"value": value, "gradient": backward(ops.sum(value * weights))[point]}
