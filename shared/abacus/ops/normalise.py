"""Layer norm and RMS norm over the last axis, or as many last axes as the gain has."""

import math

import numpy as np

from abacus import kernels
from abacus.expect import expect_shape
from abacus.tensor import op


@op
def layer_norm(x, gain=None, bias=None, eps=1e-5):
    """(x - mean) / √(variance + eps)·gain + bias over the last axis, the variance with 1/n (Ba, Kiros & Hinton 2016).

    x (…, n), gain and bias (n,); with more axes, gain and bias alike, the moments are over as many last axes of x. With h =
    (x - mean) / σ and g = dy·gain: dx = (g - mean(g) - h·mean(g·h)) / σ.
    """
    expect_shape("layer_norm", "x", x.shape, (..., "n"))
    inner = _inner(x, gain, bias)
    for argument, got in (("gain", gain), ("bias", bias)):
        if got is not None:
            expect_shape("layer_norm", argument, got.shape, inner)
    n = math.prod(inner)
    rows = np.ascontiguousarray(x).reshape(-1, n) if x.size else x.reshape(0, n)
    factor = np.ones(n, x.dtype) if gain is None else gain.reshape(n)
    shift = np.zeros(n, x.dtype) if bias is None else bias.reshape(n)
    y, means, scales = np.empty_like(rows), np.empty(len(rows), x.dtype), np.empty(len(rows), x.dtype)
    kernels.rows.layer_norm(rows, factor, shift, eps, y, means, scales)
    lost = ~(scales > 0)
    if lost.any():  # a square was beyond the largest number, or an entry is not finite
        small, large = _shrunk(rows[lost])
        off = small - small.mean(axis=1, keepdims=True)
        scale = _inverse(off, large, eps)
        y[lost] = off * large * scale * factor + shift
        means[lost], scales[lost] = ((small - off) * large)[:, 0], scale[:, 0]

    def pullback(dy):
        dx, dgain, dbias = np.empty_like(rows), np.empty_like(factor), np.empty_like(shift)
        dy = np.ascontiguousarray(dy).reshape(rows.shape)
        kernels.rows.layer_norm_pullback(dy, rows, factor, means, scales, dx, dgain, dbias)
        return dx.reshape(x.shape), dgain.reshape(inner), dbias.reshape(inner)

    return y.reshape(x.shape), pullback


@op
def rms_norm(x, gain=None, eps=1e-6):
    """x / √(mean(x²) + eps)·gain over the last axis (Zhang & Sennrich 2019); x (…, n), gain (n,), or with more axes as in
    layer_norm."""
    if gain is not None:
        expect_shape("rms_norm", "gain", gain.shape, _inner(x, gain))
        if gain.ndim > 1:
            return _flattened(x, gain, eps)
    with np.errstate(over="ignore"):
        inverse = 1 / np.sqrt((x * x).mean(axis=-1, keepdims=True) + x.dtype.type(eps))
    lost = ~(inverse[..., 0] > 0)
    if lost.any():
        inverse[lost] = _inverse(*_shrunk(x[lost]), eps)
    h = x * inverse
    factor = np.ones(x.shape[-1], x.dtype) if gain is None else gain

    def pullback(dy):
        g = dy * factor
        dx = inverse * (g - h * (g * h).mean(axis=-1, keepdims=True))
        return dx, lambda: (dy * h).reshape(-1, x.shape[-1]).sum(axis=0)

    return h * factor, pullback


def _inner(x, *given):
    """The lengths of the last axes over which the moments are taken: as many as those of what is given, at least one."""
    axes = max([1, *(a.ndim for a in given if a is not None)])
    return x.shape[-axes:]


def _flattened(x, gain, eps):
    """rms_norm over several axes, as one."""
    y, pull = rms_norm.__wrapped__(x.reshape(*x.shape[: -gain.ndim], gain.size), gain.reshape(gain.size), eps)

    def pullback(dy):
        dx, dgain = pull(dy.reshape(y.shape))
        return dx.reshape(x.shape), lambda: dgain().reshape(gain.shape)

    return y.reshape(x.shape), pullback


def _shrunk(rows):
    """The rows divided by their largest entry, in float64, and that entry: squares of the quotients do not overflow."""
    large = np.abs(rows).max(axis=-1, keepdims=True).astype(float)
    with np.errstate(invalid="ignore"):  # inf / inf is NaN, and so is the row
        return rows / large, large


def _inverse(small, large, eps):
    """1 / √(mean((small·large)²) + eps)."""
    return 1 / np.sqrt(np.square(small).mean(axis=-1, keepdims=True) + eps / large / large) / large
