"""Images under affine maps, compiled: the grey between four pixels."""

import math

from abacus.kernels import JIT  # before numba: it says where compiled code is kept

from numba import njit  # isort: skip


@njit(**JIT)
def bilinear(images, matrices, shifts, found):
    """found[n, p] = images[n] at matrices[n] p + shifts[n], p and the place counted from the middles; 0 outside."""
    height, width = images.shape[1:]
    for n in range(len(images)):
        m, shift = matrices[n], shifts[n]
        for i in range(found.shape[1]):
            for j in range(found.shape[2]):
                down, across = i - 0.5 * (found.shape[1] - 1), j - 0.5 * (found.shape[2] - 1)
                y = m[0, 0] * down + m[0, 1] * across + shift[0] + 0.5 * (height - 1)
                x = m[1, 0] * down + m[1, 1] * across + shift[1] + 0.5 * (width - 1)
                top, left = math.floor(y), math.floor(x)
                grey = 0.0
                for a in range(2):
                    for b in range(2):
                        row, column = top + a, left + b
                        if 0 <= row < height and 0 <= column < width:
                            share = (1 - abs(y - row)) * (1 - abs(x - column))
                            grey += share * images[n, row, column]
                found[n, i, j] = int(grey + 0.5)
