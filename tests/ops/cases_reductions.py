"""Cases of the reductions and the softmax family."""

import numpy as np
from scipy import special

from abacus import ops


def _reduced(some, name, plain, torch, **how):
    shape = some.shape(1, 3, least=how.pop("least", 1))
    axis = some.one_of(None, 0, -1, tuple(range(len(shape))), *([(0, 2)] if len(shape) == 3 else []))
    keepdims = some.one_of(False, True)
    dim = tuple(range(len(shape))) if axis is None else axis
    how |= ({} if axis is None else {"axis": axis}) | ({"keepdims": True} if keepdims else {})  # else the op's own
    return {
        "call": lambda x: getattr(ops, name)(x, **how),
        "arrays": (some.array(*shape),),
        "plain": lambda x: plain(x, axis=axis, keepdims=keepdims),
        "torch": lambda t, x: torch(t, x, dim, keepdims),
    }


def sum(some):
    return _reduced(some, "sum", np.sum, lambda t, x, dim, keep: x.sum(dim, keepdim=keep), least=0)


def mean(some):
    return _reduced(some, "mean", np.mean, lambda t, x, dim, keep: x.mean(dim, keepdim=keep))


def max(some):
    return _reduced(some, "max", np.max, lambda t, x, dim, keep: x.amax(dim, keepdim=keep))


def min(some):
    return _reduced(some, "min", np.min, lambda t, x, dim, keep: x.amin(dim, keepdim=keep))


def logsumexp(some):
    return _reduced(some, "logsumexp", special.logsumexp, lambda t, x, dim, keep: t.logsumexp(x, dim, keepdim=keep))


def var(some):
    return _reduced(
        some,
        "var",
        lambda x, axis, keepdims: np.var(x, axis=axis, ddof=1, keepdims=keepdims),
        lambda t, x, dim, keep: x.var(dim, keepdim=keep),
        least=2,
    )


def var__population(some):
    return _reduced(some, "var", np.var, lambda t, x, dim, keep: x.var(dim, correction=0, keepdim=keep), correction=0)


def softmax(some):
    shape = some.shape(1, 3)
    axis = some.one_of(*range(-len(shape), len(shape)))
    return {
        "call": lambda x: ops.softmax(x) if axis == -1 else ops.softmax(x, axis=axis),
        "arrays": (some.array(*shape),),
        "plain": lambda x: special.softmax(x, axis=axis),
        "torch": lambda t, x: t.softmax(x, axis),
    }


def log_softmax(some):
    shape = some.shape(1, 3)
    axis = some.one_of(*range(-len(shape), len(shape)))
    return {
        "call": lambda x: ops.log_softmax(x) if axis == -1 else ops.log_softmax(x, axis=axis),
        "arrays": (some.array(*shape),),
        "plain": lambda x: special.log_softmax(x, axis=axis),
        "torch": lambda t, x: t.log_softmax(x, axis),
    }


def cumsum(some):
    shape = some.shape(1, 3)
    axis = some.one_of(*range(-len(shape), len(shape)))
    return {
        "call": lambda x: ops.cumsum(x) if axis == 0 else ops.cumsum(x, axis=axis),
        "arrays": (some.array(*shape),),
        "plain": lambda x: np.cumsum(x, axis=axis),
        "torch": lambda t, x: t.cumsum(x, axis),
    }


WRONG = {
    "sum: axis is 2, x has shape (2, 3)": lambda: ops.sum(np.ones((2, 3)), axis=2),
}
