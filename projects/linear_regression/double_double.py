"""Double-double arithmetic: a number is the unevaluated sum of two float64, hi + lo; about 31 digits."""

from fractions import Fraction

import numpy as np

SPLITTER = 2.0**27 + 1  # Dekker 1971: cuts 53 bits into 26 + 26 (the sign of the low part carries one)


def two_sum(a, b):
    """s + e = a + b exactly, s the rounded sum (Knuth 1969; six operations, no condition on sizes)  (eq. 15)."""
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)  # eq. 15


def quick_two_sum(a, b):
    """s + e = a + b exactly where |a| ≥ |b| (Dekker 1971)."""
    s = a + b
    return s, b - (s - a)


def two_prod(a, b):
    """p + e = a b exactly, p the rounded product; no fused multiply-add (Dekker 1971)  (eq. 16)."""
    p = a * b
    (a1, a2), (b1, b2) = _split(a), _split(b)
    return p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2  # eq. 16


def _split(a):
    c = SPLITTER * a
    high = c - (c - a)
    return high, a - high


class DoubleDouble:
    """An array of double-doubles with the operators of a NumPy array, so that one text of an algorithm serves both.

    hi, lo: float64 arrays of one shape, |lo| ≤ ulp(hi)/2. Sum and product are those of Hida, Li and Bailey (2001):
    relative error about 2⁻¹⁰⁴.
    """

    __array_ufunc__ = None  # let float64_array * DoubleDouble come here
    __slots__ = ("hi", "lo")

    def __init__(self, hi, lo=None):
        self.hi = np.asarray(hi, dtype=np.float64)
        self.lo = np.zeros_like(self.hi) if lo is None else np.asarray(lo, dtype=np.float64)

    shape = property(lambda self: self.hi.shape)
    T = property(lambda self: DoubleDouble(self.hi.T, self.lo.T))

    def __len__(self):
        return len(self.hi)

    def __getitem__(self, index):
        return DoubleDouble(self.hi[index], self.lo[index])

    def __setitem__(self, index, value):
        value = _lift(value)
        self.hi[index], self.lo[index] = value.hi, value.lo

    def copy(self):
        return DoubleDouble(self.hi.copy(), self.lo.copy())

    def __neg__(self):
        return DoubleDouble(-self.hi, -self.lo)

    def __add__(self, other):
        other = _lift(other)
        s, e = two_sum(self.hi, other.hi)
        t, f = two_sum(self.lo, other.lo)
        s, e = quick_two_sum(s, e + t)
        return DoubleDouble(*quick_two_sum(s, e + f))

    def __sub__(self, other):
        return self + -_lift(other)

    def __mul__(self, other):
        other = _lift(other)
        p, e = two_prod(self.hi, other.hi)
        return DoubleDouble(*quick_two_sum(p, e + (self.hi * other.lo + self.lo * other.hi)))

    def __truediv__(self, other):
        """Long division: three float64 quotients, each of what the ones before left."""
        other = _lift(other)
        q1 = self.hi / other.hi
        rest = self - other * q1
        q2 = rest.hi / other.hi
        q3 = (rest - other * q2).hi / other.hi
        return DoubleDouble(*quick_two_sum(q1, q2)) + q3

    __radd__, __rmul__ = __add__, __mul__

    def __rsub__(self, other):
        return -self + other

    def __rtruediv__(self, other):
        return _lift(other) / self

    def __gt__(self, other):
        return (self - other).hi > 0

    def sqrt(self):
        """One Newton step from the float64 root: x + (a − x²) / 2x; 0 at 0."""
        x = np.sqrt(self.hi)
        step = (self - DoubleDouble(*two_prod(x, x))).hi / np.where(x == 0, 1.0, 2 * x)
        return DoubleDouble(*quick_two_sum(x, step))

    def sum(self, axis=0):
        """Sum over one axis, one term after another."""
        terms = DoubleDouble(np.moveaxis(self.hi, axis, 0), np.moveaxis(self.lo, axis, 0))
        total = DoubleDouble(np.zeros(terms.shape[1:]))
        for k in range(len(terms)):
            total = total + terms[k]
        return total

    def __matmul__(self, other):
        """A x or A B, the products kept in full: A (m, n), x (n,) or B (n, p)."""
        other = _lift(other)
        if len(other.shape) == 1:
            return (self * other).sum(axis=-1)
        return (self[..., :, :, None] * other[None, :, :]).sum(axis=1)

    def __pow__(self, k):
        """The k-th power by k − 1 products, k ≥ 1."""
        power = self
        for _ in range(k - 1):
            power = power * self
        return power

    def __rmatmul__(self, other):
        return _lift(other) @ self

    def round(self):
        """The nearest float64."""
        return self.hi + self.lo


def decimals(texts):
    """Decimal strings, to an array of double-doubles: each within 2⁻¹⁰⁶ of its own size of the printed number."""
    exact = [Fraction(text) for text in np.ravel(texts)]
    hi = np.array([float(number) for number in exact])
    lo = np.array([float(number - Fraction(high)) for number, high in zip(exact, hi.tolist())])
    return DoubleDouble(hi.reshape(np.shape(texts)), lo.reshape(np.shape(texts)))


def stack(columns):
    """Columns (n,) side by side, (n, p)."""
    return DoubleDouble(np.stack([c.hi for c in columns], axis=1), np.stack([c.lo for c in columns], axis=1))


def _lift(value):
    return value if isinstance(value, DoubleDouble) else DoubleDouble(value)
