"""Inputs of this lesson's exercises (scripts/learn.py)."""

from fractions import Fraction

import numpy as np

from formats import FORMATS


def kahan():
    half = FORMATS["binary16"].round
    yield "three numbers in binary16", ([1000.0, 0.3, 0.3], half)
    yield "a thousand tenths in binary16", ([float(np.float16(0.1))] * 1000, half)
    yield "numbers that cancel", ([1.0, 3e-4, -1.0, 3e-4, 2e-4], half)
    x = np.random.default_rng(0).random((200, 3)).astype(np.float32)
    yield "rows of an array in binary32", (x, np.float32)


def kahans_area():
    yield "without rounding", (Fraction(5), Fraction(4), Fraction(3), _whole)
    yield "Goldberg's needle with three digits", (Fraction("9"), Fraction("4.53"), Fraction("4.53"), _three)
    yield "a needle with one very short side", (Fraction("9.99"), Fraction("9.95"), Fraction("0.123"), _three)
    yield "another one", (Fraction("3.77"), Fraction("2.11"), Fraction("1.89"), _three)
    yield "the same without rounding", (Fraction("3.77"), Fraction("2.11"), Fraction("1.89"), _whole)


def significant():
    yield "three digits of 12.345", (Fraction("12.345"), 3)
    yield "a tie", (Fraction("2.45"), 2)
    yield "the same tie, upwards", (Fraction("2.45"), 2, 10, True)
    yield "upwards below a tie", (Fraction("2.44"), 2, 10, True)
    yield "a number between 1 and 2", (Fraction("1.239"), 3)
    yield "a small negative number", (Fraction("-0.0012355"), 3)
    yield "a large number", (Fraction(987654), 2)
    yield "a third in binary", (Fraction(1, 3), 8, 2)
    yield "a power of ten", (Fraction(1000), 2)
    yield "0", (Fraction(0), 3)


def _whole(x):
    return x


def _three(x):
    return Fraction(f"{float(x):.3g}")
