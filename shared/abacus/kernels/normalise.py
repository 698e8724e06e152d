"""Batch norm over the columns of (rows, channels): each pass takes rows begin..end, so that two threads can share it.

Within a block of rows the sums have the arrays' own precision, from block to block float64. Short rows cost: the caller
folds several into one.
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
        for i in range(start, stop):
            for c in range(channels):
                d = x[i, c] - shift[c]
                first[c] += d
                second[c] += d * d
        for c in range(channels):
            sums[0, c] += first[c]
            sums[1, c] += second[c]


@_jit
def scale_shift(x, centre, scale, shift, begin, end, relu, y):
    """y = (x - centre)·scale + shift by column, then max(y, 0) if `relu`."""
    for i in range(begin, end):
        if relu:
            for c in range(x.shape[1]):
                z = (x[i, c] - centre[c]) * scale[c] + shift[c]
                y[i, c] = x.dtype.type(0) if z < 0 else z
        else:
            for c in range(x.shape[1]):
                y[i, c] = (x[i, c] - centre[c]) * scale[c] + shift[c]


@_jit
def scale_shift_add(x, centre, scale, shift, other, begin, end, relu, y):
    """y = (x - centre)·scale + shift + other, then max(y, 0) if `relu`."""
    for i in range(begin, end):
        if relu:
            for c in range(x.shape[1]):
                z = (x[i, c] - centre[c]) * scale[c] + shift[c] + other[i, c]
                y[i, c] = x.dtype.type(0) if z < 0 else z
        else:
            for c in range(x.shape[1]):
                y[i, c] = (x[i, c] - centre[c]) * scale[c] + shift[c] + other[i, c]


@_jit
def pullback_sums(g, x, shift, begin, end, sums):
    """sums[0] += Σ g, sums[1] += Σ g (x - shift) by column."""
    channels = x.shape[1]
    first, second = np.empty(channels, x.dtype), np.empty(channels, x.dtype)
    for start in range(begin, end, BLOCK):
        stop = min(start + BLOCK, end)
        first[:] = 0
        second[:] = 0
        for i in range(start, stop):
            for c in range(channels):
                first[c] += g[i, c]
                second[c] += g[i, c] * (x[i, c] - shift[c])
        for c in range(channels):
            sums[0, c] += first[c]
            sums[1, c] += second[c]


@_jit
def pullback_sums_relu(dy, y, x, shift, begin, end, g, sums):
    """g = dy where y > 0, else 0; then as `pullback_sums`."""
    channels = x.shape[1]
    first, second = np.empty(channels, x.dtype), np.empty(channels, x.dtype)
    for start in range(begin, end, BLOCK):
        stop = min(start + BLOCK, end)
        first[:] = 0
        second[:] = 0
        for i in range(start, stop):
            for c in range(channels):
                d = dy[i, c]
                d = d if y[i, c] > 0 else x.dtype.type(0)
                g[i, c] = d
                first[c] += d
                second[c] += d * (x[i, c] - shift[c])
        for c in range(channels):
            sums[0, c] += first[c]
            sums[1, c] += second[c]


@_jit
def pullback(g, x, centre, of_g, of_x, constant, begin, end, dx):
    """dx = g·of_g + (x - centre)·of_x + constant by column."""
    for i in range(begin, end):
        for c in range(x.shape[1]):
            dx[i, c] = g[i, c] * of_g[c] + (x[i, c] - centre[c]) * of_x[c] + constant[c]
