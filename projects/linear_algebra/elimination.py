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
    a = floats(a)
    if not np.isfinite(a).all():
        raise BadInput(f"the matrix holds {a[~np.isfinite(a)][0]}: every entry must be finite")
    return a


def floats(a):
    """The array in float64; BadInput where a fraction or an integer is beyond its range."""
    try:
        return a.astype(np.float64)
    except OverflowError:
        raise BadInput("the matrix holds a number beyond the range of float64, 1.8e308") from None


def matrix(a):
    """As `entries`, in float64."""
    return floats(entries(a))


def square(a):
    """As `entries`, and BadInput where it is not square."""
    a = entries(a)
    if a.shape[0] != a.shape[1]:
        raise BadInput(f"the matrix is {a.shape[0]} by {a.shape[1]}: it must be square")
    return a


def symmetric(a):
    """As `square` in float64, and BadInput where A differs from Aᵀ by more than rounding; the mean of the two."""
    a = floats(square(a))
    off = np.abs(a / 2 - a.T / 2)
    if off.max() > len(a) * np.finfo(float).eps * np.abs(a).max():
        i, j = np.unravel_index(off.argmax(), off.shape)
        raise BadInput(f"the matrix is not symmetric: entry ({i + 1}, {j + 1}) is {a[i, j]:g}, its mirror {a[j, i]:g}")
    return np.where(a == a.T, a, a / 2 + a.T / 2)  # halves of the smallest floats would be rounded


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


def restored(a, power):
    """2ᵏA of what was found for `scaled`; BadInput where an entry of it is beyond float64."""
    with np.errstate(over="ignore", invalid="ignore"):
        a = a * power
    if not np.isfinite(a).all():
        raise BadInput(
            f"the matrix has an entry of {power:.1g} or more, and a result beyond float64, 1.8e308: divide it by a power of two"
        )
    return a


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

    Exact where A and b are fractions. BadInput where A is singular; in float64 also where a pivot is no more than the
    rounding of the sum that it is, nε |L||U| at most (Higham 2002, theorem 9.3).
    """
    a = square(a)
    b = right_side(b, len(a))
    if a.dtype == b.dtype == object:
        return _solved(lu(a), b)
    factors, power = bounded_lu(floats(a))
    upper = np.abs(factors.upper)
    terms = np.einsum("ij,ji->i", np.abs(factors.lower), len(a) * np.finfo(float).eps * upper)
    k = np.argmax(np.diag(upper) <= terms)
    if upper[k, k] <= terms[k]:
        raise BadInput(f"the matrix is singular to float64: pivot {k + 1} of {len(a)} is {factors.upper[k, k]:.1g}")
    for less in (0, len(a)):  # y may be 2ⁿ⁻¹ times b
        with np.errstate(over="ignore", invalid="ignore"):
            x = np.ldexp(_solved(factors, np.ldexp(floats(b), -less)), less - power)
        if np.isfinite(x).all():
            return x
    raise BadInput("the matrix is singular to float64: the solution is beyond its range")


def bounded_lu(a):
    """(the factors of A / 2ᵏ, k): k is 0, or n where entries, which may grow 2ⁿ⁻¹ times, would be beyond float64."""
    with np.errstate(over="ignore", invalid="ignore"):
        factors = lu(a)
    if factors.upper.dtype == object or np.isfinite(factors.upper).all():
        return factors, 0
    return lu(np.ldexp(a, -len(a))), len(a)


def _solved(factors, b):
    """x of Ax = b, given PA = LU; BadInput where a pivot is zero."""
    zero = np.flatnonzero(np.diag(factors.upper) == 0)
    if zero.size:
        raise BadInput(f"the matrix is singular: pivot {zero[0] + 1} of {len(b)} is zero")
    return back(factors.upper, forward(factors.lower, b[factors.order]))  # eq. 3


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
    """det A = ± the product of the pivots (eq. 4); exactly, of fractions. Infinite, or 0, where float64 ends."""
    (_, _, upper, value), power = bounded_lu(square(a))
    if upper.dtype == object:
        return value * np.prod(np.diag(upper))  # eq. 4
    power *= len(upper)
    for pivot in np.diag(upper):  # the size stays below 1 and its power of two apart: nothing overflows on the way
        (pivot, more), (value, less) = np.frexp(pivot), np.frexp(value)
        value, power = value * pivot, power + int(more) + int(less)
    with np.errstate(over="ignore"):
        return np.ldexp(value, power)


def inverse(a):
    """A⁻¹: n systems with the columns of I. BadInput where A is singular."""
    a = square(a)
    return solve(a, np.eye(len(a), dtype=a.dtype))


def condition(a):
    """κ∞ = ‖A‖∞ ‖A⁻¹‖∞, the norm being the largest sum of a row's sizes (eq. 5); exactly, of fractions."""
    a = square(a)
    factors, power = bounded_lu(a)
    other = _solved(factors, entries(np.eye(len(a), dtype=a.dtype)))  # fractions again, and no integers
    with np.errstate(over="ignore"):
        if a.dtype != object:  # the sum of a row may be beyond float64 where no entry is
            a, size = scaled(a)
            other = np.ldexp(other, -power) * size
        return np.abs(a).sum(axis=1).max() * np.abs(other).sum(axis=1).max()  # eq. 5


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
