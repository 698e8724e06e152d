"""Taylor series as numbers: Σ cₖtᵏ, each coefficient computed when it is asked for; of floats, fractions or decimals."""

import math
import operator

from autodiff import SLOPES, apply, with_operators

PAIRS = {  # f: g, and the signs in f′ = ±g, g′ = ±f
    "sin": ("cos", 1, -1),
    "cos": ("sin", -1, 1),
    "sinh": ("cosh", 1, 1),
    "cosh": ("sinh", 1, 1),
}

LARGEST = 2**20  # power that is made of products


@with_operators
class Series:
    """c₀ + c₁t + c₂t² + …: the coefficients known so far, and `more(k)` for the next ones (without it they are 0)."""

    def __init__(self, coefficients=(), more=None):
        self.c, self.more = list(coefficients), more

    def at(self, k):
        """The coefficient of tᵏ."""
        while len(self.c) <= k:
            self.c.append(self.more(len(self.c)) if self.more else 0 * self.c[0])
        return self.c[k]

    @staticmethod
    def combine(operation, a, b):
        """a ∘ b for + − * / and powers, between series or with a number."""
        if operation is operator.pow:
            return apply("exp", b * apply("log", a)) if isinstance(b, Series) else power(a, b)
        if not isinstance(b, Series):
            of_all = operation in (operator.mul, operator.truediv)
            return Series((), lambda k: operation(a.at(k), b) if of_all or k == 0 else a.at(k))
        if not isinstance(a, Series):
            if operation is operator.mul:
                return Series((), lambda k: a * b.at(k))
            a = Series([a])
        if operation is operator.mul:
            return Series((), lambda k: _convolved(a, b, k))  # eq. 9
        if operation is operator.truediv:
            return _quotient(a, b)
        return Series((), lambda k: operation(a.at(k), b.at(k)))

    def elementary(self, name):
        """The function `name` of this series, from y′ = f′(u)u′ (eqs. 10, 11)."""
        if name == "abs":  # of 0 it has a corner, and no series
            return self if self.at(0) > 0 else -self if self.at(0) < 0 else self * math.nan
        y = Series([apply(name, self.at(0))])
        if name not in PAIRS:
            slope = SLOPES[name](self, y)
            y.more = lambda k: _integrated(self, slope, k)  # eq. 10; the slope may need the coefficients of y below k
            return y
        other, of_other, of_first = PAIRS[name]
        z = Series([apply(other, self.at(0))])
        y.more = lambda k: of_other * _integrated(self, z, k)  # eq. 11
        z.more = lambda k: of_first * _integrated(self, y, k)
        return y


def power(a, p):
    """aᵖ of a Series and a number: products for p = 0, 1, 2, …, LARGEST, else from a y′ = p a′ y, a₀ ≠ 0 (eq. 12)."""
    if 0 <= p <= LARGEST and p == int(p):
        y = Series([a.at(0) * 0 + 1])
        for bit in bin(int(p))[2:]:
            y = y * y * a if bit == "1" else y * y
        return y
    y = Series([a.at(0) ** p])

    def more(k):
        a.at(k)
        return sum((p * j - (k - j)) * a.c[j] * y.c[k - j] for j in range(1, k + 1)) / (k * a.c[0])  # eq. 12

    y.more = more
    return y


def taylor(f, at, order):
    """The coefficients f⁽ᵏ⁾(at)/k!, k = 0 … order, of a function of one number."""
    y = f(Series([at, at * 0 + 1]))
    y = y if isinstance(y, Series) else Series([y])
    return [y.at(k) for k in range(order + 1)]


def solution(f, y, order):
    """The Taylor coefficients of the solution of y′ = f(y) through y, a list of n numbers: n lists (eq. 13)."""
    y = [Series([value]) for value in y]
    slopes = [s if isinstance(s, Series) else Series([s]) for s in f(y)]
    for k in range(order):
        for series, following in zip(y, [slope.at(k) / (k + 1) for slope in slopes]):
            series.c.append(following)  # eq. 13
    return [series.c for series in y]


def value(c, t):
    """Σ cₖtᵏ, by Horner's scheme."""
    total = c[-1]
    for coefficient in c[-2::-1]:
        total = total * t + coefficient
    return total


def _convolved(a, b, k):
    a.at(k), b.at(k)
    return sum(map(operator.mul, a.c[: k + 1], b.c[k::-1]))


def _quotient(a, b):
    y = Series()

    def more(k):
        b.at(k)
        return (a.at(k) - sum(b.c[j] * y.c[k - j] for j in range(1, k + 1))) / b.c[0]  # eq. 9, solved for its last term

    y.more = more
    return y


def _integrated(u, slope, k):
    """yₖ with k yₖ = Σ j uⱼ slopeₖ₋ⱼ."""
    u.at(k), slope.at(k - 1)
    return sum(j * u.c[j] * slope.c[k - j] for j in range(1, k + 1)) / k
