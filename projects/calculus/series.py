"""Taylor series as numbers: Σ cₖtᵏ up to a fixed power, with the same arithmetic; of floats, fractions or decimals."""

import operator

from autodiff import with_operators
from elementary import SLOPES, apply

PAIRS = {  # f: g, and the signs in f′ = ±g, g′ = ±f
    "sin": ("cos", 1, -1),
    "cos": ("sin", -1, 1),
    "sinh": ("cosh", 1, 1),
    "cosh": ("sinh", 1, 1),
}


@with_operators
class Series:
    """c₀ + c₁t + … + cₙtⁿ, coefficients `c`; what lies beyond tⁿ is forgotten."""

    def __init__(self, coefficients):
        self.c = list(coefficients)

    @staticmethod
    def combine(operation, a, b):
        """a ∘ b for + − * / and powers, between series of equal length or with a number."""
        if operation is operator.pow:
            return apply("exp", b * apply("log", a)) if isinstance(b, Series) else power(a, b)
        size = len((a if isinstance(a, Series) else b).c)
        a, b = (x.c if isinstance(x, Series) else [x] + [0 * x] * (size - 1) for x in (a, b))
        if operation is operator.mul:
            return Series(_convolved(a, b, k) for k in range(size))  # eq. 9
        if operation is operator.truediv:
            return _quotient(a, b)
        return Series(map(operation, a, b))

    def elementary(self, name):
        """The function `name` of this series, coefficient after coefficient, from y′ = f′(u)u′ (eqs. 10, 11)."""
        u, first = self.c, apply(name, self.c[0])
        if name == "abs":
            return self if u[0] > 0 else -self
        if name == "sqrt":
            return power(self, 0.5)
        if name == "exp":
            return Series(_integrated(u, first, lambda y: y))  # eq. 10: y′ = yu′
        if name in PAIRS:
            return self._pair(name, first)
        if len(u) == 1:
            return Series([first])
        inner = Series(u[:-1])  # of f′(u) one coefficient less is needed
        slope = SLOPES[name](inner, inner.elementary(name) if name in ("tan", "tanh") else None)
        return Series(_integrated(u, first, lambda y: slope.c))  # eq. 11

    def _pair(self, name, first):
        other, of_other, of_first = PAIRS[name]
        u, y, z = self.c, [first], [apply(other, self.c[0])]
        for k in range(1, len(u)):
            one, two = (sum(j * u[j] * s[k - j] for j in range(1, k + 1)) / k for s in (z, y))
            y.append(of_other * one)  # eq. 11
            z.append(of_first * two)
        return Series(y)


def power(a, p):
    """aᵖ of a Series and a number: products for p = 0, 1, 2, …, else from a y′ = p a′ y, a₀ ≠ 0 (eq. 12)."""
    if p == int(p) and p >= 0:
        y = Series([a.c[0] * 0 + 1] + [a.c[0] * 0] * (len(a.c) - 1))
        for bit in bin(int(p))[2:]:
            y = y * y * a if bit == "1" else y * y
        return y
    y = [a.c[0] ** p]
    for k in range(1, len(a.c)):
        y.append(sum((p * j - (k - j)) * a.c[j] * y[k - j] for j in range(1, k + 1)) / (k * a.c[0]))  # eq. 12
    return Series(y)


def taylor(f, at, order):
    """The coefficients f⁽ᵏ⁾(at)/k!, k = 0 … order, of a function of one number."""
    y = f(Series([at, at * 0 + 1] + [at * 0] * (order - 1)) if order else Series([at]))
    return y.c if isinstance(y, Series) else [y] + [at * 0] * order


def solution(f, y, order):
    """The Taylor coefficients of the solution of y′ = f(y) through y, a list of n numbers: n lists (eq. 13)."""
    found = [[value] for value in y]
    for k in range(order):
        slopes = f([Series(c) for c in found])
        for c, slope in zip(found, slopes):
            c.append((slope.c[k] if isinstance(slope, Series) else slope * (k == 0)) / (k + 1))  # eq. 13
    return found


def value(c, t):
    """Σ cₖtᵏ, by Horner's scheme."""
    total = c[-1]
    for coefficient in c[-2::-1]:
        total = total * t + coefficient
    return total


def _convolved(a, b, k):
    return sum(map(operator.mul, a[: k + 1], b[k::-1]))


def _quotient(a, b):
    y = []
    for k in range(len(a)):
        y.append((a[k] - sum(b[j] * y[k - j] for j in range(1, k + 1))) / b[0])  # eq. 9, solved for its last term
    return Series(y)


def _integrated(u, first, slope):
    """y with k yₖ = Σ j uⱼ sₖ₋ⱼ, where s = slope(y so far)."""
    y = [first]
    for k in range(1, len(u)):
        s = slope(y)
        y.append(sum(j * u[j] * s[k - j] for j in range(1, k + 1)) / k)
    return y
