"""Cases of the affine map."""

import numpy as np

from abacus import ops


def _affine(some, activation, plain, bias=True):
    inputs, outputs = some.size(), some.size()
    arrays = (some.array(*some.shape(0, 2), inputs), some.array(inputs, outputs), some.array(outputs))

    def torch(t, x, w, b=None):
        z = t.nn.functional.linear(x, w.T, b)
        return z if activation is None else getattr(t, activation)(z)

    return {
        "call": lambda x, w, b=None: ops.affine(x, w, b, activation=activation),
        "arrays": arrays if bias else arrays[:2],
        "plain": lambda x, w, b=0: plain(x @ w + b),
        "torch": torch,
    }


def affine(some):
    return _affine(some, None, lambda z: z)


def affine__no_bias(some):
    return _affine(some, some.one_of(None, "tanh"), None, bias=False) | {"plain": None}


def affine__relu(some):
    return _affine(some, "relu", lambda z: np.maximum(z, 0))


def affine__tanh(some):
    return _affine(some, "tanh", np.tanh)


def affine__sigmoid(some):
    return _affine(some, "sigmoid", lambda z: 1 / (1 + np.exp(-z)))


def affine__no_inputs(some):
    """A sum of nothing: the bias."""
    return {
        "call": lambda *a: ops.affine(*a, activation="tanh"),
        "arrays": (some.array(some.size(0), 0), some.array(0, 3), some.array(3)),
        "plain": lambda x, w, b: np.tanh(x @ w + b),
    }


WRONG = {
    "affine: x has shape (2, 3), wanted (..., 4)": lambda: ops.affine(np.ones((2, 3)), np.ones((4, 5))),
    "affine: w has shape (4,)": lambda: ops.affine(np.ones((2, 4)), np.ones(4)),
    "affine: bias has shape (4,), wanted (5,)": lambda: ops.affine(np.ones((2, 4)), np.ones((4, 5)), np.ones(4)),
    "affine: activation is 'gelu'": lambda: ops.affine(np.ones((2, 4)), np.ones((4, 5)), activation="gelu"),
}
