"""Numbers of twice the digits: x + d, whose d, far below the last digit of x, is kept beside it (Dekker 1971).

1 − x is not zero where x = 1 − 10⁻³⁰: so an integrand may be infinite at an end that is not 0.
"""

import operator

import numpy as np

from autodiff import SLOPES, apply, with_operators

SPLITTER = 2.0**27 + 1  # cuts 53 bits into two halves
LARGEST = 2**20  # power that is made of products


@with_operators
class Sum:
    """value + rest, arrays of one shape, the value being their sum as float64 has it."""

    def __init__(self, value, rest=0.0):
        self.value, self.rest = _added(value, rest)

    @staticmethod
    def combine(operation, a, b):
        """a ∘ b: the rest of + − * / and of whole powers is exact but for its own rounding; of others it is the slope's."""
        if operation is operator.pow and isinstance(b, int | float) and abs(b) <= LARGEST and b == int(b):
            return _whole_power(a, int(b))
        a, b = (x if isinstance(x, Sum) else Sum(np.float64(x)) for x in (a, b))
        return RULES[operation](a, b)

    def elementary(self, name):
        """The function `name`: f(x + d) = f(x) + f′(x) d, the next term being below all digits.

        What f(x) itself rounds away is lost, but for a square root, where it is (x − y²)/2y.
        """
        y = apply(name, self.value)
        if name == "sqrt":
            p, e = _multiplied(y, y)
            return Sum(y, _product(0.5 / y, (self.value - p) - e + self.rest))
        return Sum(y, _product(SLOPES[name](self.value, y), self.rest))


def _added(a, b):
    """(s, e): s = a + b in float64, and what that rounded away; exactly a + b together (Knuth's two-sum)."""
    s = a + b
    part = s - a
    e = (a - (s - part)) + (b - part)
    return s, np.where(np.isfinite(e), e, 0.0)


def _halves(a):
    high = SPLITTER * a
    high = high - (high - a)
    return high, a - high


def _multiplied(a, b):
    """(p, e): p = a · b in float64, and what that rounded away (Dekker's product)."""
    p, (a, c), (b, d) = a * b, _halves(a), _halves(b)
    e = ((a * b - p) + a * d + c * b) + c * d
    return p, np.where(np.isfinite(e), e, 0.0)


def _product(slope, rest):
    """slope · rest, and 0 where there is no rest: the slope may be infinite there."""
    return np.where(rest == 0, 0.0, slope * rest)


def _sum(a, b):
    s, e = _added(a.value, b.value)
    return Sum(s, e + (a.rest + b.rest))


def _times(a, b):
    p, e = _multiplied(a.value, b.value)
    return Sum(p, e + (_product(a.value, b.rest) + _product(b.value, a.rest)))


def _quotient(a, b):
    q = a.value / b.value
    p, e = _multiplied(q, b.value)
    return Sum(q, np.where(np.isfinite(q), ((a.value - p) - e + a.rest - _product(q, b.rest)) / b.value, 0.0))


def _power(a, b):
    y = np.power(a.value, b.value)
    along = _product(b.value * np.power(a.value, b.value - 1), a.rest)
    return Sum(y, along + _product(y * np.log(a.value), b.rest))


def _whole_power(a, p):
    """aᵖ by products."""
    y = Sum(np.ones_like(a.value))
    for bit in bin(abs(p))[2:]:
        y = y * y * a if bit == "1" else y * y
    return y if p >= 0 else 1.0 / y


RULES = {
    operator.add: _sum,
    operator.sub: lambda a, b: _sum(a, Sum(-b.value, -b.rest)),
    operator.mul: _times,
    operator.truediv: _quotient,
    operator.pow: _power,
}
