"""Norms over groups of channels, over each channel of each item, and over neighbouring channels."""

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_shape
from abacus.ops.conv import whole
from abacus.ops.floats import floats
from abacus.tensor import op


@op
def group_norm(x, groups, gain=None, bias=None, eps=1e-5):
    """(x - mean) / √(variance + eps)·gain + bias, the moments (1/n) over each item's groups of channels (Wu & He 2018).

    x (n, channels, …), gain and bias (channels,). groups 1 is layer norm over an item, as many groups as channels instance
    norm. With h = (x - mean) / σ and g = dy·gain: dx = (g - mean(g) - h·mean(g·h)) / σ.
    """
    x, gain, bias = _channelled("group_norm", x, gain, bias)
    if not whole(groups) or groups < 1 or x.shape[1] % groups:
        raise BadInput(f"group_norm: groups is {groups}, wanted a divisor of the {x.shape[1]} channels of x {x.shape}")
    y, pull = _normalised(x, int(groups), gain, bias, eps)

    def pullback(dy):
        dx, dgain, dbias = pull(dy)
        return dx, None, dgain, dbias

    return y, pullback


@op
def instance_norm(x, gain=None, bias=None, eps=1e-5):
    """(x - mean) / √(variance + eps)·gain + bias, the moments (1/n) over each channel of each item (Ulyanov, Vedaldi &
    Lempitsky 2016). x (n, channels, …), gain and bias (channels,)."""
    x, gain, bias = _channelled("instance_norm", x, gain, bias)
    return _normalised(x, x.shape[1], gain, bias, eps)


def _channelled(name, x, gain, bias):
    x = floats(name, "x", x)
    expect_shape(name, "x", x.shape, ("n", "channels", ...))
    given = [None if a is None else floats(name, argument, a) for argument, a in (("gain", gain), ("bias", bias))]
    for argument, a in zip(("gain", "bias"), given):
        if a is not None:
            expect_shape(name, argument, a.shape, x.shape[1:2])
    return x, *given


def _normalised(x, groups, gain, bias, eps):
    """(value, pullback for x, gain and bias) of the norm over groups."""
    along, others = (-1, *[1] * (x.ndim - 2)), (0, *range(2, x.ndim))
    rows = x.reshape(len(x), groups, -1 if x.size else 0)
    many = rows.dtype.type(max(rows.shape[-1], 1))  # where there is no entry, nothing is divided
    off = rows - rows.sum(axis=-1, keepdims=True) / many
    scale = 1 / np.sqrt((off * off).sum(axis=-1, keepdims=True) / many + x.dtype.type(eps))
    h = (off * scale).reshape(x.shape)
    y = h if gain is None else h * gain.reshape(along)
    y = y if bias is None else y + bias.reshape(along)

    def dx(dy):
        g, normal = (dy if gain is None else dy * gain.reshape(along)).reshape(rows.shape), h.reshape(rows.shape)
        level, inner = (v.sum(axis=-1, keepdims=True) / many for v in (g, g * normal))
        return (scale * (g - level - normal * inner)).reshape(x.shape)

    def pullback(dy):
        return lambda: dx(dy), lambda: (dy * h).sum(axis=others), lambda: dy.sum(axis=others)

    return y, pullback


@op
def local_response_norm(x, size, alpha=1e-4, beta=0.75, k=1.0):
    """x / (k + alpha / size·Σ x²)^beta, the sum over `size` neighbouring channels (Krizhevsky et al. 2012, section 3.3,
    whose alpha is not divided). x (n, channels, …); channels beyond the ends count as 0; of an even size the greater half
    lies before."""
    x = floats("local_response_norm", "x", x)
    expect_shape("local_response_norm", "x", x.shape, ("n", "channels", ...))
    if not whole(size) or size < 1:
        raise BadInput(f"local_response_norm: size is {size}, wanted a whole number of at least 1")
    before, behind = size // 2, (size - 1) // 2

    def neighbours(v, before, behind):
        framed = np.pad(v, ((0, 0), (before, behind), *[(0, 0)] * (v.ndim - 2)))
        return sum(framed[:, i : i + v.shape[1]] for i in range(before + behind + 1))

    base = k + (alpha / size) * neighbours(x * x, before, behind)
    factor = base**-beta

    def pullback(dy):
        spread = neighbours(dy * x * factor / base, behind, before)
        return (dy * factor - (2 * alpha * beta / size) * x * spread,)

    return x * factor, pullback
