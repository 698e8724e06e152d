"""Reshaping, joining and indexing. What NumPy returns as a view stays a view: nothing here writes."""

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.expect import expect_shape
from abacus.ops.arithmetic import sum_to
from abacus.tensor import Tensor, op


def _shape(shape):
    return shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape


@op(whole="same")
def _reshape(x, *, shape):
    try:
        y = x.reshape(shape)
    except ValueError:
        raise BadInput(f"reshape: x has shape {x.shape}, that is {x.size} entries, wanted {tuple(shape)}") from None
    return y, lambda dy: (dy.reshape(x.shape),)


def reshape(x, *shape):
    """x with another shape of the same size; one entry may be -1. reshape(x, 2, 3) or reshape(x, (2, 3))."""
    return _reshape(x, shape=_shape(shape))


@op(whole="same")
def _transpose(x, *, axes):
    if sorted(a % x.ndim for a in axes) != list(range(x.ndim)):
        raise BadInput(f"transpose: axes are {tuple(axes)}, wanted an order of the {x.ndim} axes of {x.shape}")
    back = np.argsort([a % x.ndim for a in axes])
    return x.transpose(axes), lambda dy: (dy.transpose(back),)


def transpose(x, *axes):
    """x with its axes in another order; reversed where none is given."""
    axes = _shape(axes) or tuple(reversed(range(np.ndim(x.value if isinstance(x, Tensor) else x))))
    return _transpose(x, axes=axes)


@op(whole="same")
def swapaxes(x, a, b):
    """x with axes a and b exchanged."""
    if not all(-x.ndim <= axis < x.ndim for axis in (a, b)):
        raise BadInput(f"swapaxes: axes are {a} and {b}, wanted two of the {x.ndim} axes of x {x.shape}")
    return x.swapaxes(a, b), lambda dy: (dy.swapaxes(a, b),)


@op(whole="same")
def broadcast_to(x, shape):
    """x repeated along new axes and axes of length 1."""
    try:
        return np.broadcast_to(x, shape), lambda dy: (sum_to(dy, x.shape),)
    except ValueError:
        raise BadInput(f"broadcast_to: x has shape {x.shape}, which does not broadcast to {tuple(shape)}") from None


@op(whole="same")
def _concatenate(*arrays, axis):
    try:
        y = np.concatenate(arrays, axis=axis)
    except ValueError:
        shapes = ", ".join(str(np.shape(a)) for a in arrays)
        raise BadInput(f"concat: the shapes {shapes} must agree but for axis {axis}") from None
    ends = np.cumsum([a.shape[axis] for a in arrays])[:-1]
    return y, lambda dy: np.split(dy, ends, axis=axis)


def concat(tensors, axis=0):
    """The tensors one after the other along an axis that they have."""
    return _concatenate(*tensors, axis=axis)


@op(whole="same")
def _stack(*arrays, axis):
    try:
        y = np.stack(arrays, axis=axis)
    except ValueError:
        shapes = ", ".join(str(np.shape(a)) for a in arrays)
        raise BadInput(f"stack: the shapes {shapes} must be equal") from None
    return y, lambda dy: list(np.moveaxis(dy, axis, 0))


def stack(tensors, axis=0):
    """The tensors one after the other along a new axis."""
    return _stack(*tensors, axis=axis)


def _plain(index):
    """Slices, numbers, None and Ellipsis name every entry at most once: no need to add up."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(i is None or i is Ellipsis or isinstance(i, slice | int | np.integer) for i in parts)


@op(whole="same", keeps=("index",))
def getitem(x, index):
    """x[index] with all of NumPy's indexing; an entry taken several times gets the sum of the gradients."""

    def pullback(dy):
        dx = np.zeros(x.shape, x.dtype)
        if _plain(index):
            dx[index] = dy
        else:
            np.add.at(dx, index, dy)
        return (dx,)

    try:
        return x[index], pullback
    except IndexError as wrong:
        raise BadInput(f"getitem: x has shape {x.shape}: {wrong}") from None


def _places(name, index):
    index = np.asarray(index)
    if index.dtype.kind not in "iu":
        raise BadInput(f"{name}: index has type {index.dtype}, wanted integers")
    return index


def _within(name, index, n):
    if index.size and (index.min() < -n or index.max() >= n):
        raise BadInput(f"{name}: index runs from {index.min()} to {index.max()}, wanted {-n} to {n - 1}")


@op(whole="same", keeps=("index",))
def take(x, index):
    """The rows x[index], index an integer array of any shape: (…,) + x.shape[1:]."""
    index = _places("take", index)
    expect_shape("take", "x", x.shape, ("rows", ...))
    _within("take", index, len(x))

    def pullback(dy):
        dx = np.zeros((len(x), x[:1].size), x.dtype)
        rows = np.ascontiguousarray(dy).reshape(index.size, -1) if index.size else dy.reshape(0, dx.shape[1])
        kernels.scatter.add_rows(dx, (index.reshape(-1) % max(len(x), 1)).astype(np.intp), rows)
        return dx.reshape(x.shape), None

    return x[index], pullback


@op(whole="same", keeps=("index",))
def take_along(x, index, axis=-1):
    """np.take_along_axis: y[i, j] = x[i, index[i, j]] along the last axis, and so on; index as x but along that axis."""
    index = _places("take_along", index)
    if not -x.ndim <= axis < x.ndim:
        raise BadInput(f"take_along: axis is {axis}, x has shape {x.shape}")
    along = axis % x.ndim
    expect_shape("take_along", "index", index.shape, (*x.shape[:along], "places", *x.shape[along + 1 :]))
    _within("take_along", index, x.shape[along])

    def pullback(dy):
        dx = np.moveaxis(np.zeros(x.shape, x.dtype), axis, -1)
        places = np.indices(np.moveaxis(index, axis, -1).shape, sparse=True)
        np.add.at(dx, (*places[:-1], np.moveaxis(index, axis, -1)), np.moveaxis(dy, axis, -1))
        return np.moveaxis(dx, -1, axis), None

    return np.take_along_axis(x, index, axis), pullback


@op(whole="same")
def pad(x, width, value=0.0):
    """x with `value` around it: width is ((before, after), …), one pair per axis."""
    if len(width) != x.ndim:
        raise BadInput(f"pad: width has {len(width)} pairs, x {x.shape} wants {x.ndim}")
    inside = tuple(slice(before, before + n) for (before, _), n in zip(width, x.shape))
    return np.pad(x, width, constant_values=value), lambda dy: (dy[inside],)


@op(whole="same")
def flip(x, axis):
    """x reversed along axis."""
    try:
        return np.flip(x, axis), lambda dy: (np.flip(dy, axis),)
    except np.exceptions.AxisError:
        raise BadInput(f"flip: axis is {axis}, x has shape {x.shape}") from None
