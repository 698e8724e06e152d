"""Elimination: PA = LU, Cholesky's A = LLᵀ, and what they solve; in float64 or, by the same text, in exact fractions."""

from fractions import Fraction
from typing import NamedTuple

import numpy as np

from abacus.errors import BadInput


class LU(NamedTuple):
    """A[order] = lower @ upper; `sign` is +1 or −1, that of the row exchanges."""

    order: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    sign: int


def entries(a):
    """A fresh copy of `a` (m, n) to work on: fractions where all its entries are Fractions or large integers, else float64.

    BadInput where it is no table of finite real numbers, or empty.
    """
    try:
        a = np.array(a)
    except ValueError:
        raise BadInput("the matrix has rows of different lengths") from None
    if a.ndim != 2 or 0 in a.shape:
        raise BadInput(f"a matrix has rows and columns, at least one of each; this array has the shape {a.shape}")
    wrong = [] if a.dtype.kind in "biuf" else [entry for entry in a.flat if not _is_real(entry)]
    if wrong:
        raise BadInput(f"the matrix holds {str(wrong[0])!r}: every entry must be a real number")
    if a.dtype == object and all(isinstance(entry, (int, Fraction)) for entry in a.flat):
        return a * Fraction(1)
    a = a.astype(np.float64)
    if not np.isfinite(a).all():
        raise BadInput(f"the matrix holds {a[~np.isfinite(a)][0]}: every entry must be finite")
    return a


def matrix(a):
    """As `entries`, in float64."""
    return entries(a).astype(np.float64)


def square(a):
    """As `entries`, and BadInput where it is not square."""
    a = entries(a)
    if a.shape[0] != a.shape[1]:
        raise BadInput(f"the matrix is {a.shape[0]} by {a.shape[1]}: it must be square")
    return a


def symmetric(a):
    """As `square` in float64, and BadInput where A differs from Aᵀ by more than rounding; the mean of the two."""
    a = square(a).astype(np.float64)
    off = np.abs(a / 2 - a.T / 2)
    if off.max() > len(a) * np.finfo(float).eps * np.abs(a).max():
        i, j = np.unravel_index(off.argmax(), off.shape)
        raise BadInput(f"the matrix is not symmetric: entry ({i + 1}, {j + 1}) is {a[i, j]:g}, its mirror {a[j, i]:g}")
    return a / 2 + a.T / 2


def right_side(b, rows):
    """The right-hand side b of so many equations: (rows,), or (rows, k) with one in each column; checked as `entries`."""
    b = np.asarray(b)
    columns = entries(b if b.ndim > 1 else b.reshape(-1, 1))
    if len(columns) != rows:
        raise BadInput(f"the right-hand side has {len(columns)} rows; the matrix has {rows}")
    return columns if b.ndim > 1 else columns[:, 0]


def scaled(a):
    """(A / 2ᵏ, 2ᵏ) with the largest entry of A / 2ᵏ between 1 and 2: squares neither overflow nor vanish, nothing rounds."""
    power = 2.0 ** (np.frexp(np.abs(a).max())[1] - 1) if a.any() else 1.0
    return a / power, power


def lu(a):
    """PA = LU of a square A (n, n), column after column (eqs. 1, 2). A singular A has a zero on U's diagonal: no error."""
    upper, sign = square(a), 1
    n = len(upper)
    lower, order = 0 * upper, np.arange(n)
    for k in range(n):
        largest = k + np.argmax(np.abs(upper[k:, k]))  # eq. 2
        if largest != k:
            sign = -sign
            for rows in (upper, lower, order):
                rows[[k, largest]] = rows[[largest, k]]
        lower[k, k] = 1
        if upper[k, k] != 0:
            lower[k + 1 :, k] = upper[k + 1 :, k] / upper[k, k]
            upper[k + 1 :, k + 1 :] -= lower[k + 1 :, k, None] * upper[k, k + 1 :]  # eq. 1
            upper[k + 1 :, k] = 0
    return LU(order, lower, upper, sign)


def solve(a, b):
    """x of Ax = b: Ly = Pb, then Ux = y (eq. 3); b (n,), or (n, k) with one system a column.

    Exact where A and b are fractions. BadInput where A is singular.
    """
    a = square(a)
    b = right_side(b, len(a))
    if not a.dtype == b.dtype == object:
        a, b = a.astype(np.float64), b.astype(np.float64)
    order, lower, upper, _ = lu(a)
    zero = np.flatnonzero(np.diag(upper) == 0)
    if zero.size:
        raise BadInput(f"the matrix is singular: pivot {zero[0] + 1} of {len(upper)} is zero")
    with np.errstate(over="ignore", invalid="ignore"):
        x = back(upper, forward(lower, b[order]))  # eq. 3
    if x.dtype != object and not np.isfinite(x).all():
        raise BadInput("the matrix is singular to float64: the solution is beyond its range")
    return x


def forward(lower, b):
    """y with Ly = b, L (n, n) lower triangular; b (n,) or (n, k)."""
    y = b.copy()
    for k in range(len(y)):
        y[k] = (y[k] - lower[k, :k] @ y[:k]) / lower[k, k]
    return y


def back(upper, y):
    """x with Ux = y, U (n, n) upper triangular; y (n,) or (n, k)."""
    x = y.copy()
    for k in reversed(range(len(x))):
        x[k] = (x[k] - upper[k, k + 1 :] @ x[k + 1 :]) / upper[k, k]
    return x


def determinant(a):
    """det A = ± the product of the pivots (eq. 4); exactly, of fractions. Infinite where float64 ends."""
    _, _, upper, sign = lu(a)
    with np.errstate(over="ignore"):
        return sign * np.prod(np.diag(upper))  # eq. 4


def inverse(a):
    """A⁻¹: n systems with the columns of I. BadInput where A is singular."""
    a = square(a)
    return solve(a, np.eye(len(a), dtype=a.dtype))


def condition(a):
    """κ∞ = ‖A‖∞ ‖A⁻¹‖∞, the norm being the largest sum of a row's sizes (eq. 5); exactly, of fractions."""
    return np.abs(square(a)).sum(axis=1).max() * np.abs(inverse(a)).sum(axis=1).max()  # eq. 5


def cholesky(a):
    """Lower L with LLᵀ = A, A (n, n) symmetric positive definite (eq. 6). BadInput where it is not."""
    lower = np.tril(symmetric(a))
    for k in range(len(lower)):
        lower[k:, k] -= lower[k:, :k] @ lower[k, :k]  # eq. 6
        if lower[k, k] <= 0:
            raise BadInput(f"the matrix is not positive definite: pivot {k + 1} of {len(lower)} is {lower[k, k]:.2g}")
        lower[k:, k] /= np.sqrt(lower[k, k])
    return lower


def _is_real(entry):
    return isinstance(entry, (int, float, Fraction, np.floating, np.integer))
