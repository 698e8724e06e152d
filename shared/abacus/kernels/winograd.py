"""3 x 3 convolutions of stride 1 by F(2 x 2, 3 x 3) (Winograd 1980; Lavin & Gray 2016): 16 products for 4 outputs, not 36.

    Y = Aᵀ [(G w Gᵀ) ∘ (Bᵀ d B)] A          d a 4 x 4 tile of the source, Y its 2 x 2 outputs, summed over the channels

An infinite entry of d turns the four outputs of its tiles into NaN, where the plain sum has some infinite and some finite.
The sums over channels are 16 matrix products, one for each entry of the transformed tile. Channels last, arrays flattened.
"""

import numpy as np
from numba import njit

from abacus.kernels import JIT
from abacus.kernels.sandwich import sandwich
from abacus.kernels.tile import copy, outer_tile, tile

A_T = [[1, 1, 1, 0], [0, 1, -1, -1]]
B_T = [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]]
G = [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]]
_of_source, _to_output, _of_output = sandwich(B_T), sandwich(A_T), sandwich([list(row) for row in zip(*A_T)])
_of_weights, _to_weights = sandwich(G), sandwich([list(row) for row in zip(*G)])
_jit = njit(**JIT)
_16_1, _8_2 = tile(16, 1), tile(8, 2)
_outer_16_1, _outer_8_2 = outer_tile(16, 1), outer_tile(8, 2)
TILES = 16  # tiles that are transformed before they are multiplied
ALL = 99  # rows and columns, where none is cut off


@_jit
def weights(w, transformed, count):
    """w (3, 3, count) to transformed (16, count)."""
    _of_weights(w, 0, 3 * count, count, transformed, 0, 4 * count, count, count, ALL, ALL)


@_jit
def weights_back(transformed, w, count):
    """The adjoint of `weights`: (16, count) to (3, 3, count)."""
    _to_weights(transformed, 0, 4 * count, count, w, 0, 3 * count, count, count, ALL, ALL)


@_jit
def _frame(x, scratch, n, H, W, C, top, left, wide):
    """Image n at (top, left) of the scratch, whose border stays zero."""
    for y in range(H):
        to, source = ((y + top) * wide + left) * C, (n * H + y) * W * C
        copy(x, source, scratch, to, W * C)


@_jit
def convolve(x, panels, bias, out, scratch, source, product, begin, end, shapes, top, left, lanes):
    """Images begin..end of out. shapes: H, W, C, output H, output W, O; panels (16, blocks of o, C, lanes) as `pack` makes
    them; bias padded to whole vectors; source and product: workspaces for TILES tiles of C and of O channels."""
    H, W, C, Hout, Wout, O = shapes
    down, across = (Hout + 1) // 2, (Wout + 1) // 2
    wide, plane, filled, first = 2 * across + 2, TILES * C + lanes, 0, begin * down * across
    for n in range(begin, end):
        _frame(x, scratch, n, H, W, C, top, left, wide)
        for ty in range(down):
            for tx in range(across):
                a0 = (2 * ty * wide + 2 * tx) * C
                _of_source(scratch, a0, wide * C, C, source, filled * C, 4 * plane, plane, C, ALL, ALL)
                filled += 1
                if filled == TILES:
                    _outputs(source, panels, bias, product, out, filled, first, C, Hout, Wout, O, lanes)
                    first += filled
                    filled = 0
    _outputs(source, panels, bias, product, out, filled, first, C, Hout, Wout, O, lanes)


@_jit
def _outputs(source, panels, bias, product, out, filled, first, C, Hout, Wout, O, lanes):
    down, across = (Hout + 1) // 2, (Wout + 1) // 2
    plane, there, padded = TILES * C + lanes, TILES * O + lanes, (O + lanes - 1) // lanes * lanes
    segment = np.zeros((1, 3), np.int64)
    segment[0, 2] = C
    for entry in range(16):
        i0 = padded if entry == 5 else 0  # the bias follows a vector of zeros: Aᵀ E A = 1 for E = 1 at entry 5 alone
        for o in range(0, O, 2 * lanes):
            keep, b = O - o, (entry * padded + o) * C
            if keep > lanes:
                for t in range(0, filled, 8):
                    a, c = entry * plane + t * C, entry * there + t * O + o
                    _8_2(segment, 1, source, a, C, panels, b, bias, i0 + o, product, c, O, filled - t, keep)
            else:
                for t in range(0, filled, 16):
                    a, c = entry * plane + t * C, entry * there + t * O + o
                    _16_1(segment, 1, source, a, C, panels, b, bias, i0 + o, product, c, O, filled - t, keep)
    n, place = first // (down * across), first % (down * across)
    y, x = place // across * 2, place % across * 2
    for t in range(filled):
        to = ((n * Hout + y) * Wout + x) * O
        _to_output(product, t * O, 4 * there, there, out, to, Wout * O, O, O, Hout - y, Wout - x)
        x += 2
        if x >= Wout:
            x, y = 0, y + 2
            if y >= Hout:
                y, n = 0, n + 1


@_jit
def weight_gradient(x, dout, dw, scratch, dscratch, source, outer, begin, end, shapes, top, left, lanes):
    """Adds to dw (16, C, O), the gradient of the transformed weights, what images begin..end give; arguments as above,
    dscratch for an image of dout with even sides. dw is followed by room for 16 rows more."""
    H, W, C, Hout, Wout, O = shapes
    down, across = (Hout + 1) // 2, (Wout + 1) // 2
    wide, plane, there, filled = 2 * across + 2, TILES * C + lanes, TILES * O + lanes, 0
    for n in range(begin, end):
        _frame(x, scratch, n, H, W, C, top, left, wide)
        _frame(dout, dscratch, n, Hout, Wout, O, 0, 0, 2 * across)
        for ty in range(down):
            for tx in range(across):
                a0, b0 = (2 * ty * wide + 2 * tx) * C, (2 * ty * 2 * across + 2 * tx) * O
                _of_source(scratch, a0, wide * C, C, source, filled * C, 4 * plane, plane, C, ALL, ALL)
                _of_output(dscratch, b0, 2 * across * O, O, outer, filled * O, 4 * there, there, O, ALL, ALL)
                filled += 1
                if filled == TILES:
                    _products(source, outer, dw, filled, C, O, lanes)
                    filled = 0
    if filled:
        _products(source, outer, dw, filled, C, O, lanes)


@_jit
def _products(source, outer, dw, filled, C, O, lanes):
    plane, there = TILES * C + lanes, TILES * O + lanes
    segment = np.zeros((1, 3), np.int64)
    segment[0, 2] = filled
    for entry in range(16):
        for o in range(0, O, 2 * lanes):
            keep, b = O - o, entry * there + o
            if keep > lanes:
                for k in range(0, C, 8):
                    a, c = entry * plane + k, (entry * C + k) * O + o
                    _outer_8_2(segment, 1, source, a, C, outer, b, O, dw, c, O, C - k, keep)
            else:
                for k in range(0, C, 16):
                    a, c = entry * plane + k, (entry * C + k) * O + o
                    _outer_16_1(segment, 1, source, a, C, outer, b, O, dw, c, O, C - k, keep)
