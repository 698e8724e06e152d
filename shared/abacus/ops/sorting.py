"""Sorting and the largest entries. Places are NumPy arrays without a gradient; the values' gradient goes to where they
stood."""

import numpy as np

from abacus.errors import BadInput
from abacus.ops.conv import whole
from abacus.ops.shapes import take_along
from abacus.tensor import Tensor, as_array


def sort(x, axis=-1, descending=False):
    """(sorted, places): the entries of x in order along axis, and where they stood; equal entries keep their order. NaN counts
    as larger than all. sorted[i, j] = x[i, places[i, j]]."""
    x = x if isinstance(x, Tensor) else Tensor(x)
    places = argsort(x, axis, descending)
    return (take_along(x, places, axis) if x.ndim else x), places


def argsort(x, axis=-1, descending=False):
    """The places of `sort`, as a NumPy array."""
    values = _values("argsort", x, axis)
    if not values.ndim:
        return np.zeros((), np.intp)
    if not descending:
        return np.argsort(values, axis=axis, kind="stable")
    behind = values.shape[axis] - 1 - np.argsort(np.flip(values, axis), axis=axis, kind="stable")
    return np.flip(behind, axis)


def topk(x, k, axis=-1, largest=True):
    """(values, places) of the k largest entries of x along axis, the largest first (or of the k smallest, the smallest
    first); of equal entries those that stand first. NaN counts as larger than all."""
    x = x if isinstance(x, Tensor) else Tensor(x)
    values = _values("topk", x, axis)
    n = values.shape[axis] if values.ndim else 1
    if not whole(k) or not 0 <= k <= n:
        raise BadInput(
            f"topk: k is {k}, wanted a whole number from 0 to {n}, the length of axis {axis} of {values.shape}"
        )
    places = argsort(values, axis, descending=largest)
    if not values.ndim:
        return x, places
    places = np.take(places, np.arange(int(k)), axis=axis)
    return take_along(x, places, axis), places


def _values(name, x, axis):
    values = x.value if isinstance(x, Tensor) else as_array(x)
    if not -max(values.ndim, 1) <= axis < max(values.ndim, 1):
        raise BadInput(f"{name}: axis is {axis}, x has shape {values.shape}")
    return values
