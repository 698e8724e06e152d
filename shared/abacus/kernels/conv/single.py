"""Convolutions of one channel by kernels of 5 x 5, as the first layer of LeNet-5, and their weight gradient.

All 25 taps of a weight gradient stay in registers over a whole image; the tiles of outer.py, which take one row of the
kernel at a time, would leave half of theirs unused. There is no padding, and no step: the result has four rows and columns
fewer than the image.
"""

import numpy as np
from numba import njit

from abacus.kernels import JIT, threads
from abacus.kernels.activation import activate
from abacus.kernels.vectors.access import BYTES, copy
from abacus.kernels.vectors.tile import square_tile, tile

_jit = njit(**JIT)
SIDE = 5
PIXELS = 14  # of a tile: twice that are LeNet-5's 28
_tile, _taps = tile(PIXELS, 1, BYTES // 2, unit=True), square_tile(SIDE, BYTES // 2)


def suits(geometry):
    """Whether it applies: one channel, 5 x 5 taps, no padding and no step."""
    _, _, kernel, stride, padding, dilation, groups, channels, _ = geometry
    one = (channels, *kernel) == (1, SIDE, SIDE)
    return one and (stride, padding, dilation, groups) == ((1, 1), (0, 0), (1, 1), 1)


def convolve(x, w, bias, out, geometry, activation):
    """out (n, h - 4, w - 4, o) = activation(bias + x * w): x (n, h, w, 1), w (o, 1, 5, 5)."""
    dtype, O, (H, W) = out.dtype, geometry.outputs, geometry.image
    lanes = BYTES // 2 // dtype.itemsize
    padded = -(-O // lanes) * lanes
    taps, start = np.zeros((padded, 25), dtype), np.zeros(padded, dtype)
    taps[:O] = w.reshape(O, 25)
    if bias is not None:
        start[:O] = bias
    panels = taps.reshape(padded // lanes, lanes, 25).transpose(0, 2, 1).reshape(-1)
    flat, to = x.astype(dtype, copy=False).reshape(-1), out.reshape(-1)
    image = np.zeros((2, H * W + PIXELS), dtype)

    def half(i, begin, end):
        _convolve(flat, panels, start, to, image[i], begin, end, geometry, activation)

    threads.halves(half, len(x))


def weight_gradient(x, dz, geometry):
    """The weight gradient (o, 1, 5, 5) of x (n, h, w, 1), dz (n, h - 4, w - 4, o)."""
    O, flat, dflat = geometry.outputs, x.reshape(-1), dz.reshape(-1)
    parts = np.zeros((2, 25 * O), x.dtype)

    def half(i, begin, end):
        _weight_gradient(flat, dflat, parts[i], begin, end, geometry)

    threads.halves(half, len(x))
    return (parts[0] + parts[1]).reshape(5, 5, 1, O).transpose(3, 2, 0, 1)


@_jit
def _convolve(x, w, bias, y, image, begin, end, geometry, activation):
    """`convolve` for images begin..end, all arrays flat: w [block of o][25 taps] and bias in whole half vectors. image: scratch,
    with room for the pixels that a tile may read past the end."""
    (H, W), (rows, columns), O = geometry.image, geometry.result, geometry.outputs
    lanes = BYTES // 2 // x.itemsize
    segments = np.empty((SIDE, 3), np.int64)
    for i in range(SIDE):
        segments[i, 0], segments[i, 1], segments[i, 2] = i * W, i * SIDE * lanes, SIDE
    for n in range(begin, end):
        copy(x, n * H * W, image, 0, H * W)
        for row in range(rows):
            for o in range(0, O, lanes):
                for p in range(0, columns, PIXELS):
                    a0, w0, c0 = row * W + p, SIDE**2 * o, ((n * rows + row) * columns + p) * O + o
                    _tile(segments, SIDE, image, a0, 1, w, w0, bias, o, y, c0, O, columns - p, O - o)
        if activation:
            activate(y[n * rows * columns * O : (n + 1) * rows * columns * O], activation)


@_jit
def _weight_gradient(x, dz, dw, begin, end, geometry):
    """Adds to dw (5, 5, o) what images begin..end give."""
    (H, W), (rows, columns), O = geometry.image, geometry.result, geometry.outputs
    lanes = BYTES // 2 // x.itemsize
    segments = np.empty((rows, 3), np.int64)
    for y in range(rows):
        segments[y, 0], segments[y, 1], segments[y, 2] = y * W, y * columns * O, columns
    for n in range(begin, end):
        for o in range(0, O, lanes):
            _taps(segments, rows, x, n * H * W, 1, W, dz, n * rows * columns * O + o, O, dw, o, O, O - o)
