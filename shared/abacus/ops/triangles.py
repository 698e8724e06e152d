"""Triangles and diagonals of matrices (…, rows, columns)."""

import numpy as np

from abacus.errors import BadInput
from abacus.expect import expect_shape
from abacus.tensor import op


@op(whole="same")
def tril(x, diagonal=0):
    """The entries of x (…, rows, columns) on and below a diagonal, zeros above it. Diagonal 0 is the main one, 1 the next
    above it."""
    expect_shape("tril", "x", x.shape, (..., "rows", "columns"))
    return np.tril(x, diagonal), lambda dy: (np.tril(dy, diagonal),)


@op(whole="same")
def triu(x, diagonal=0):
    """The entries of x (…, rows, columns) on and above a diagonal, zeros below it; `diagonal` as in tril."""
    expect_shape("triu", "x", x.shape, (..., "rows", "columns"))
    return np.triu(x, diagonal), lambda dy: (np.triu(dy, diagonal),)


@op(whole="same")
def diagonal(x, offset=0, axes=(-2, -1)):
    """The entries x[i, i + offset] of the two axes, as a last axis in their place."""
    _two_axes("diagonal", x, axes)

    def pullback(dy):
        dx = np.zeros(x.shape, dy.dtype)
        _diagonal_of(dx, offset, axes)[...] = dy
        return (dx,)

    return x.diagonal(offset, *axes), pullback


@op(whole="same")
def diagonal_matrix(x, offset=0):
    """Matrices (…, n + |offset|, n + |offset|) of zeros but for x (…, n) on a diagonal."""
    expect_shape("diagonal_matrix", "x", x.shape, (..., "n"))
    n = x.shape[-1] + abs(offset)
    y = np.zeros((*x.shape[:-1], n, n), x.dtype)
    _diagonal_of(y, offset)[...] = x
    return y, lambda dy: (dy.diagonal(offset, -2, -1),)


@op(whole="exact")
def trace(x):
    """Σ x[i, i] of matrices (…, rows, columns): (…)."""
    expect_shape("trace", "x", x.shape, (..., "rows", "columns"))

    def pullback(dy):
        dx = np.zeros(x.shape, dy.dtype)
        _diagonal_of(dx)[...] = dy[..., None]
        return (dx,)

    return x.trace(axis1=-2, axis2=-1), pullback


def _diagonal_of(x, offset=0, axes=(-2, -1)):
    """The diagonal as a view that can be written."""
    view = x.diagonal(offset, *axes)
    view.flags.writeable = True
    return view


def _two_axes(name, x, axes):
    good = len(axes) == 2 and all(-x.ndim <= a < x.ndim for a in axes)
    if not good or axes[0] % x.ndim == axes[1] % x.ndim:
        raise BadInput(f"{name}: axes are {tuple(axes)}, wanted two of the axes of x {x.shape}")
