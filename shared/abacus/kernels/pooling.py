"""Pooling of images with the channels last: windows over (n, h, w, c), all channels of a pixel at once."""

import numpy as np
from numba import njit

from abacus.kernels import JIT
from abacus.kernels.vectors.window import gather_window, scatter

_jit = njit(**JIT)
_add, _set = scatter(True), scatter(False)


@_jit
def largest(x, y, winner, size, stride, padding, dilation):
    """The largest entry of each window, the first of several, NaN where there is one; winner: its pixel in the image. A window
    that dilation carries past every pixel gives -inf and -1."""
    images, rows, columns, channels = y.shape
    H, W = x.shape[1:3]
    for n in range(images):
        for i in range(rows):
            for j in range(columns):
                seen = False
                for u in range(size[0]):
                    row = i * stride[0] - padding[0] + u * dilation[0]
                    for v in range(size[1]):
                        column = j * stride[1] - padding[1] + v * dilation[1]
                        if row < 0 or row >= H or column < 0 or column >= W:
                            continue
                        pixel = row * W + column
                        if seen:
                            for c in range(channels):
                                new = x[n, row, column, c]
                                better = new > y[n, i, j, c] or new != new
                                y[n, i, j, c] = new if better else y[n, i, j, c]
                                winner[n, i, j, c] = pixel if better else winner[n, i, j, c]
                        else:
                            seen = True
                            for c in range(channels):
                                y[n, i, j, c] = x[n, row, column, c]
                                winner[n, i, j, c] = pixel
                if not seen:
                    y[n, i, j, :] = -np.inf
                    winner[n, i, j, :] = -1


@_jit
def largest_pullback(dy, winner, dx):
    """dx (n, pixels, channels) gains dy at the winners."""
    images, rows, columns, channels = dy.shape
    for n in range(images):
        for i in range(rows):
            for j in range(columns):
                for c in range(channels):
                    if winner[n, i, j, c] >= 0:
                        dx[n, winner[n, i, j, c], c] += dy[n, i, j, c]


@_jit
def sums(x, weights, y, shapes, size, stride, padding):
    """y = weight of the window · the sum over it; weights (rows, columns); all flat. shapes: n, H, W, c, rows, columns."""
    images, H, W, channels, rows, columns = shapes
    for n in range(images):
        for i in range(rows):
            top, bottom = _inside(i * stride[0] - padding[0], size[0], H)
            for j in range(columns):
                left, right = _inside(j * stride[1] - padding[1], size[1], W)
                x0, y0 = ((n * H + top) * W + left) * channels, ((n * rows + i) * columns + j) * channels
                down, across, w0 = bottom - top, right - left, i * columns + j
                gather_window(x, x0, down, W * channels, across, channels, weights, w0, y, y0, channels)


@_jit
def sums_pullback(dy, weights, dx, shapes, size, stride, padding):
    """dx gains weight · dy over each window; it comes as zeros."""
    images, H, W, channels, rows, columns = shapes
    apart = stride[0] >= size[0] and stride[1] >= size[1]
    for n in range(images):
        for i in range(rows):
            top, bottom = _inside(i * stride[0] - padding[0], size[0], H)
            for j in range(columns):
                left, right = _inside(j * stride[1] - padding[1], size[1], W)
                x0, y0 = ((n * H + top) * W + left) * channels, ((n * rows + i) * columns + j) * channels
                down, across, w0 = bottom - top, right - left, i * columns + j
                if apart:
                    _set(dx, x0, down, W * channels, across, channels, weights, w0, dy, y0, channels)
                else:
                    _add(dx, x0, down, W * channels, across, channels, weights, w0, dy, y0, channels)


@_jit
def _inside(start, size, n):
    """The part of start..start + size that lies in 0..n."""
    return max(start, 0), min(start + size, n)
