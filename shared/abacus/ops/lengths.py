"""Lengths of vectors, vectors of a given length, and angles and distances between them."""

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_shape
from abacus.ops.arithmetic import pair, sum_to
from abacus.ops.floats import floats
from abacus.tensor import op


@op
def norm(x, p=2.0, axis=None, keepdims=False):
    """(Σ |x|^p)^(1/p) along axis (a number, several, or None for all), p > 0 or infinity, which is the largest |x|. The
    slope is 0 where the length is; of several that are largest each has an equal part."""
    x = floats("norm", "x", x)
    axes = _axes("norm", x, axis)
    _power("norm", p)
    y = _length(x, p, axes)

    def pullback(dy):
        return (dy.reshape(y.shape) * _slope(x, y, p, axes),)

    return y if keepdims else y.reshape([n for i, n in enumerate(x.shape) if i not in axes]), pullback


@op
def normalize(x, p=2.0, axis=-1, eps=1e-12):
    """x / max(|x|, eps), |x| being the norm along axis: rows of length 1. With y the value and s the slope of the norm:
    dx = (dy - s Σ dy·y) / |x|."""
    x = floats("normalize", "x", x)
    axes = _axes("normalize", x, axis)
    _power("normalize", p)
    length = _length(x, p, axes)
    divisor = np.maximum(length, x.dtype.type(eps))
    y = x / divisor

    def pullback(dy):
        inner = (dy * y).sum(axis=axes, keepdims=True) * (length > eps)
        return ((dy - _slope(x, length, p, axes) * inner) / divisor,)

    return y, pullback


@op
def weight_norm(v, g, axis=0):
    """g·v / |v|, |v| the root of the sum of squares over all axes but `axis`, None for all (Salimans & Kingma 2016, eq. 2).

    g has v's length along axis and 1 elsewhere (one entry for None). With h = v / |v|: dg = Σ dy·h, dv = g / |v| (dy - h Σ
    dy·h).
    """
    v, g = floats("weight_norm", "v", v), floats("weight_norm", "g", g)
    if axis is not None and not -v.ndim <= axis < v.ndim:
        raise BadInput(f"weight_norm: axis is {axis}, v has shape {v.shape}")
    kept = () if axis is None else (axis % v.ndim,)
    wanted = tuple(n if i in kept else 1 for i, n in enumerate(v.shape))
    if g.size != int(np.prod(wanted)) or (g.ndim > 1 and g.shape != wanted):
        raise BadInput(f"weight_norm: g has shape {g.shape}, wanted {wanted} to go with v {v.shape}")
    others, size = tuple(i for i in range(v.ndim) if i not in kept), g.reshape(wanted)
    length = _length(v, 2, others)
    with np.errstate(divide="ignore", invalid="ignore"):  # of length 0 there is no direction: NaN
        h, ratio = v / length, size / length

    def pullback(dy):
        inner = (dy * h).sum(axis=others, keepdims=True)
        return lambda: ratio * (dy - h * inner), lambda: inner.reshape(g.shape)

    return size * h, pullback


@op
def cosine_similarity(a, b, axis=1, eps=1e-8):
    """Σ a·b / (max(|a|, eps)·max(|b|, eps)) along axis, a and b broadcasting: the cosine of the angle between them."""
    a, b = pair("cosine_similarity", floats("cosine_similarity", "a", a), floats("cosine_similarity", "b", b))
    wide = np.broadcast_shapes(a.shape, b.shape)
    left, right = np.broadcast_to(a, wide), np.broadcast_to(b, wide)
    axes = _axes("cosine_similarity", left, axis)
    sizes = [_length(v, 2, axes) for v in (left, right)]
    units = [v / np.maximum(n, v.dtype.type(eps)) for v, n in zip((left, right), sizes)]
    y = (units[0] * units[1]).sum(axis=axes)

    def of(i, dy):
        """∂/∂a = (u of b - y·u of a) / |a|, and where |a| < eps its length counts as eps."""
        own, other = units[i], units[1 - i]
        inner = np.expand_dims(y, axes) * (sizes[i] > eps)
        d = np.expand_dims(dy, axes) * (other - inner * own) / np.maximum(sizes[i], own.dtype.type(eps))
        return sum_to(d, (a, b)[i].shape)

    return y, lambda dy: (lambda: of(0, dy), lambda: of(1, dy))


@op
def pairwise_distance(a, b, p=2.0, eps=1e-6, keepdims=False):
    """The norm of a - b + eps along the last axis, a and b broadcasting: PyTorch's, whose eps keeps the slope finite."""
    name = "pairwise_distance"
    a, b = pair(name, floats(name, "a", a), floats(name, "b", b))
    off = a - b + np.result_type(a, b).type(eps)
    y, pull = norm.__wrapped__(off, p, -1 if off.ndim else (), keepdims)
    return y, lambda dy: (lambda: sum_to(pull(dy)[0], a.shape), lambda: -sum_to(pull(dy)[0], b.shape))


@op
def cdist(a, b, p=2.0):
    """The norm of every row of a minus every row of b: a (…, n, width), b (…, m, width), leading axes broadcasting, to (…,
    n, m). From the differences themselves, which are exact for near rows; they take n·m·width numbers of memory."""
    a, b = floats("cdist", "a", a), floats("cdist", "b", b)
    expect_shape("cdist", "a", a.shape, (..., "n", "width"))
    expect_shape("cdist", "b", b.shape, (..., "m", a.shape[-1]))
    wide, other = pair("cdist", a[..., :, None, :], b[..., None, :, :])
    y, pull = norm.__wrapped__(wide - other, p, -1)

    def pullback(dy):
        return (
            lambda: sum_to(pull(dy)[0], wide.shape).reshape(a.shape),
            lambda: -sum_to(pull(dy)[0], other.shape).reshape(b.shape),
        )

    return y, pullback


def _axes(name, x, axis):
    axes = tuple(range(x.ndim)) if axis is None else (axis,) if np.ndim(axis) == 0 else tuple(axis)
    if any(not -x.ndim <= a < x.ndim for a in axes):
        raise BadInput(f"{name}: axis is {axis}, x has shape {x.shape}")
    return tuple(a % x.ndim for a in axes)


def _power(name, p):
    if not p > 0:
        raise BadInput(f"{name}: p is {p}, wanted more than 0")


def _length(x, p, axes):
    """The norm along axes, which stay; the largest is taken out first, so that no power overflows or vanishes."""
    sizes = np.abs(x)
    top = sizes.max(axis=axes, keepdims=True, initial=0)
    if p == np.inf:
        return top
    top = np.where((top > 0) & np.isfinite(top), top, 1).astype(x.dtype)
    return top * ((sizes / top) ** p).sum(axis=axes, keepdims=True) ** (1 / p)


def _slope(x, length, p, axes):
    """∂length/∂x = sign x·(|x| / length)^(p - 1)."""
    if p == np.inf:
        reach = (np.abs(x) == length) & (x != 0)
        return np.sign(x) * reach / np.maximum(reach.sum(axis=axes, keepdims=True), 1).astype(x.dtype)
    share = np.abs(x) / np.where(length == 0, 1, length)
    return np.sign(x) * np.where(x == 0, 0, np.where(x == 0, 1, share) ** (p - 1)).astype(x.dtype)
