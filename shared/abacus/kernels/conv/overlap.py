"""The adjoint of a convolution over few channels: each pixel of dz gives a window of kw columns x all channels, a run of memory.

For a row of the result and each column j of dz, Σ over taps ky and outputs o of dz[row - ky, j, o] w[o, :, ky, :] is such a
window; register tiles compute them (vectors/tile.py), and the windows, which overlap, are then added. Where the result has few
channels, tiles of its pixels (direct.py) would leave most of a vector empty and meet its borders.
"""

import numpy as np
from numba import njit

from abacus.kernels import JIT, threads
from abacus.kernels.vectors.access import BYTES, copy
from abacus.kernels.vectors.tile import tile
from abacus.kernels.vectors.window import scatter

_jit = njit(**JIT)
_add = scatter(True)
HEIGHT = {2: 10, 3: 5}  # columns of a tile, by the vectors of a window: all sums fit into the registers
_10_2, _5_3 = tile(10, 2), tile(5, 3)
ROWS = 8  # of the result at a time: a pixel is added to again only long after its last sum was stored


def suits(geometry, dtype):
    """Whether it applies: no zero columns, no gaps between them, no groups, and windows of two or three vectors."""
    plain = geometry.padding[1] == 0 and geometry.dilation[1] == geometry.groups == 1
    return plain and vectors(dtype, geometry.kernel[1] * geometry.channels) is not None


def adjoint(dz, w, out, geometry):
    """out (n, *image, c), the adjoint of a convolution by w (o, c, rows, columns), of dz (n, *result, o)."""
    (kh, kw), columns, C, O = geometry.kernel, geometry.result[1], geometry.channels, geometry.outputs
    out[:] = 0
    several = vectors(out.dtype, kw * C)
    numbers, height = several * BYTES // out.dtype.itemsize, HEIGHT[several]
    panels = np.empty(kh * O * numbers, out.dtype)
    pack(w, panels, numbers)
    one, nothing = np.ones(1, out.dtype), np.zeros(numbers, out.dtype)
    image = np.empty((2, (geometry.result[0] * columns + height) * O), out.dtype)
    windows = np.empty((2, ROWS * columns * numbers), out.dtype)
    flat, to = dz.astype(out.dtype, copy=False).reshape(-1), out.reshape(-1)

    def half(i, begin, end):
        _adjoint(flat, panels, one, nothing, to, image[i], windows[i], begin, end, geometry, numbers, height)

    threads.halves(half, len(dz))


def vectors(dtype, numbers):
    """Vectors of a window of so many numbers, at least two; None where the tiles are too narrow for it."""
    wanted = max(2, -(-numbers * dtype.itemsize // BYTES))
    return wanted if wanted in HEIGHT else None


@_jit
def pack(w, panels, wide):
    """Weights (o, c, ky, kx) as panels [ky][o][kx][c], each [kx][c] filled up with zeros to `wide`."""
    O, C, kh, kw = w.shape
    panels[:] = 0
    for ky in range(kh):
        for o in range(O):
            for kx in range(kw):
                for c in range(C):
                    panels[(ky * O + o) * wide + kx * C + c] = w[o, c, ky, kx]


@_jit
def _adjoint(dz, panels, one, nothing, dx, image, windows, begin, end, geometry, wide, height):
    """`adjoint` for images begin..end of dz, all arrays flat; dx comes as zeros.

    image and windows are scratch: an image of dz with room for `height` pixels more, and ROWS rows of windows `wide` numbers
    each. one: [1], nothing: zeros.
    """
    (H, W), (h, w), (kh, kw), (down, across), (above, _), (apart, _), _, C, O = geometry
    segments = np.empty((kh, 3), np.int64)
    phases = (kw + across - 1) // across
    for n in range(begin, end):
        copy(dz, n * h * w * O, image, 0, h * w * O)
        for first in range(0, H, ROWS):
            rows = min(ROWS, H - first)
            for y in range(rows):
                s = 0
                for ky in range(kh):
                    place = first + y + above - ky * apart
                    if place >= 0 and place % down == 0 and place // down < h:
                        segments[s, 0], segments[s, 1], segments[s, 2] = place // down * w * O, ky * O * wide, O
                        s += 1
                for j in range(0, w, height):
                    to = (y * w + j) * wide
                    if height == 10:
                        _10_2(segments, s, image, j * O, O, panels, 0, nothing, 0, windows, to, wide, w - j, wide)
                    else:
                        _5_3(segments, s, image, j * O, O, panels, 0, nothing, 0, windows, to, wide, w - j, wide)
            for phase in range(phases):
                for y in range(rows):
                    x0 = (n * H + first + y) * W * C
                    for j in range(phase, w, phases):
                        _add(dx, x0 + j * across * C, 1, 0, 1, 0, one, 0, windows, (y * w + j) * wide, kw * C)
