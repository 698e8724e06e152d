"""Direct convolution by register tiles, channels last: no im2col, the sums stay in registers over all taps.

Each image is first copied between zero columns, so that a row of the result never meets a border; rows outside are left
out of the sum. Tiles are pixels x outputs: up to 16 pixels of half a vector or of one, or 8 of two.
"""

import numpy as np
from numba import njit

from abacus.kernels import JIT, threads
from abacus.kernels.activation import activate
from abacus.kernels.vectors.access import BYTES, copy
from abacus.kernels.vectors.tile import tile

_jit = njit(**JIT)
_16_1, _12_1, _8_1, _4_1, _8_2, _4_2 = tile(16, 1), tile(12, 1), tile(8, 1), tile(4, 1), tile(8, 2), tile(4, 2)
_half_16, _half_12, _half_8 = tile(16, 1, BYTES // 2), tile(12, 1, BYTES // 2), tile(8, 1, BYTES // 2)
SLACK = 16  # pixels that a tile may read past the end of an image


def convolve(x, taps, bias, out, geometry, activation, first=(0, 0), step=(1, 1)):
    """out[n, first + step·(y, x), o] = activation(bias[o] + Σ_taps Σ_c image pixel [c] · tap [c, o]), see Geometry.

    x (n, *image, groups·channels), taps (groups, rows, columns, channels, outputs), bias (groups·outputs,) or None. The
    result may be part of `out`, as a phase of a transposed convolution is: its pixels are `step` apart from `first` on.
    """
    g, (_, H, W, numbers) = geometry, out.shape
    each = lanes(out.itemsize, g.outputs)
    padded = -(-g.outputs // each) * each
    panels = np.empty(g.groups * g.kernel[0] * g.kernel[1] * g.channels * padded, out.dtype)
    pack(taps, panels, each)
    start = np.zeros((g.groups, padded), out.dtype)
    if bias is not None:
        start[:, : g.outputs] = bias.reshape(g.groups, g.outputs)
    flat, image, start = x.astype(out.dtype, copy=False).reshape(-1), scratch(g, out.dtype), start.reshape(-1)
    to = out.reshape(-1)[(first[0] * W + first[1]) * numbers :]
    apart = H * W * numbers, step[0] * W * numbers, step[1] * numbers

    def half(i, begin, end):
        _convolve(flat, panels, start, to, image[i], begin, end, g, apart, activation)

    threads.halves(half, len(x))


def scratch(geometry, dtype):
    """For each half of the images, room for one between its zero columns."""
    size = geometry.image[0] * _columns(geometry)[1] * geometry.channels
    return np.zeros((2, size + SLACK * (geometry.stride[1] * geometry.channels + 1)), dtype)


@_jit
def lanes(itemsize, outputs):
    """Numbers in the vectors that suit so many outputs: half a vector where they fit (twice as fast on AMD's Zen 4)."""
    whole = BYTES // itemsize
    return whole // 2 if outputs <= whole // 2 else whole


@_jit
def pack(w, panels, lanes):
    """Weights (group, taps y, taps x, c, o) as panels [group][block of o][tap][c][1 or 2 vectors], zeros past the last o."""
    groups, ny, nx, C, O = w.shape
    i = 0
    for g in range(groups):
        first = 0
        while first < O:
            wide = 2 * lanes if O - first > lanes else lanes
            for ky in range(ny):
                for kx in range(nx):
                    for c in range(C):
                        for o in range(first, first + wide):
                            panels[i] = w[g, ky, kx, c, o] if o < O else 0
                            i += 1
            first += wide


@_jit
def _columns(geometry):
    """How many zero columns stand before an image in the scratch, and how many columns a row of it has in all."""
    left = max(0, geometry.padding[1])
    last = (geometry.kernel[1] - 1) * geometry.dilation[1] + (geometry.result[1] - 1) * geometry.stride[1]
    return left, left + max(0, last - geometry.padding[1]) + 1


@_jit
def place(x, image, n, g, geometry):
    """Group g of image n between its zero columns; where it begins in each row, and the columns of a row."""
    (H, W), groups, C = geometry.image, geometry.groups, geometry.channels
    left, wide = _columns(geometry)
    keep = min(W, wide - left)
    for y in range(H):
        to, source = (y * wide + left) * C, (n * H + y) * W * C * groups
        if groups == 1:
            copy(x, source, image, to, keep * C)
        else:
            for column in range(keep):
                copy(x, source + (column * groups + g) * C, image, to + column * C, C)
    return left, wide


@_jit
def _convolve(x, panels, bias, out, image, begin, end, geometry, apart, activation):
    """`convolve` for images begin..end, all arrays flat. apart: numbers of `out` from image to image, row to row, pixel to
    pixel."""
    (H, _), (rows, columns), (ny, nx), (sy, sx), (above, before), (dy, dx), groups, C, O = geometry
    by_image, by_row, by_pixel = apart
    together = nx if dx == 1 else 1  # taps whose columns are adjacent: one run of memory
    one, two = np.empty((ny * nx, 3), np.int64), np.empty((ny * nx, 3), np.int64)
    each = lanes(x.itemsize, O)
    padded, half = (O + each - 1) // each * each, each * x.itemsize < BYTES
    per_group, arow = ny * nx * C * padded, sx * C
    for n in range(begin, end):
        for g in range(groups):
            left, wide = place(x, image, n, g, geometry)
            for y in range(rows):
                s = 0
                for i in range(ny):
                    row = y * sy + i * dy - above
                    if 0 <= row < H:
                        for j in range(0, nx, together):
                            one[s, 0] = two[s, 0] = (row * wide + left + j * dx - before) * C
                            one[s, 1] = (i * nx + j) * C * each
                            two[s, 1] = 2 * one[s, 1]
                            one[s, 2] = two[s, 2] = together * C
                            s += 1
                there = n * by_image + y * by_row + g * O
                for o in range(0, O, each if half else 2 * each):
                    b, c0 = g * per_group + ny * nx * C * o, g * padded + o
                    if half:
                        _row_half(one, s, image, arow, panels, b, bias, c0, out, there + o, by_pixel, columns, O - o)
                    elif O - o > each:
                        _row_2(two, s, image, arow, panels, b, bias, c0, out, there + o, by_pixel, columns, O - o)
                    else:
                        _row_1(one, s, image, arow, panels, b, bias, c0, out, there + o, by_pixel, columns, O - o)
        if activation:
            activate(out[n * by_image : (n + 1) * by_image], activation)


@_jit
def _row_2(segments, s, a, arow, b, b0, start, s0, c, c0, crow, columns, keep):
    """One row of output, two vectors of channels."""
    for p in range(0, columns, 8):
        if columns - p > 4:
            _8_2(segments, s, a, p * arow, arow, b, b0, start, s0, c, c0 + p * crow, crow, columns - p, keep)
        else:
            _4_2(segments, s, a, p * arow, arow, b, b0, start, s0, c, c0 + p * crow, crow, columns - p, keep)


@_jit
def _row_1(segments, s, a, arow, b, b0, start, s0, c, c0, crow, columns, keep):
    """One row of output, one vector."""
    for p in range(0, columns, 16):
        if columns - p > 12:
            _16_1(segments, s, a, p * arow, arow, b, b0, start, s0, c, c0 + p * crow, crow, columns - p, keep)
        elif columns - p > 8:
            _12_1(segments, s, a, p * arow, arow, b, b0, start, s0, c, c0 + p * crow, crow, columns - p, keep)
        elif columns - p > 4:
            _8_1(segments, s, a, p * arow, arow, b, b0, start, s0, c, c0 + p * crow, crow, columns - p, keep)
        else:
            _4_1(segments, s, a, p * arow, arow, b, b0, start, s0, c, c0 + p * crow, crow, columns - p, keep)


@_jit
def _row_half(segments, s, a, arow, b, b0, start, s0, c, c0, crow, columns, keep):
    """One row of output, half a vector."""
    for p in range(0, columns, 16):
        if columns - p > 12:
            _half_16(segments, s, a, p * arow, arow, b, b0, start, s0, c, c0 + p * crow, crow, columns - p, keep)
        elif columns - p > 8:
            _half_12(segments, s, a, p * arow, arow, b, b0, start, s0, c, c0 + p * crow, crow, columns - p, keep)
        else:
            _half_8(segments, s, a, p * arow, arow, b, b0, start, s0, c, c0 + p * crow, crow, columns - p, keep)
