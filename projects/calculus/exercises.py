"""Inputs of this lesson's exercises (scripts/learn.py)."""

from fractions import Fraction

import numpy as np


def complex_step():
    yield "the square at 3", (_square, 3.0, 1e-20)
    yield "the exponential at 1", (np.exp, 1.0, 1e-100)
    yield "a quotient at π/4", (_quotient, np.pi / 4, 1e-200)
    yield "a large step", (_square, -2.0, 0.5)
    yield "the sine with a large step", (np.sin, 0.3, 0.5)


def extrapolate():
    yield "two values", ([1.0, 0.75], 2, [2])
    yield "three values", ([4.0, 3.0, 2.5], 2, [2, 4, 6])
    yield "steps that shrink by a third", ([1.0, 0.9, 0.88, 0.87], 3, [1, 2, 3])
    yield "one value", ([5.0], 2, [2, 4])


def legendre():
    yield "the first", (1, Fraction(1, 2))
    yield "the second", (2, Fraction(1, 3))
    yield "the fifth", (5, Fraction(-2, 7))
    yield "the tenth, of a float", (10, 0.3)


def _square(x):
    return x * x


def _quotient(x):
    return np.exp(x) / (np.sin(x) ** 3 + np.cos(x) ** 3)
