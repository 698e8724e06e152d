"""Pooling of images with the channels last: windows over (n, h, w, c), all channels of a pixel at once."""

import numpy as np
from numba import njit

from abacus.kernels import JIT

_jit = njit(**JIT)


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
def sums(x, weights, y, size, stride, padding):
    """y = weight of the window · the sum over it; weights (rows, columns). Rows of pixels are added first."""
    images, rows, columns, channels = y.shape
    H, W = x.shape[1:3]
    line = np.empty((W, channels), x.dtype)
    for n in range(images):
        for i in range(rows):
            top = i * stride[0] - padding[0]
            _add_rows(x[n], line, max(top, 0), min(top + size[0], H))
            for j in range(columns):
                left = j * stride[1] - padding[1]
                for c in range(channels):
                    total = x.dtype.type(0)
                    for column in range(max(left, 0), min(left + size[1], W)):
                        total += line[column, c]
                    y[n, i, j, c] = total * weights[i, j]


@_jit
def _add_rows(image, line, begin, end):
    line[:] = 0
    for row in range(begin, end):
        for column in range(line.shape[0]):
            for c in range(line.shape[1]):
                line[column, c] += image[row, column, c]


@_jit
def sums_pullback(dy, weights, dx, size, stride, padding):
    """dx gains weight · dy over each window."""
    images, rows, columns, channels = dy.shape
    H, W = dx.shape[1:3]
    line = np.empty((W, channels), dx.dtype)
    for n in range(images):
        for i in range(rows):
            line[:] = 0
            for j in range(columns):
                left = j * stride[1] - padding[1]
                for column in range(max(left, 0), min(left + size[1], W)):
                    for c in range(channels):
                        line[column, c] += weights[i, j] * dy[n, i, j, c]
            top = i * stride[0] - padding[0]
            for row in range(max(top, 0), min(top + size[0], H)):
                for column in range(W):
                    for c in range(channels):
                        dx[n, row, column, c] += line[column, c]
