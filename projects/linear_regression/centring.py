"""Polynomials fitted in powers of x − c: the same model, but columns that are far from parallel."""

import numpy as np

import refinement
from double_double import DoubleDouble


def least_squares(x, y, degree):
    """b of y ≈ Σ bₖxᵏ by way of y ≈ Σ aₖ(x − c)ᵏ  (eq. 17). x and y (n,) float64."""
    c = centre(x)
    a = refinement.least_squares((x - c)[:, None] ** np.arange(degree + 1), y)  # eq. 17
    return shift(a, c)


def centre(x):
    """The middle of the range, on a grid of 1/8 of it: so short a number that x − c is exact where x keeps its sign."""
    low, high = x.min(), x.max()
    if low == high:
        return low
    grid = 2.0 ** np.floor(np.log2((high - low) / 8))
    return grid * np.round((low + high) / 2 / grid)


def shift(a, c):
    """b with Σ bₖxᵏ = Σ aₖ(x − c)ᵏ: Horner's scheme again and again  (eq. 18). a (p,).

    In double-double, for the terms are large and cancel.
    """
    b = DoubleDouble(a).copy()
    for first in range(len(a) - 1):
        for k in reversed(range(first, len(a) - 1)):
            b[k] = b[k] - b[k + 1] * c  # eq. 18
    return b.round()
