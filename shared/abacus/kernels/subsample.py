"""Sums over windows that do not overlap, and the way back: images with the channels last, all arrays flat.

shapes, of both: H, W, channels of x; rows and columns of the sums; height and width of a window.
"""

import numpy as np
from numba import njit

from abacus.kernels import JIT
from abacus.kernels.activation import activate
from abacus.kernels.vectors.window import gather_window, scatter

_jit = njit(**JIT)
_set = scatter(False)


@_jit
def forward(x, coefficient, bias, total, y, images, shapes, activation):
    """total = Σ over each window of x, y = activation(coefficient·total + bias): coefficient and bias repeated along a row."""
    H, W, C, rows, columns, height, width = shapes
    wide, one = columns * C, np.ones(1, x.dtype)
    down = np.empty(rows * W * C, x.dtype)
    for n in range(images):
        for i in range(rows):
            _add_rows(x[(n * H + i * height) * W * C :], height, down[i * W * C : (i + 1) * W * C])
        for i in range(rows):
            for j in range(columns):
                to = (n * rows + i) * wide + j * C
                gather_window(down, (i * W + j * width) * C, 1, 0, width, C, one, 0, total, to, C)
        for i in range(n * rows, (n + 1) * rows):
            _affine(total[i * wide : (i + 1) * wide], coefficient, bias, y[i * wide : (i + 1) * wide])
        if activation:
            activate(y[n * rows * wide : (n + 1) * rows * wide], activation)


@_jit
def _add_rows(x, height, total):
    """total = Σ of the `height` rows that x begins with."""
    size = total.size
    if height == 1:
        total[:] = x[:size]
        return
    second = x[size:]
    for k in range(size):
        total[k] = x[k] + second[k]
    for u in range(2, height):
        row = x[u * size :]
        for k in range(size):
            total[k] += row[k]


@_jit
def _affine(x, coefficient, bias, y):
    """y = coefficient·x + bias."""
    for k in range(x.size):
        y[k] = coefficient[k] * x[k] + bias[k]


@_jit
def backward(dz, total, coefficient, dx, dcoefficient, images, shapes):
    """dx = coefficient·dz over each window (what none covers is not written); dcoefficient, by place in a row, Σ dz·total."""
    H, W, C, rows, columns, height, width = shapes
    wide, one = columns * C, np.ones(1, dz.dtype)
    part = np.empty(rows * wide, dz.dtype)
    dcoefficient[:] = 0
    for n in range(images):
        for i in range(rows):
            y0 = (n * rows + i) * wide
            for k in range(wide):
                d = dz[y0 + k]
                dcoefficient[k] += d * total[y0 + k]
                part[i * wide + k] = d * coefficient[k]
        for i in range(rows):
            x0 = (n * H + i * height) * W * C
            for j in range(columns):
                _set(dx, x0 + j * width * C, height, W * C, width, C, one, 0, part, i * wide + j * C, C)
