"""Convolutions of one channel by kernels of 5 x 5, as the first layer of LeNet-5, and their weight gradient.

All 25 taps of a weight gradient stay in registers over a whole image; the tiles of kernels/convolution.py, which take one
row of the kernel at a time, would leave half of theirs unused. There is no padding, and no step: y has four rows and columns
fewer than x. All arrays come flattened; shape: H, W of the image, channels of the result.
"""

import numpy as np
from numba import njit

from abacus.kernels import JIT
from abacus.kernels.activation import activate
from abacus.kernels.tile import BYTES, copy, square_tile, tile

_jit = njit(**JIT)
SIDE = 5
PIXELS = 14  # of a tile: twice that are LeNet-5's 28
_tile, _taps = tile(PIXELS, 1, BYTES // 2, unit=True), square_tile(SIDE, BYTES // 2)


@_jit
def forward(x, w, bias, y, image, begin, end, shape, activation):
    """y (n, H - 4, W - 4, o) = activation(bias + Σ w x) for images begin..end of x (n, H, W).

    w [block of o][25 taps] and bias in whole half vectors. image: scratch, with room for the pixels that a tile may read
    past the end.
    """
    H, W, O = shape
    rows, columns = H - SIDE + 1, W - SIDE + 1
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
def weight_gradient(x, dz, dw, begin, end, shape):
    """Adds to dw (5, 5, o) what images begin..end of x (n, H, W) and dz (n, H - 4, W - 4, o) give."""
    H, W, O = shape
    rows, columns = H - SIDE + 1, W - SIDE + 1
    lanes = BYTES // 2 // x.itemsize
    segments = np.empty((rows, 3), np.int64)
    for y in range(rows):
        segments[y, 0], segments[y, 1], segments[y, 2] = y * W, y * columns * O, columns
    for n in range(begin, end):
        for o in range(0, O, lanes):
            _taps(segments, rows, x, n * H * W, 1, W, dz, n * rows * columns * O + o, O, dw, o, O, O - o)
