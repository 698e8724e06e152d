"""3 x 3 convolutions of stride 1 by F(2 x 2, 3 x 3) (Winograd 1980; Lavin & Gray 2016): 16 products for 4 outputs, not 36.

    Y = Aᵀ [(G w Gᵀ) ∘ (Bᵀ d B)] A          d a 4 x 4 tile of the source, Y its 2 x 2 outputs, summed over the channels

An infinite entry of d turns the four outputs of its tiles into NaN, where the plain sum has some infinite and some finite.
The sums over channels are 16 matrix products, one for each entry of the transformed tile. Channels last.
"""

import numpy as np
from numba import njit

from abacus.kernels import JIT, threads
from abacus.kernels.activation import activate
from abacus.kernels.conv.direct import lanes, pack
from abacus.kernels.vectors.access import copy
from abacus.kernels.vectors.sandwich import sandwich
from abacus.kernels.vectors.tile import outer_tile, tile

A_T = [[1, 1, 1, 0], [0, 1, -1, -1]]
B_T = [[1, 0, -1, 0], [0, 1, 1, 0], [0, -1, 1, 0], [0, 1, 0, -1]]
G = [[1, 0, 0], [0.5, 0.5, 0.5], [0.5, -0.5, 0.5], [0, 0, 1]]
_of_source, _to_output, _of_output = sandwich(B_T), sandwich(A_T), sandwich([list(row) for row in zip(*A_T)])
_of_weights, _to_weights = sandwich(G), sandwich([list(row) for row in zip(*G)])
_jit = njit(**JIT)
_8_1, _8_2 = tile(8, 1), tile(8, 2)
_outer_16_1, _outer_8_2 = outer_tile(16, 1), outer_tile(8, 2)
TILES, OUTER = 8, 32  # tiles that are transformed before they are multiplied: for outputs, for the weights' gradient
ALL = 99  # rows and columns, where none is cut off


def suits(geometry):
    """Whether Winograd's form applies, and pays."""
    g = geometry
    plain = g.stride == g.dilation == (1, 1) and g.groups == 1 and max(g.padding) <= 2
    return plain and g.kernel == (3, 3) and min(g.channels, g.outputs) >= 16


