"""Cases of the functions of one entry."""

import math

import numpy as np
from scipy import special

from abacus import ops


def _one(some, call, plain, torch, **how):
    return {"call": call, "arrays": (some.array(*some.shape(), **how),), "plain": plain, "torch": torch}


def exp(some):
    return _one(some, ops.exp, np.exp, lambda t, x: t.exp(x))


def log(some):
    return _one(some, ops.log, np.log, lambda t, x: t.log(x), low=0.5, high=2)


def sqrt(some):
    return _one(some, ops.sqrt, np.sqrt, lambda t, x: t.sqrt(x), low=0.5, high=2)


def sin(some):
    return _one(some, ops.sin, np.sin, lambda t, x: t.sin(x))


def cos(some):
    return _one(some, ops.cos, np.cos, lambda t, x: t.cos(x))


def tanh(some):
    return _one(some, ops.tanh, np.tanh, lambda t, x: t.tanh(x))


def sigmoid(some):
    return _one(some, ops.sigmoid, special.expit, lambda t, x: t.sigmoid(x))


def relu(some):
    return _one(some, ops.relu, lambda x: np.maximum(x, 0), lambda t, x: t.relu(x))


def leaky_relu(some):
    slope = some.one_of(0.01, 0.2)
    return _one(
        some,
        lambda x: ops.leaky_relu(x, slope),
        lambda x: np.where(x > 0, x, slope * x),
        lambda t, x: t.nn.functional.leaky_relu(x, slope),
    )


def elu(some):
    return _one(
        some,
        lambda x: ops.elu(x, alpha=1.5),
        lambda x: np.where(x > 0, x, 1.5 * (np.exp(x) - 1)),
        lambda t, x: t.nn.functional.elu(x, 1.5),
    )


def softplus(some):
    return _one(some, ops.softplus, lambda x: np.log(1 + np.exp(x)), lambda t, x: t.nn.functional.softplus(x))


def silu(some):
    return _one(some, ops.silu, lambda x: x * special.expit(x), lambda t, x: t.nn.functional.silu(x))


def gelu(some):
    return _one(some, ops.gelu, lambda x: x * special.ndtr(x), lambda t, x: t.nn.functional.gelu(x))


def gelu_tanh(some):
    def plain(x):
        return 0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))

    return _one(some, ops.gelu_tanh, plain, lambda t, x: t.nn.functional.gelu(x, approximate="tanh"))


def absolute(some):
    return _one(some, ops.absolute, np.abs, lambda t, x: t.abs(x))


def square(some):
    return _one(some, ops.square, lambda x: x**2, lambda t, x: t.square(x))


def clip(some):
    return _one(
        some, lambda x: ops.clip(x, -0.5, 0.7), lambda x: np.clip(x, -0.5, 0.7), lambda t, x: t.clamp(x, -0.5, 0.7)
    )


def maximum(some):
    a, b = (some.array(*shape) for shape in some.broadcastable(2))
    return {"call": ops.maximum, "arrays": (a, b), "plain": np.maximum, "torch": lambda t, a, b: t.maximum(a, b)}


def minimum(some):
    a, b = (some.array(*shape) for shape in some.broadcastable(2))
    return {"call": ops.minimum, "arrays": (a, b), "plain": np.minimum, "torch": lambda t, a, b: t.minimum(a, b)}


def where(some):
    shapes = some.broadcastable(3)
    yes = some.integers(*shapes[0], below=2).astype(bool)
    return {
        "call": lambda a, b: ops.where(yes, a, b),
        "arrays": tuple(some.array(*shape) for shape in shapes[1:]),
        "plain": lambda a, b: np.where(yes, a, b),
        "torch": lambda t, a, b: t.where(t.tensor(yes), a, b),
    }


WRONG = {
    "maximum: the shapes (2,) and (3,) do not broadcast": lambda: ops.maximum(np.ones(2), np.ones(3)),
    "where: the shapes (2,) and (3,) do not broadcast": lambda: ops.where(np.ones(2), np.ones(2), np.ones(3)),
}
