"""Tiles, rolled axes, images continued beyond their ends, and channels that become pixels: entries move, none is computed."""

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_shape, expect_word
from abacus.ops.conv import whole
from abacus.tensor import op

MODES = ("reflect", "symmetric", "edge", "wrap")


@op(whole="same", keeps=("repeats",))
def tile(x, repeats):
    """x beside itself so many times along each axis, as np.tile and torch.Tensor.repeat; missing axes are put before x's."""
    repeats = (repeats,) if np.ndim(repeats) == 0 else tuple(repeats)
    if not all(whole(r) and r >= 0 for r in repeats):
        raise BadInput(f"tile: repeats are {repeats}, wanted whole numbers of at least 0")
    axes = max(len(repeats), x.ndim)
    many, shape = (1,) * (axes - len(repeats)) + repeats, (1,) * (axes - x.ndim) + x.shape
    apart = [n for both in zip(many, shape) for n in both]
    return np.tile(x, repeats), lambda dy: (dy.reshape(apart).sum(axis=tuple(range(0, 2 * axes, 2))).reshape(x.shape),)


@op(whole="same")
def roll(x, shift, axis):
    """x with its entries moved on by shift along axis, those beyond the end put first; several shifts with several axes."""
    axes, shifts = (tuple(np.atleast_1d(v).tolist()) for v in (axis, shift))
    if len(axes) != len(shifts) or any(not -x.ndim <= a < x.ndim for a in axes):
        raise BadInput(f"roll: shift is {shift} and axis {axis}, wanted a shift for each of some axes of x {x.shape}")
    return np.roll(x, shifts, axes), lambda dy: (np.roll(dy, [-s for s in shifts], axes),)


@op(whole="same", keeps=("width",))
def extend(x, width, mode="reflect"):
    """x continued beyond its ends: width is ((before, after), …), a pair per axis. mode: "reflect" mirrors without the end
    itself, "symmetric" with it, "edge" repeats the end, "wrap" goes on at the other end. (Of zeros around: `pad`.)"""
    expect_word("extend", "mode", mode, MODES)
    if len(width) != x.ndim:
        raise BadInput(f"extend: width has {len(width)} pairs, x {x.shape} wants {x.ndim}")
    sources = []
    for n, (before, after) in zip(x.shape, width):
        if min(before, after) < 0 or (n == 0 and before + after):
            raise BadInput(
                f"extend: width is {tuple(width)}, wanted at least 0, and 0 for an axis of no entry, x {x.shape}"
            )
        sources.append(np.pad(np.arange(n), (before, after), mode=mode) if before + after else None)
    y = x
    for axis, source in enumerate(sources):
        y = y if source is None else np.take(y, source, axis=axis)

    def pullback(dy):
        for axis, source in enumerate(sources):
            if source is not None:
                total = np.zeros((x.shape[axis], *np.moveaxis(dy, axis, 0).shape[1:]), dy.dtype)
                np.add.at(total, source, np.moveaxis(dy, axis, 0))
                dy = np.moveaxis(total, 0, axis)
        return (dy,)

    return y, pullback


@op(whole="same")
def pixel_shuffle(x, factor):
    """Channels as finer pixels: x (…, c·r², h, w) to (…, c, h·r, w·r), r = factor, channel c·r² + i·r + j to the pixel (i,
    j) of each r x r (Shi et al. 2016, eq. 4). ONNX's DepthToSpace in the mode CRD."""
    expect_shape("pixel_shuffle", "x", x.shape, (..., "channels", "height", "width"))
    _factor("pixel_shuffle", factor, x.shape[-3], factor * factor)
    return _finer(x, factor), lambda dy: (_coarser(dy, factor),)


@op(whole="same")
def pixel_unshuffle(x, factor):
    """The inverse of pixel_shuffle: x (…, c, h·r, w·r) to (…, c·r², h, w)."""
    expect_shape("pixel_unshuffle", "x", x.shape, (..., "channels", "height", "width"))
    _factor("pixel_unshuffle", factor, x.shape[-2], factor)
    _factor("pixel_unshuffle", factor, x.shape[-1], factor)
    return _coarser(x, factor), lambda dy: (_finer(dy, factor),)


def _finer(x, r):
    *lead, c, h, w = x.shape
    parts = np.moveaxis(x.reshape(*lead, c // r**2, r, r, h, w), (-4, -3), (-3, -1))
    return parts.reshape(*lead, c // r**2, h * r, w * r)


def _coarser(x, r):
    *lead, c, h, w = x.shape
    parts = np.moveaxis(x.reshape(*lead, c, h // r, r, w // r, r), (-3, -1), (-4, -3))
    return parts.reshape(*lead, c * r**2, h // r, w // r)


def _factor(name, factor, n, divisor):
    if not whole(factor) or factor < 1 or n % divisor:
        raise BadInput(f"{name}: factor is {factor}, wanted one by which {n} can be divided into {divisor}")
