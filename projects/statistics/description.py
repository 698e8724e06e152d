"""Numbers that describe a sample: mean, spread, order, dependence on the value before; exact until the last step.

A number that is written down, 0.1 say, is a fraction, and sums, products and quotients of fractions are fractions. So every
number here is computed without any rounding; only a root is rounded, once. `values` may be whole numbers, fractions,
decimal texts such as "0.1", or floats (each float is a fraction too, though not quite the decimal that one typed).
"""

import math
from fractions import Fraction
from itertools import pairwise
from numbers import Rational

from abacus.errors import BadInput


def exact(values):
    """The values as Fractions: "0.1" is one tenth, and the float 0.1 is the fraction that the float holds.

    BadInput where one is no finite number.
    """
    return [value if type(value) is Fraction else _fraction(value) for value in values]


def _fraction(value):
    try:
        if isinstance(value, str):
            return Fraction(value)
        ratio = (value.numerator, value.denominator) if isinstance(value, Rational) else value.as_integer_ratio()
        return Fraction(*map(int, ratio))  # NumPy's integers would overflow
    except (AttributeError, ValueError, OverflowError, ZeroDivisionError):
        raise BadInput(f"{value!r} among the values: each must be a finite number") from None


def nearest(q):
    """The float nearest to a fraction; infinite where floats end."""
    try:
        return float(q)
    except OverflowError:
        return math.inf if q > 0 else -math.inf


def whole(values):
    """(whole numbers, scale): the exact values times their common denominator. Sums of whole numbers are fast.

    BadInput where there is no value.
    """
    values = exact(values)
    if not values:
        raise BadInput("no values: at least one is needed")
    scale = math.lcm(*(value.denominator for value in values))
    return [value.numerator * (scale // value.denominator) for value in values], scale


def mean(values):
    """m = Σ x / n  (eq. 1), a Fraction."""
    numbers, scale = whole(values)
    return Fraction(sum(numbers), len(numbers) * scale)  # eq. 1


def squares(values):
    """S = Σ (x − m)², a Fraction, by n S = n Σ x² − (Σ x)²  (eq. 2): in whole numbers nothing is lost by the difference."""
    numbers, scale = whole(values)
    n, total = len(numbers), sum(numbers)
    return Fraction(n * sum(x * x for x in numbers) - total * total, n * scale * scale)  # eq. 2


def variance(values, less=1):
    """s² = S / (n − less)  (eq. 3), a Fraction; less = 1 corrects for the mean being that of the same values."""
    if len(values) <= less:
        raise BadInput(f"{len(values)} value{'s' * (len(values) != 1)}: a spread needs {less + 1}")
    return squares(values) / (len(values) - less)  # eq. 3


def sd(values, less=1):
    """s, the root of eq. 3, a float rounded once."""
    return root(variance(values, less))


def root(q):
    """√q of a fraction q ≥ 0, rounded once: at least 63 bits of the root as a whole number, then whether more follow."""
    q = Fraction(q)
    shift = max(0, 64 - (q.numerator.bit_length() - q.denominator.bit_length()) // 2)
    square = q.numerator << 2 * shift
    bits = math.isqrt(square // q.denominator)
    more = bits * bits * q.denominator != square
    return nearest(Fraction(2 * bits + more, 2 << shift))


def signed_root(q, like):
    """√q with the sign of the number `like`, which may be too large for a float."""
    return -root(q) if like < 0 else root(q)


def autocorrelation(values):
    """r₁ = Σ (xᵢ − m)(xᵢ₊₁ − m) / S  (eq. 4), a Fraction: does a value resemble the one before it?"""
    apart = _deviations(values)
    if not any(apart):
        raise BadInput("all values are equal: none can resemble the one before it more than any other")
    return Fraction(sum(a * b for a, b in pairwise(apart)), sum(a * a for a in apart))  # eq. 4


def skewness(values):
    """Σ (x − m)³ / n over (S / n)^(3/2), a float: 0 for a symmetric sample, above 0 where the long tail is to the right."""
    apart = _deviations(values)
    if not any(apart):
        raise BadInput("all values are equal: no tail is longer than the other")
    third, second = sum(a**3 for a in apart), sum(a * a for a in apart)
    return signed_root(Fraction(third**2 * len(apart), second**3), third)


def _deviations(values):
    """x − m of all values, in whole numbers of a unit that they share."""
    numbers, _ = whole(values)
    n, total = len(numbers), sum(numbers)
    return [n * x - total for x in numbers]


def quantile(values, p):
    """The value below which a share p lies: order the values, go to place 1 + (n − 1) p, between two of them in proportion."""
    numbers, scale = whole(values)
    ordered, place = sorted(numbers), (len(numbers) - 1) * Fraction(p)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return (ordered[low] + (place - low) * (ordered[high] - ordered[low])) / scale


def quartiles(values):
    """(lower quartile, median, upper quartile), three Fractions."""
    return tuple(quantile(values, Fraction(k, 4)) for k in (1, 2, 3))
