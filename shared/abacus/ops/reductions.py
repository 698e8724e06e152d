"""Sums, means, extremes and the softmax family along axes. axis is a number, a tuple of numbers, or None for all."""

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.tensor import op


def _axes(name, x, axis):
    """The axes as a tuple of numbers from 0 on."""
    if axis is None:
        return tuple(range(x.ndim))
    axes = (axis,) if isinstance(axis, int | np.integer) else tuple(axis)
    for a in axes:
        if not -x.ndim <= a < x.ndim:
            raise BadInput(f"{name}: axis is {a}, x has shape {x.shape} and so axes {-x.ndim} to {x.ndim - 1}")
    return tuple(int(a) % x.ndim for a in axes)


def _kept(d, x, axes):
    """`d` with the reduced axes put back as axes of length 1."""
    return d.reshape([1 if i in axes else n for i, n in enumerate(x.shape)])


def _count(x, axes):
    return int(np.prod([x.shape[a] for a in axes], dtype=int))


@op(whole="exact")
def sum(x, axis=None, keepdims=False):
    """Σ x along axis."""
    axes = _axes("sum", x, axis)
    return x.sum(axis=axes, keepdims=keepdims), lambda dy: (np.broadcast_to(_kept(dy, x, axes), x.shape),)


@op
def mean(x, axis=None, keepdims=False):
    """Σ x / n along axis; of nothing NaN."""
    axes = _axes("mean", x, axis)
    n = _count(x, axes)
    if not n:
        return _of_nothing(x, axes, keepdims, np.nan), lambda dy: (np.zeros_like(x),)
    return x.mean(axis=axes, keepdims=keepdims), lambda dy: (np.broadcast_to(_kept(dy, x, axes) / n, x.shape),)


@op
def var(x, axis=None, keepdims=False, correction=1):
    """Σ (x - mean)² / (n - correction) along axis: unbiased by default, as in PyTorch. NaN where n is at most correction."""
    axes = _axes("var", x, axis)
    if _count(x, axes) <= correction or not _count(x, axes):
        return _of_nothing(x, axes, keepdims, np.nan), lambda dy: (np.full_like(x, np.nan),)
    off = x - x.mean(axis=axes, keepdims=True)
    n = _count(x, axes) - correction
    y = (off * off).sum(axis=axes, keepdims=keepdims) / n
    return y, lambda dy: (_kept(dy, x, axes) * (2 / n) * off,)


def _of_nothing(x, axes, keepdims, value):
    """What a reduction gives where the axes hold nothing to reduce."""
    return np.full_like(x.sum(axis=axes, keepdims=keepdims), value)


def _extreme(name, reduce, x, axis, keepdims):
    axes = _axes(name, x, axis)
    if not _count(x, axes):
        raise BadInput(f"{name}: x has shape {x.shape}, wanted at least one entry along axis {axis}")
    top = reduce(x, axis=axes, keepdims=True)
    y = top if keepdims else top.reshape([n for i, n in enumerate(x.shape) if i not in axes])

    def pullback(dy):
        hit = x == top
        return (hit * (_kept(dy, x, axes) / hit.sum(axis=axes, keepdims=True).astype(x.dtype)),)

    return y, pullback


@op(whole="exact")
def max(x, axis=None, keepdims=False):
    """The largest along axis; several that are equally large share the gradient."""
    return _extreme("max", np.max, x, axis, keepdims)


@op(whole="exact")
def min(x, axis=None, keepdims=False):
    """The smallest along axis; several that are equally small share the gradient."""
    return _extreme("min", np.min, x, axis, keepdims)


@op
def logsumexp(x, axis=None, keepdims=False):
    """log Σ e^x along axis, the largest taken out first; its gradient is softmax(x). Of nothing it is -∞."""
    axes = _axes("logsumexp", x, axis)
    if not _count(x, axes):
        return _of_nothing(x, axes, keepdims, -np.inf), lambda dy: (np.zeros_like(x),)
    top = x.max(axis=axes, keepdims=True)
    top = np.where(np.isfinite(top), top, 0).astype(x.dtype)
    e = np.exp(x - top)
    total = e.sum(axis=axes, keepdims=True)
    with np.errstate(divide="ignore"):  # of nothing but -inf it is -inf
        y = np.log(total) + top
    y = y if keepdims else y.reshape([n for i, n in enumerate(x.shape) if i not in axes])
    return y, lambda dy: (_kept(dy, x, axes) * e / total,)


@op
def softmax(x, axis=-1):
    """e^x / Σ e^x along axis."""
    (axis,) = _axes("softmax", x, axis)
    p = np.array(np.moveaxis(x, axis, -1), order="C")
    one, columns = p.dtype.type(1), p.shape[-1]
    if p.size:
        kernels.rows.softmax(p.reshape(-1, columns), one, 0)

    def pullback(dy):
        dx = np.array(np.moveaxis(dy, axis, -1), order="C")
        if p.size:
            kernels.rows.softmax_pullback(dx.reshape(-1, columns), p.reshape(-1, columns), one)
        return (np.moveaxis(dx, -1, axis),)

    return np.moveaxis(p, -1, axis), pullback


@op
def log_softmax(x, axis=-1):
    """x - log Σ e^x along axis."""
    (axis,) = _axes("log_softmax", x, axis)
    if not x.size:
        return x, lambda dy: (dy,)
    shifted = x - x.max(axis=axis, keepdims=True)
    y = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    return y, lambda dy: (dy - np.exp(y) * dy.sum(axis=axis, keepdims=True),)


@op(whole="exact")
def cumsum(x, axis=0):
    """The running sums along axis."""
    (axis,) = _axes("cumsum", x, axis)
    return x.cumsum(axis=axis), lambda dy: (np.flip(np.flip(dy, axis).cumsum(axis=axis), axis),)
