"""Direct convolution by register tiles, channels last: no im2col, the sums stay in registers over all taps.

`gather` computes out[n, y, x, o] = bias[o] + Σ_taps Σ_c source[n, y step + tap, x step + tap, c] w[tap, c, o]: a convolution,
or one phase of its transpose. `weight_gradient` computes dw[ky, kx, c, o] = Σ_nyx source[...] dout[n, y, x, o]. Each image
is first copied between zero columns, so that a row of output never meets a border; rows outside are left out of the sum.
Tiles are pixels x output channels: up to 16 pixels of half a vector or of one, or 8 of two. All arrays come flattened.
"""

import numpy as np
from numba import njit

from abacus.kernels import JIT
from abacus.kernels.activation import activate
from abacus.kernels.tile import BYTES, copy, outer_tile, tile

_jit = njit(**JIT)
_16_1, _12_1, _8_1, _4_1, _8_2, _4_2 = tile(16, 1), tile(12, 1), tile(8, 1), tile(4, 1), tile(8, 2), tile(4, 2)
_outer_16_1, _outer_8_1, _outer_4_1 = outer_tile(16, 1), outer_tile(8, 1), outer_tile(4, 1)
_outer_8_2, _outer_4_2 = outer_tile(8, 2), outer_tile(4, 2)
_half_16, _half_12, _half_8 = tile(16, 1, BYTES // 2), tile(12, 1, BYTES // 2), tile(8, 1, BYTES // 2)
_outer_half_16, _outer_half_8 = outer_tile(16, 1, BYTES // 2), outer_tile(8, 1, BYTES // 2)
SLACK = 16  # pixels that a tile may read past the end of an image


def lanes(dtype, outputs):
    """Numbers in the vectors that suit so many outputs: half a vector where they fit (twice as fast on AMD's Zen 4)."""
    whole = BYTES // np.dtype(dtype).itemsize
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
def _copy_in(x, scratch, n, g, groups, H, W, C, left, wide):
    """Group g of image n into the columns from `left` of scratch (H, wide, C); the columns around them stay zero."""
    keep = min(W, wide - left)
    for y in range(H):
        to, source = (y * wide + left) * C, (n * H + y) * W * C * groups
        if groups == 1:
            copy(x, source, scratch, to, keep * C)
        else:
            for column in range(keep):
                copy(x, source + (column * groups + g) * C, scratch, to + column * C, C)


@_jit
def gather(x, panels, bias, out, scratch, begin, end, shapes, ys, runs, nx, grid, lanes, activation):
    """Images begin..end of out (which has shapes[4:6] pixels of G * O channels). See the module's first lines.

    shapes: H, W, C (of one group), groups, output H, output W, O (of one group), left, wide: columns of the scratch.
    ys: source row of output row 0, by tap; runs: source column, first tap and number of adjacent taps, by run.
    grid: first row, row step, rows; first column, column step, columns (of the output); steps of the source in y and x.
    """
    H, W, C, groups, Hout, Wout, O, left, wide = shapes
    y_first, y_step, rows, x_first, x_step, columns, sy, sx = grid
    one, two = np.empty((len(ys) * len(runs), 3), np.int64), np.empty((len(ys) * len(runs), 3), np.int64)
    padded = (O + lanes - 1) // lanes * lanes
    per_group, half = len(ys) * nx * C * padded, lanes * x.itemsize < BYTES
    crow, arow = x_step * O * groups, sx * C
    for n in range(begin, end):
        for g in range(groups):
            _copy_in(x, scratch, n, g, groups, H, W, C, left, wide)
            for y in range(rows):
                s = 0
                for i in range(len(ys)):
                    row = y * sy + ys[i]
                    if 0 <= row < H:
                        for r in range(len(runs)):
                            one[s, 0] = two[s, 0] = (row * wide + left + runs[r, 0]) * C
                            one[s, 1] = (i * nx + runs[r, 1]) * C * lanes
                            two[s, 1] = 2 * one[s, 1]
                            one[s, 2] = two[s, 2] = runs[r, 2] * C
                            s += 1
                there = ((n * Hout + y_first + y * y_step) * Wout + x_first) * O * groups + g * O
                for o in range(0, O, lanes if half else 2 * lanes):
                    b, c0 = g * per_group + len(ys) * nx * C * o, g * padded + o
                    if half:
                        _row_half(one, s, scratch, arow, panels, b, bias, c0, out, there + o, crow, columns, O - o)
                    elif O - o > lanes:
                        _row_2(two, s, scratch, arow, panels, b, bias, c0, out, there + o, crow, columns, O - o)
                    else:
                        _row_1(one, s, scratch, arow, panels, b, bias, c0, out, there + o, crow, columns, O - o)
        if activation:
            activate(out[n * Hout * Wout * O * groups : (n + 1) * Hout * Wout * O * groups], activation)


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


@_jit
def weight_gradient(x, dout, dw, scratch, begin, end, shapes, ys, runs, nx, sy, sx, block, lanes):
    """Adds to dw (groups, taps y, taps x, C, O; and room for 16 rows more) what images begin..end give.

    shapes, ys and runs as in `gather`; the rows of the output are taken `block` at a time, so that they stay in the first
    cache while all of dw passes over them.
    """
    H, W, C, groups, Hout, Wout, O, left, wide = shapes
    segments, half = np.empty((block, 3), np.int64), lanes * x.itemsize < BYTES
    astep, bstep = sx * C, O * groups
    for n in range(begin, end):
        for g in range(groups):
            _copy_in(x, scratch, n, g, groups, H, W, C, left, wide)
            b0 = n * Hout * Wout * bstep + g * O
            for first in range(0, Hout, block):
                for i in range(len(ys)):
                    s = 0
                    for y in range(first, min(first + block, Hout)):
                        row = y * sy + ys[i]
                        if 0 <= row < H:
                            segments[s, 0], segments[s, 1], segments[s, 2] = (
                                (row * wide + left) * C,
                                y * Wout * bstep,
                                Wout,
                            )
                            s += 1
                    for r in range(len(runs)):
                        a0, count = runs[r, 0] * C, runs[r, 2] * C
                        to = ((g * len(ys) + i) * nx + runs[r, 1]) * C * O
                        for o in range(0, O, lanes if half else 2 * lanes):
                            if half:
                                _block_half(
                                    segments, s, scratch, a0, astep, dout, b0 + o, bstep, dw, to + o, O, count, O - o
                                )
                            elif O - o > lanes:
                                _block_2(
                                    segments, s, scratch, a0, astep, dout, b0 + o, bstep, dw, to + o, O, count, O - o
                                )
                            else:
                                _block_1(
                                    segments, s, scratch, a0, astep, dout, b0 + o, bstep, dw, to + o, O, count, O - o
                                )


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
