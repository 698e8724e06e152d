"""Double-double numbers: a sum of two float64, some 32 digits, for the last steps of least squares.

NumPy's own names work on them (np.exp, np.log, np.sin, np.cos, np.arctan), so one formula serves floats, complex numbers
and these.
"""

import math
from fractions import Fraction

import numpy as np

SPLITTER = 2.0**27 + 1  # Dekker 1971: halves of 26 digits, whose products are exact
TERMS = 18  # of Taylor's series: of e^x at |x| ≤ ln 2 / 16, and 15 of sine and cosine at π/4; the next is below 1e-34


def two_sum(a, b):
    """(s, e) with s = fl(a + b) and s + e = a + b (Knuth)."""
    s = a + b
    v = s - a
    return s, (a - (s - v)) + (b - v)


def two_product(a, b):
    """(p, e) with p = fl(a b) and p + e = a b (Dekker); no factor above 1e300."""
    p = a * b
    x, y = SPLITTER * a, SPLITTER * b
    a1, b1 = x - (x - a), y - (y - b)
    a2, b2 = a - a1, b - b1
    return p, ((a1 * b1 - p) + a1 * b2 + a2 * b1) + a2 * b2


class Double:
    """high + low, arrays of float64 of one shape, |low| ≤ half a unit of high's last place."""

    def __init__(self, high, low=0.0):
        self.high, self.low = np.asarray(high, float), np.asarray(low, float) + np.zeros(np.shape(high))

    @classmethod
    def read(cls, texts):
        """The numbers that decimal texts say, to all 32 digits."""
        exact = [Fraction(text) for text in texts]
        return cls([float(x) for x in exact], [float(x - Fraction(float(x))) for x in exact])

    def __getitem__(self, place):
        return Double(self.high[place], self.low[place])

    def __len__(self):
        return len(self.high)

    def __neg__(self):
        return Double(-self.high, -self.low)

    def __add__(self, other):
        other = _of(other)
        s, e = two_sum(self.high, other.high)
        t, f = two_sum(self.low, other.low)
        s, e = _fast(s, e + t)
        return Double(*_fast(s, e + f))

    def __mul__(self, other):
        other = _of(other)
        p, e = two_product(self.high, other.high)
        return Double(*_fast(p, e + (self.high * other.low + self.low * other.high)))

    def __truediv__(self, other):
        other = _of(other)
        q = self.high / other.high
        rest = self - other * q
        more = rest.high / other.high
        rest = rest - other * more
        return Double(*_fast(*two_sum(q, more))) + rest.high / other.high

    def __sub__(self, other):
        return self + -_of(other)

    def __rsub__(self, other):
        return _of(other) - self

    def __rtruediv__(self, other):
        return _of(other) / self

    __radd__, __rmul__ = __add__, __mul__

    def __pow__(self, power):
        if isinstance(power, int):
            result = Double(np.ones(self.high.shape))
            for _ in range(abs(power)):
                result = result * self
            return 1.0 / result if power < 0 else result
        return np.exp(np.log(self) * power)

    def sum(self):
        """The sum along the first axis: of pairs, again and again."""
        values = self
        while len(values) > 1:
            half, last = len(values) // 2, len(values) % 2
            pairs = values[:half] + values[half : 2 * half]
            if last:
                pairs = Double(
                    np.concatenate([pairs.high, values.high[-1:]]), np.concatenate([pairs.low, values.low[-1:]])
                )
            values = pairs
        return values[0]

    def __array_ufunc__(self, ufunc, method, *inputs, **_):
        if method != "__call__" or ufunc not in _FUNCTIONS:
            return NotImplemented
        return _FUNCTIONS[ufunc](*inputs)


def _of(x):
    return x if isinstance(x, Double) else Double(x)


def _fast(a, b):
    s = a + b
    return s, b - (s - a)


def stack(columns):
    """Double (n, p) of p columns."""
    return Double(np.stack([c.high for c in columns], axis=1), np.stack([c.low for c in columns], axis=1))


LN2 = Double(0.6931471805599453, 2.3190468138462996e-17)
PI = Double(3.141592653589793, 1.2246467991473532e-16)


def _series(x, factors):
    """Σ c_k x^k by Horner's rule, from the last factor to the first."""
    total = factors[-1]
    for factor in factors[-2::-1]:
        total = total * x + factor
    return total


def _factor(k, sign=1):
    exact = Fraction(sign, math.factorial(k))
    return Double(float(exact), float(exact - Fraction(float(exact))))


EXP = [_factor(k) for k in range(TERMS)]
SIN, COS = ([_factor(2 * k + odd, (-1) ** k) for k in range(TERMS - 3)] for odd in (1, 0))


def _exp(x):
    """e^x = 2^n (e^r)^8 with r = (x − n ln 2) / 8."""
    n = np.round(x.high / LN2.high)
    r = (x - LN2 * n) * 0.125
    result = _series(r, EXP)
    for _ in range(3):
        result = result * result
    return Double(np.ldexp(result.high, n.astype(int)), np.ldexp(result.low, n.astype(int)))


def _log(x):
    """One step of Newton's method for e^y = x from the float64 y."""
    y = Double(np.log(x.high))
    return y + x * np.exp(-y) - 1.0


def _turned(x, quarter):
    """sin(x + quarter π/2): x is brought to [−π/4, π/4], and each quarter turn exchanges sine and cosine."""
    n = np.round(x.high / (PI.high / 2))
    r = x - PI * (n / 2)
    square = r * r
    sine, cosine = _series(square, SIN) * r, _series(square, COS)
    turn = np.mod(n + quarter, 4)
    odd, sign = turn % 2 == 1, np.where(turn >= 2, -1.0, 1.0)
    return Double(sign * np.where(odd, cosine.high, sine.high), sign * np.where(odd, cosine.low, sine.low))


def _arctan(x):
    """arctan x = y + arctan((x cos y − sin y) / (cos y + x sin y)), and for y from float64 the last is its argument."""
    y = Double(np.arctan(x.high))
    sine, cosine = np.sin(y), np.cos(y)
    return y + (x * cosine - sine) / (cosine + x * sine)


_FUNCTIONS = {
    np.exp: _exp,
    np.log: _log,
    np.sin: lambda x: _turned(x, 0),
    np.cos: lambda x: _turned(x, 1),
    np.arctan: _arctan,
    np.add: lambda a, b: _of(a) + b,
    np.subtract: lambda a, b: _of(a) - b,
    np.multiply: lambda a, b: _of(a) * b,
    np.divide: lambda a, b: _of(a) / b,
    np.negative: lambda a: -a,
    np.sqrt: lambda a: _root(a),
}


def _root(x):
    """√x by one step of Newton's method from the float64 root."""
    y = Double(np.sqrt(x.high))
    return y + (x - y * y) / (2.0 * y)


def inverse(a):
    """The inverse of a symmetric positive definite matrix, entries Double (n, n), by Gauss and Jordan without exchanges."""
    n = len(a.high)
    high, low = np.hstack([a.high, np.eye(n)]), np.hstack([a.low, np.zeros((n, n))])
    whole = Double(high, low)
    for k in range(n):
        row = whole[k] / whole[k, k]
        rest = whole - Double(whole.high[:, k, None], whole.low[:, k, None]) * row
        rest.high[k], rest.low[k] = row.high, row.low
        whole = rest
    return whole[:, n:]