def convolve(x, w, bias, out, geometry, activation):
    """out (n, *result, o) = activation(bias + x * w): x (n, *image, c), w (3, 3, c, o)."""
    C, O, dtype, each = geometry.channels, geometry.outputs, out.dtype, lanes(out.itemsize, geometry.outputs)
    padded = -(-O // each) * each
    transformed, panels = np.empty((16, 1, 1, C, O), dtype), np.empty(16 * C * padded, dtype)
    _weights(np.ascontiguousarray(w, dtype).reshape(-1), transformed.reshape(-1), C * O)
    pack(transformed, panels, each)
    start = np.zeros((2, padded), dtype)
    if bias is not None:
        start[1, :O] = bias
    image, (source, product) = _framed(geometry, dtype), (_workspace(TILES, k, each, dtype) for k in (C, O))
    flat, to, start = x.astype(dtype, copy=False).reshape(-1), out.reshape(-1), start.reshape(-1)

    def half(i, begin, end):
        _convolve(flat, panels, start, to, image[i], source[i], product[i], begin, end, geometry)
        if activation:
            activate(out[begin:end].reshape(-1), activation)

    threads.halves(half, len(x))


def weight_gradient(x, dz, geometry):
    """The weight gradient (o, c, 3, 3): x (n, *image, c), dz (n, *result, o)."""
    C, O, dtype, each = geometry.channels, geometry.outputs, x.dtype, lanes(x.itemsize, geometry.outputs)
    image, (source, outer) = _framed(geometry, dtype), (_workspace(OUTER, k, each, dtype) for k in (C, O))
    rows, columns = geometry.result
    even = np.zeros((2, (rows + 1) // 2 * 2 * ((columns + 1) // 2 * 2) * O), dtype)
    parts, dw = np.zeros((2, 16 * C * O + 16 * O), dtype), np.empty((3, 3, C, O), dtype)
    flat, dflat = x.reshape(-1), dz.reshape(-1)

    def half(i, begin, end):
        _weight_gradient(flat, dflat, parts[i], image[i], even[i], source[i], outer[i], begin, end, geometry)

    threads.halves(half, len(x))
    _weights_back((parts[0] + parts[1])[: 16 * C * O], dw.reshape(-1), C * O)
    return dw.transpose(3, 2, 0, 1)


def _framed(geometry, dtype):
    """For each half of the images, room for one in its frame of zeros."""
    down, across = ((n + 1) // 2 for n in geometry.result)
    return np.zeros((2, (2 * down + 2) * (2 * across + 2) * geometry.channels), dtype)


def _workspace(tiles, channels, lanes, dtype):
    """Room for so many transformed tiles, for each half; the planes of the 16 entries begin at different places of the cache."""
    return np.empty((2, 16 * (tiles * channels + lanes) + 16), dtype)


@_jit
def _weights(w, transformed, count):
    """w (3, 3, count) to transformed (16, count)."""
    _of_weights(w, 0, 3 * count, count, transformed, 0, 4 * count, count, count, ALL, ALL)


@_jit
def _weights_back(transformed, w, count):
    """The adjoint of `_weights`: (16, count) to (3, 3, count)."""
    _to_weights(transformed, 0, 4 * count, count, w, 0, 3 * count, count, count, ALL, ALL)


@_jit
def _frame(x, scratch, n, H, W, C, top, left, wide):
    """Image n at (top, left) of the scratch, whose border stays zero."""
    for y in range(H):
        to, source = ((y + top) * wide + left) * C, (n * H + y) * W * C
        copy(x, source, scratch, to, W * C)


@_jit
def _convolve(x, panels, bias, out, image, source, product, begin, end, geometry):
    """`convolve` for images begin..end, all arrays flat: panels (16, blocks of o, C, lanes) as `pack` makes them; bias: zeros,
    then the bias, both in whole vectors; source and product: workspaces for TILES tiles of C and of O channels."""
    (H, W), (rows, columns), C, (top, left) = geometry.image, geometry.result, geometry.channels, geometry.padding
    down, across = (rows + 1) // 2, (columns + 1) // 2
    wide, plane = 2 * across + 2, TILES * C + lanes(x.itemsize, geometry.outputs)
    filled, first = 0, begin * down * across
    for n in range(begin, end):
        _frame(x, image, n, H, W, C, top, left, wide)
        for ty in range(down):
            for tx in range(across):
                a0 = (2 * ty * wide + 2 * tx) * C
                _of_source(image, a0, wide * C, C, source, filled * C, 4 * plane, plane, C, ALL, ALL)
                filled += 1
                if filled == TILES:
                    _outputs(source, panels, bias, product, out, filled, first, geometry)
                    first += filled
                    filled = 0
    _outputs(source, panels, bias, product, out, filled, first, geometry)


@_jit
def _outputs(source, panels, bias, product, out, filled, first, geometry):
    """The outputs of the `filled` tiles in source, of which the first is tile number `first` of all images."""
    (rows, columns), C, O = geometry.result, geometry.channels, geometry.outputs
    down, across, each = (rows + 1) // 2, (columns + 1) // 2, lanes(out.itemsize, O)
    plane, there, padded = TILES * C + each, TILES * O + each, (O + each - 1) // each * each
    segment = np.zeros((1, 3), np.int64)
    segment[0, 2] = C
    for entry in range(16):
        i0 = padded if entry == 5 else 0  # the bias follows a vector of zeros: Aᵀ E A = 1 for E = 1 at entry 5 alone
        for o in range(0, O, 2 * each):
            keep, b = O - o, (entry * padded + o) * C
            if keep > each:
                for t in range(0, filled, 8):
                    a, c = entry * plane + t * C, entry * there + t * O + o
                    _8_2(segment, 1, source, a, C, panels, b, bias, i0 + o, product, c, O, filled - t, keep)
            else:
                for t in range(0, filled, 8):
                    a, c = entry * plane + t * C, entry * there + t * O + o
                    _8_1(segment, 1, source, a, C, panels, b, bias, i0 + o, product, c, O, filled - t, keep)
    n, place = first // (down * across), first % (down * across)
    y, x = place // across * 2, place % across * 2
    for t in range(filled):
        to = ((n * rows + y) * columns + x) * O
        _to_output(product, t * O, 4 * there, there, out, to, columns * O, O, O, rows - y, columns - x)
        x += 2
        if x >= columns:
            x, y = 0, y + 2
            if y >= rows:
                y, n = 0, n + 1


@_jit
def _weight_gradient(x, dout, dw, image, even, source, outer, begin, end, geometry):
    """Adds to dw (16, C, O), the gradient of the transformed weights, what images begin..end give; arguments as above, `even` for
    an image of dout with even sides. dw is followed by room for 16 rows more."""
    (H, W), (rows, columns), (top, left) = geometry.image, geometry.result, geometry.padding
    C, O, each = geometry.channels, geometry.outputs, lanes(x.itemsize, geometry.outputs)
    down, across = (rows + 1) // 2, (columns + 1) // 2
    wide, plane, there, filled = 2 * across + 2, OUTER * C + each, OUTER * O + each, 0
    for n in range(begin, end):
        _frame(x, image, n, H, W, C, top, left, wide)
        _frame(dout, even, n, rows, columns, O, 0, 0, 2 * across)
        for ty in range(down):
            for tx in range(across):
                a0, b0 = (2 * ty * wide + 2 * tx) * C, (2 * ty * 2 * across + 2 * tx) * O
                _of_source(image, a0, wide * C, C, source, filled * C, 4 * plane, plane, C, ALL, ALL)
                _of_output(even, b0, 2 * across * O, O, outer, filled * O, 4 * there, there, O, ALL, ALL)
                filled += 1
                if filled == OUTER:
                    _products(source, outer, dw, filled, geometry)
                    filled = 0
    if filled:
        _products(source, outer, dw, filled, geometry)


@_jit
def _products(source, outer, dw, filled, geometry):
    """Adds to dw what the first `filled` tiles of source and outer give."""
    C, O, each = geometry.channels, geometry.outputs, lanes(dw.itemsize, geometry.outputs)
    plane, there = OUTER * C + each, OUTER * O + each
    segment = np.zeros((1, 3), np.int64)
    segment[0, 2] = filled
    for entry in range(16):
        for o in range(0, O, 2 * each):
            keep, b = O - o, entry * there + o
            if keep > each:
                for k in range(0, C, 8):
                    a, c = entry * plane + k, (entry * C + k) * O + o
                    _outer_8_2(segment, 1, source, a, C, outer, b, O, dw, c, O, C - k, keep)
            else:
                for k in range(0, C, 16):
                    a, c = entry * plane + k, (entry * C + k) * O + o
                    _outer_16_1(segment, 1, source, a, C, outer, b, O, dw, c, O, C - k, keep)
