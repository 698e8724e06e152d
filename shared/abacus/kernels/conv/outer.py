"""The weight gradient of a convolution by direct sums: outer tiles, taps and channels x outputs, channels last."""

import numpy as np
from numba import njit

from abacus.kernels import JIT, threads
from abacus.kernels.conv.direct import lanes, place, scratch
from abacus.kernels.vectors.access import BYTES
from abacus.kernels.vectors.tile import outer_tile

_jit = njit(**JIT)
_outer_16_1, _outer_8_1, _outer_4_1 = outer_tile(16, 1), outer_tile(8, 1), outer_tile(4, 1)
_outer_8_2, _outer_4_2 = outer_tile(8, 2), outer_tile(4, 2)
_outer_half_16, _outer_half_8 = outer_tile(16, 1, BYTES // 2), outer_tile(8, 1, BYTES // 2)
NEAR = 24000  # bytes of rows that stay in the first cache
SLACK = 16  # rows of the sums that a tile may read past the last one


def weight_gradient(x, dz, geometry):
    """dw[o, c, u, v] = Σ over the images and the pixels of dz, of dz[…, o] times the pixel of x that meets it through tap
    (u, v): x (n, *image, groups·channels), dz (n, *result, groups·outputs) of one type.

    The two halves of the images are summed apart, whatever the number of threads.
    """
    g, (ky, kx) = geometry, geometry.kernel
    count = g.groups * ky * kx * g.channels * g.outputs
    parts = np.zeros((2, count + SLACK * g.groups * g.outputs), x.dtype)
    flat, dflat, image = x.reshape(-1), dz.reshape(-1), scratch(g, x.dtype)

    def half(i, begin, end):
        _weight_gradient(flat, dflat, parts[i], image[i], begin, end, g)

    threads.halves(half, len(x))
    dw = (parts[0] + parts[1])[:count].reshape(g.groups, ky, kx, g.channels, g.outputs)
    return dw.transpose(0, 4, 3, 1, 2).reshape(g.weights)


@_jit
def _weight_gradient(x, dout, dw, image, begin, end, geometry):
    """Adds to dw (groups, taps y, taps x, C, O; and SLACK rows more) what images begin..end give.

    The rows of the result are taken `block` at a time, so that they stay in the first cache while all of dw passes over them.
    """
    (H, W), (rows, columns), (ny, nx), (sy, sx), (above, before), (dy, dx), groups, C, O = geometry
    together = nx if dx == 1 else 1  # taps whose columns are adjacent: one run of memory
    each, astep, bstep = lanes(x.itemsize, O), sx * C, O * groups
    half = each * x.itemsize < BYTES
    block = max(1, NEAR // (x.itemsize * groups * (columns * O + W * C)))
    segments = np.empty((block, 3), np.int64)
    for n in range(begin, end):
        for g in range(groups):
            left, wide = place(x, image, n, g, geometry)
            b0 = n * rows * columns * bstep + g * O
            for first in range(0, rows, block):
                for i in range(ny):
                    s = 0
                    for y in range(first, min(first + block, rows)):
                        row = y * sy + i * dy - above
                        if 0 <= row < H:
                            segments[s, 0] = (row * wide + left) * C
                            segments[s, 1], segments[s, 2] = y * columns * bstep, columns
                            s += 1
                    for j in range(0, nx, together):
                        a0, count = (j * dx - before) * C, together * C
                        to = ((g * ny + i) * nx + j) * C * O
                        for o in range(0, O, each if half else 2 * each):
                            b, c = b0 + o, to + o
                            if half:
                                _block_half(segments, s, image, a0, astep, dout, b, bstep, dw, c, O, count, O - o)
                            elif O - o > each:
                                _block_2(segments, s, image, a0, astep, dout, b, bstep, dw, c, O, count, O - o)
                            else:
                                _block_1(segments, s, image, a0, astep, dout, b, bstep, dw, c, O, count, O - o)


@_jit
def _block_2(segments, s, a, a0, astep, b, b0, bstep, c, c0, crow, count, keep):
    """dw of all taps and channels of one run, two vectors of outputs."""
    for k in range(0, count, 8):
        if count - k > 4:
            _outer_8_2(segments, s, a, a0 + k, astep, b, b0, bstep, c, c0 + k * crow, crow, count - k, keep)
        else:
            _outer_4_2(segments, s, a, a0 + k, astep, b, b0, bstep, c, c0 + k * crow, crow, count - k, keep)


@_jit
def _block_1(segments, s, a, a0, astep, b, b0, bstep, c, c0, crow, count, keep):
    """The same, one vector."""
    for k in range(0, count, 16):
        if count - k > 8:
            _outer_16_1(segments, s, a, a0 + k, astep, b, b0, bstep, c, c0 + k * crow, crow, count - k, keep)
        elif count - k > 4:
            _outer_8_1(segments, s, a, a0 + k, astep, b, b0, bstep, c, c0 + k * crow, crow, count - k, keep)
        else:
            _outer_4_1(segments, s, a, a0 + k, astep, b, b0, bstep, c, c0 + k * crow, crow, count - k, keep)


@_jit
def _block_half(segments, s, a, a0, astep, b, b0, bstep, c, c0, crow, count, keep):
    """The same, half a vector."""
    for k in range(0, count, 16):
        if count - k > 8:
            _outer_half_16(segments, s, a, a0 + k, astep, b, b0, bstep, c, c0 + k * crow, crow, count - k, keep)
        else:
            _outer_half_8(segments, s, a, a0 + k, astep, b, b0, bstep, c, c0 + k * crow, crow, count - k, keep)
