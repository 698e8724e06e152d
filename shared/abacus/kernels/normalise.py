"""Batch norm over the columns of (rows, channels): each pass takes rows begin..end, so that two threads can share it.

Sums run over four rows at once and over blocks in the arrays' own precision, and from block to block in float64.
"""

import numpy as np
from numba import njit

from abacus.kernels import JIT

_jit = njit(**JIT)
BLOCK = 256  # rows


@_jit
def moments(x, shift, begin, end, sums):
    """sums[0] += Σ (x - shift), sums[1] += Σ (x - shift)² by column. A shift near the mean keeps the digits of the variance."""
    channels = x.shape[1]
    first, second = np.empty(channels, x.dtype), np.empty(channels, x.dtype)
    for start in range(begin, end, BLOCK):
        stop = min(start + BLOCK, end)
        first[:] = 0
        second[:] = 0
        whole = start + (stop - start) // 4 * 4
        for i in range(start, whole, 4):
            for c in range(channels):
                s, t, u, v = x[i, c] - shift[c], x[i + 1, c] - shift[c], x[i + 2, c] - shift[c], x[i + 3, c] - shift[c]
                first[c] += (s + t) + (u + v)
                second[c] += (s * s + t * t) + (u * u + v * v)
        for i in range(whole, stop):
            for c in range(channels):
                s = x[i, c] - shift[c]
                first[c] += s
                second[c] += s * s
        for c in range(channels):
            sums[0, c] += first[c]
            sums[1, c] += second[c]


@_jit
def scale_shift(x, scale, shift, begin, end, relu, y):
    """y = x·scale + shift by column, then max(y, 0) if `relu`."""
    for i in range(begin, end):
        if relu:
            for c in range(x.shape[1]):
                z = x[i, c] * scale[c] + shift[c]
                y[i, c] = x.dtype.type(0) if z < 0 else z
        else:
            for c in range(x.shape[1]):
                y[i, c] = x[i, c] * scale[c] + shift[c]


@_jit
def scale_shift_add(x, scale, shift, other, begin, end, relu, y):
    """y = x·scale + shift + other, then max(y, 0) if `relu`."""
    for i in range(begin, end):
        if relu:
            for c in range(x.shape[1]):
                z = x[i, c] * scale[c] + shift[c] + other[i, c]
                y[i, c] = x.dtype.type(0) if z < 0 else z
        else:
            for c in range(x.shape[1]):
                y[i, c] = x[i, c] * scale[c] + shift[c] + other[i, c]


@_jit
def pullback_sums(dy, y, x, shift, begin, end, relu, g, sums):
    """g = dy, where y > 0 if `relu`; sums[0] += Σ g, sums[1] += Σ g (x - shift) by column. g may be dy if not `relu`."""
    channels = x.shape[1]
    first, second = np.empty(channels, x.dtype), np.empty(channels, x.dtype)
    for start in range(begin, end, BLOCK):
        stop = min(start + BLOCK, end)
        first[:] = 0
        second[:] = 0
        if relu:
            for i in range(start, stop):
                for c in range(channels):
                    g[i, c] = dy[i, c] if y[i, c] > 0 else x.dtype.type(0)
        whole = start + (stop - start) // 4 * 4
        for i in range(start, whole, 4):
            for c in range(channels):
                s, t, u, v = g[i, c], g[i + 1, c], g[i + 2, c], g[i + 3, c]
                first[c] += (s + t) + (u + v)
                a = s * (x[i, c] - shift[c]) + t * (x[i + 1, c] - shift[c])
                b = u * (x[i + 2, c] - shift[c]) + v * (x[i + 3, c] - shift[c])
                second[c] += a + b
        for i in range(whole, stop):
            for c in range(channels):
                first[c] += g[i, c]
                second[c] += g[i, c] * (x[i, c] - shift[c])
        for c in range(channels):
            sums[0, c] += first[c]
            sums[1, c] += second[c]


@_jit
def pullback(g, x, of_g, of_x, constant, begin, end, dx):
    """dx = g·of_g + x·of_x + constant by column."""
    for i in range(begin, end):
        for c in range(x.shape[1]):
            dx[i, c] = g[i, c] * of_g[c] + x[i, c] * of_x[c] + constant[c]
