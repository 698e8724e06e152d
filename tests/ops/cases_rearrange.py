"""Cases of what moves entries without computing any."""

import numpy as np

from abacus import ops

TORCH = {"reflect": "reflect", "edge": "replicate", "wrap": "circular"}


def tile(some):
    shape = some.shape(0, 3, least=0)
    repeats = tuple(some.size(0, 3) for _ in range(some.size(0, 4)))
    return {
        "call": lambda x: ops.tile(x, repeats),
        "arrays": (some.array(*shape),),
        "plain": lambda x: np.tile(x, repeats),
        "torch": lambda t, x: t.tile(x, repeats),
    }


def roll(some):
    shape = some.shape(1, 3)
    shift, axis = some.one_of((1, 0), (-2, -1), ((1, -1), (0, -1)))
    return {
        "call": lambda x: ops.roll(x, shift, axis),
        "arrays": (some.array(*shape),),
        "plain": lambda x: np.roll(x, shift, axis),
        "torch": lambda t, x: t.roll(x, shift, axis),
    }


def extend(some):
    mode, shape = some.one_of("reflect", "symmetric", "edge", "wrap"), (1, 2, some.size(3), some.size(3))
    width = (0, 0), (0, 0), *((some.size(0, 2), some.size(0, 2)) for _ in range(2))
    flat = [n for ends in width[:1:-1] for n in ends]
    return {
        "call": lambda x: ops.extend(x, width, mode),
        "arrays": (some.array(*shape),),
        "plain": lambda x: np.pad(x, width, mode=mode),
        "torch": (lambda t, x: t.nn.functional.pad(x, flat, TORCH[mode])) if mode in TORCH else None,
    }


def pixel_shuffle(some):
    r, c, h, w, lead = some.size(1, 3), some.size(1, 2), some.size(), some.size(), some.shape(0, 2)

    def plain(x):
        y = np.zeros((*lead, c, h * r, w * r))
        for k, i, j in np.ndindex(c, r, r):
            y[..., k, i::r, j::r] = x[..., k * r * r + i * r + j, :, :]
        return y

    return {
        "call": lambda x: ops.pixel_shuffle(x, r),
        "arrays": (some.array(*lead, c * r * r, h, w),),
        "plain": plain,
        "torch": lambda t, x: t.nn.functional.pixel_shuffle(x, r),
    }


def pixel_unshuffle(some):
    r, c, h, w, lead = some.size(1, 3), some.size(1, 2), some.size(), some.size(), some.shape(0, 2)

    def plain(x):
        y = np.zeros((*lead, c * r * r, h, w))
        for k, i, j in np.ndindex(c, r, r):
            y[..., k * r * r + i * r + j, :, :] = x[..., k, i::r, j::r]
        return y

    return {
        "call": lambda x: ops.pixel_unshuffle(x, r),
        "arrays": (some.array(*lead, c, h * r, w * r),),
        "plain": plain,
        "torch": lambda t, x: t.nn.functional.pixel_unshuffle(x, r),
    }


X = np.ones((2, 3))
WRONG = {
    "tile: repeats are (-1,)": lambda: ops.tile(X, -1),
    "roll: shift is (1, 1) and axis 0": lambda: ops.roll(X, (1, 1), 0),
    "roll: shift is 1 and axis 2": lambda: ops.roll(X, 1, 2),
    "extend: mode is 'mirror', wanted reflect, symmetric, edge or wrap": lambda: ops.extend(
        X, ((1, 1), (1, 1)), "mirror"
    ),
    "extend: width has 1 pairs, x (2, 3) wants 2": lambda: ops.extend(X, ((1, 1),)),
    "extend: width is ((0, 0), (-1, 0)), wanted at least 0": lambda: ops.extend(X, ((0, 0), (-1, 0))),
    "extend: width is ((1, 0), (0, 0)), wanted at least 0, and 0 for an axis of no entry": lambda: ops.extend(
        X[:0], ((1, 0), (0, 0))
    ),
    "pixel_shuffle: x has shape (2, 3), wanted (…, channels, height, width)": lambda: ops.pixel_shuffle(X, 1),
    "pixel_shuffle: factor is 2, wanted one by which 3 can be divided into 4": lambda: ops.pixel_shuffle(
        np.ones((3, 1, 1)), 2
    ),
    "pixel_unshuffle: factor is 2, wanted one by which 3 can be divided into 2": lambda: ops.pixel_unshuffle(
        np.ones((1, 2, 3)), 2
    ),
}
