"""Double-double arithmetic against exact fractions."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

import double_double
from double_double import DoubleDouble, decimals

EPS = np.finfo(float).eps
moderate = st.floats(-1e9, 1e9).filter(lambda x: x == 0 or abs(x) > 1e-9)


@given(moderate, moderate)
def test_two_sum_and_two_prod_lose_nothing(a, b):
    for (high, low), exact in (
        (double_double.two_sum(a, b), Fraction(a) + Fraction(b)),
        (double_double.two_prod(a, b), Fraction(a) * Fraction(b)),
    ):
        assert Fraction(float(high)) + Fraction(float(low)) == exact


@given(moderate, moderate, moderate, moderate)
def test_double_double_operations_keep_102_bits(a, b, c, d):
    """The bounds are those of Joldes, Muller and Popescu (2017): 3, 5 and 15 units of 2⁻¹⁰⁶."""
    x, y = DoubleDouble(*double_double.two_sum(a, b * EPS)), DoubleDouble(*double_double.two_sum(c, d * EPS))
    p, q = _fraction(x), _fraction(y)
    assert abs(_fraction(x + y) - (p + q)) <= 3 * abs(p + q) / 2**106
    assert abs(_fraction(x * y) - p * q) <= 5 * abs(p * q) / 2**106
    if q:
        assert abs(_fraction(x / y) - p / q) <= 15 * abs(p / q) / 2**106
    if p > 0:
        root = _fraction(x.sqrt())
        assert abs(root**2 - p) <= 15 * p / 2**106


def test_decimals_are_read_to_106_bits():
    for text in ("-6.860120914", "0.1", ".11019", "234289", "-0.316081871345029E-14"):
        exact = Fraction(text)
        assert abs(_fraction(decimals([text])[0]) - exact) <= abs(exact) / 2**106


def _fraction(x):
    return Fraction(float(x.hi)) + Fraction(float(x.lo))
