"""Cases of products and running sums."""

import numpy as np

from abacus import ops


def _array(some, *shape):
    """Entries of which some are zero."""
    return np.asarray(some.array(*shape) * (some.integers(*shape, below=4) > 0))


def prod(some):
    shape, keep = some.shape(0, 3, least=0), some.one_of(False, True)
    axis = some.one_of(None, *range(-len(shape), len(shape)))
    return {
        "call": lambda x: ops.prod(x, axis, keep),
        "arrays": (_array(some, *shape),),
        "plain": lambda x: np.prod(x, axis, keepdims=keep),
        "torch": (lambda t, x: t.prod(x, axis, keepdim=keep)) if axis is not None else None,
    }


def _running(name, plain, torch, zeros=True):
    def case(some):
        shape = some.shape(1, 3)
        axis = some.one_of(*range(-len(shape), len(shape)))
        return {
            "call": lambda x: getattr(ops, name)(x, axis),
            "arrays": (_array(some, *shape) if zeros else some.array(*shape),),
            "plain": lambda x: plain(x, axis),
            "torch": lambda t, x: torch(t, x, axis),
        }

    return case


def _log_of_sums(x, axis):
    return np.log(np.cumsum(np.exp(x), axis))


cumprod = _running("cumprod", np.cumprod, lambda t, x, axis: t.cumprod(x, axis))
cummax = _running("cummax", np.maximum.accumulate, lambda t, x, axis: t.cummax(x, axis).values, zeros=False)
cummin = _running("cummin", np.minimum.accumulate, lambda t, x, axis: t.cummin(x, axis).values, zeros=False)
logcumsumexp = _running("logcumsumexp", _log_of_sums, lambda t, x, axis: t.logcumsumexp(x, axis))

WRONG = {
    f"{name}: axis is 1, x has shape (2,)": lambda name=name: getattr(ops, name)(np.ones(2), 1)
    for name in ("prod", "cumprod", "cummax", "cummin", "logcumsumexp")
}
