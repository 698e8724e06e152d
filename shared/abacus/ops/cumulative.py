"""Products, and running products, extremes and log-sums along an axis."""

import numpy as np

from abacus.errors import BadInput
from abacus.ops.floats import floats
from abacus.tensor import op


def _axis(name, x, axis):
    if not -x.ndim <= axis < x.ndim:
        raise BadInput(f"{name}: axis is {axis}, x has shape {x.shape}")
    return axis


@op
def prod(x, axis=None, keepdims=False):
    """Π x along axis (a number, or None for all); 1 over nothing. Its gradient is the product of all the other entries, exact
    also where some are zero."""
    x = floats("prod", "x", x)
    last = x.reshape(-1) if axis is None else np.moveaxis(x, _axis("prod", x, axis), -1)
    y = last.prod(axis=-1)
    shape = [1] * x.ndim if axis is None else [1 if k == axis % x.ndim else n for k, n in enumerate(x.shape)]

    def pullback(dy):
        before, after = np.ones_like(last), np.ones_like(last)
        before[..., 1:] = last[..., :-1].cumprod(axis=-1)
        after[..., :-1] = np.flip(np.flip(last[..., 1:], -1).cumprod(axis=-1), -1)
        dx = dy.reshape(y.shape)[..., None] * before * after
        return (dx.reshape(x.shape) if axis is None else np.moveaxis(dx, -1, axis),)

    return y.reshape(shape) if keepdims else y, pullback


@op
def cumprod(x, axis=0):
    """The running products y along axis. The gradient is Σ over later k of dy[k]·y[k] / x; at the first zero y is taken without
    it, and beyond it the gradient is 0."""
    x = floats("cumprod", "x", x)
    last = np.moveaxis(x, _axis("cumprod", x, axis), -1)
    y = last.cumprod(axis=-1)

    def pullback(dy):
        d, beyond = np.moveaxis(dy, axis, -1), (last == 0).cumsum(axis=-1) > 0
        dx = _later(d * y) / np.where(last == 0, 1, last)
        if beyond.any():
            first = beyond & ~np.roll(beyond, 1, axis=-1)
            first[..., 0] = beyond[..., 0]
            without = np.where(first, 1, last).cumprod(axis=-1)
            dx = np.where(first, _later(d * without), np.where(beyond, 0, dx))
        return (np.moveaxis(dx, -1, axis),)

    return np.moveaxis(y, -1, axis), pullback


@op
def cummax(x, axis=0):
    """The running maxima along axis; the gradient goes to the entry that reached each first. NaN stays from where it stands."""
    return _running("cummax", np.maximum, x, axis)


@op
def cummin(x, axis=0):
    """The running minima along axis; the gradient goes to the entry that reached each first. NaN stays from where it stands."""
    return _running("cummin", np.minimum, x, axis)


def _running(name, extreme, x, axis):
    x = floats(name, "x", x)
    last = np.moveaxis(x, _axis(name, x, axis), -1)
    y = extreme.accumulate(last, axis=-1)
    new = np.ones(last.shape, bool)  # where the extreme was reached first
    new[..., 1:] = (y[..., 1:] != y[..., :-1]) & ~np.isnan(y[..., :-1])
    own = np.maximum.accumulate(np.where(new, np.arange(last.shape[-1]), 0), axis=-1)

    def pullback(dy):
        dx = np.zeros(last.shape, dy.dtype)
        rows = np.indices(own.shape, sparse=True)[:-1]
        np.add.at(dx, (*rows, own), np.moveaxis(dy, axis, -1))
        return (np.moveaxis(dx, -1, axis),)

    return np.moveaxis(y, -1, axis), pullback


@op
def logcumsumexp(x, axis=0):
    """log of the running sums of e^x along axis, each about the largest so far; the gradient is Σ over later k of
    dy[k]·e^(x - y[k])."""
    x = floats("logcumsumexp", "x", x)
    last = np.moveaxis(x, _axis("logcumsumexp", x, axis), -1)
    with np.errstate(invalid="ignore"):  # NaN passes, of which NumPy would warn
        y = np.logaddexp.accumulate(last, axis=-1) if last.size else last

    def pullback(dy):
        d, dx, later = np.moveaxis(dy, axis, -1), np.zeros(last.shape, dy.dtype), 0
        for j in reversed(range(last.shape[-1])):  # later is Σ over k >= j of d[k]·e^(y[j] - y[k])
            step = y[..., j] - y[..., min(j + 1, last.shape[-1] - 1)]
            later = d[..., j] + later * np.exp(np.where(np.isneginf(y[..., j]), -np.inf, step))
            dx[..., j] = later * np.exp(np.where(np.isneginf(last[..., j]), -np.inf, last[..., j] - y[..., j]))
        return (np.moveaxis(dx, -1, axis),)

    return np.moveaxis(y, -1, axis), pullback


def _later(v):
    """Σ over the entries from each on."""
    return np.flip(np.flip(v, -1).cumsum(axis=-1), -1)
