"""Cases of the further activations."""

import numpy as np
from scipy import special

from abacus import ops


def _one(name, plain, torch, *numbers, **how):
    """The case of ops.<name>(x, *numbers); `torch` takes (torch.nn.functional, x)."""

    def case(some):
        return {
            "call": lambda x: getattr(ops, name)(x, *numbers),
            "arrays": (some.array(*some.shape(), **how),),
            "plain": plain,
            "torch": torch and (lambda t, x: torch(t.nn.functional, x)),
        }

    return case


def _above(x, above, below):
    return np.where(x > 0, above, below)


SCALE, ALPHA = 1.0507009873554805, 1.6732632423543772
selu = _one("selu", lambda x: SCALE * _above(x, x, ALPHA * (np.exp(x) - 1)), lambda f, x: f.selu(x))
celu = _one("celu", lambda x: _above(x, x, np.exp(x) - 1), lambda f, x: f.celu(x))
celu__alpha = _one("celu", lambda x: _above(x, x, 2 * (np.exp(x / 2) - 1)), lambda f, x: f.celu(x, 2.0), 2.0)
# PyTorch's own hardsigmoid has a 1/6 of float32, also in float64
hardsigmoid = _one("hardsigmoid", lambda x: np.clip(x / 6 + 0.5, 0, 1), lambda f, x: f.relu6(x + 3) / 6, low=-5, high=5)
hardsigmoid__line = _one("hardsigmoid", lambda x: np.clip(0.2 * x + 0.6, 0, 1), None, 0.2, 0.6, low=-5, high=5)
hardswish = _one("hardswish", lambda x: x * np.clip(x + 3, 0, 6) / 6, lambda f, x: f.hardswish(x), low=-5, high=5)
hardtanh = _one("hardtanh", lambda x: np.clip(x, -1, 1), lambda f, x: f.hardtanh(x))
hardtanh__relu6 = _one("hardtanh", lambda x: np.clip(x, 0, 6), lambda f, x: f.relu6(x), 0, 6, low=-2, high=8)
mish = _one("mish", lambda x: x * np.tanh(np.log(1 + np.exp(x))), lambda f, x: f.mish(x))
softsign = _one("softsign", lambda x: x / (1 + np.abs(x)), lambda f, x: f.softsign(x))
log_sigmoid = _one("log_sigmoid", lambda x: np.log(special.expit(x)), lambda f, x: f.logsigmoid(x))
softshrink = _one(
    "softshrink", lambda x: np.sign(x) * np.maximum(np.abs(x) - 0.3, 0), lambda f, x: f.softshrink(x, 0.3), 0.3
)
hardshrink = _one("hardshrink", lambda x: x * (np.abs(x) > 0.5), lambda f, x: f.hardshrink(x))
tanhshrink = _one("tanhshrink", lambda x: x - np.tanh(x), lambda f, x: f.tanhshrink(x))
threshold = _one("threshold", lambda x: np.where(x > 0.2, x, 7), lambda f, x: f.threshold(x, 0.2, 7), 0.2, 7)


def glu(some):
    axis, shape = some.one_of(-1, 0), list(some.shape(1))
    shape[axis] *= 2

    def plain(x):
        a, b = np.split(x, 2, axis=axis)
        return a * special.expit(b)

    return {
        "call": lambda x: ops.glu(x, axis),
        "arrays": (some.array(*shape),),
        "plain": plain,
        "torch": lambda t, x: t.nn.functional.glu(x, axis),
    }


def prelu(some):
    shape = some.size(), some.size(), *some.shape(0, 2)
    slope = some.array(some.one_of(1, shape[1]))
    return {
        "call": ops.prelu,
        "arrays": (some.array(*shape), slope),
        "plain": lambda x, slope: np.where(x > 0, x, slope.reshape(-1, *[1] * (len(shape) - 2)) * x),
        "torch": lambda t, x, slope: t.nn.functional.prelu(x, slope),
    }


def prelu__of_every_entry(some):
    shape = some.shape(2, 3)
    slope = some.array(*(some.one_of(1, n) for n in shape))
    return {
        "call": ops.prelu,
        "arrays": (some.array(*shape), slope),
        "plain": lambda x, slope: np.where(x > 0, x, slope * x),
    }


X = np.ones((2, 3))
WRONG = {
    "celu: alpha is 0": lambda: ops.celu(X, 0),
    "hardtanh: low is 1 and high 0": lambda: ops.hardtanh(X, 1, 0),
    "softshrink: bound is -1": lambda: ops.softshrink(X, -1),
    "glu: x has shape (2, 3), wanted an even number of entries along axis -1": lambda: ops.glu(X),
    "glu: x has shape (2, 3), wanted an even number of entries along axis 2": lambda: ops.glu(X, 2),
    "prelu: slope has shape (2,), which does not broadcast": lambda: ops.prelu(X[0], np.ones(2)),
    "mish: x has type complex128, wanted real numbers": lambda: ops.mish(X * 1j),
    "selu: x has type texts, wanted real numbers": lambda: ops.selu(np.array("a")),
}
