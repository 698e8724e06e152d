"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

from abacus.exercises import Formula

SQUARE = Formula("x² of x", lambda x: (float(x @ x), 2 * x))
AROUND = Formula("(x + 1)² of x", lambda x: (float((x + 1) @ (x + 1)), 2 * (x + 1)))


def backtracking():
    def along(fun, x, direction, length=1.0):
        x, direction = np.array(x), np.array(direction)
        f, gradient = fun(x)
        return fun, x, f, float(gradient @ direction), direction, length

    yield "x² from 1", along(SQUARE, [1.0], [-2.0])
    yield "two variables, a long step", along(SQUARE, [1.0, -3.0], [-2.0, 6.0], 10.0)
    yield "a step to nearly the same height", along(SQUARE, [1.0], [-1.9999])
    yield "the same, four times as long", along(SQUARE, [1.0], [-0.499975], 4.0)
    yield "the last of the lengths", along(AROUND, [0.0], [-(2.0**59)])
    yield "one more than there are", along(AROUND, [0.0], [-(2.0**60)])
    undefined = Formula("√x − x of x", lambda x: (float(np.emath.sqrt(x[0]).real - x[0]) if x[0] >= 0 else np.nan, x))
    yield "values that are not a number", (undefined, np.array([1.0]), 0.5, -1.0, np.array([-3.0]), 1.0)


def complex_step():
    yield "x² at 3", (Formula("x² of x", lambda x: x**2), np.array([3.0]))
    rows = Formula("(xy, x, sin y)", lambda x: np.array([x[0] * x[1], x[0], np.sin(x[1])]))
    yield "three rows of two parameters", (rows, np.array([2.0, 0.5]))
    t = np.linspace(0.0, 2.0, 5)
    decay = Formula("a e^(-bt)", lambda x: x[0] * np.exp(-x[1] * t))
    yield "a curve at five points", (decay, np.array([100.0, 1.5]))
    yield "another h", (decay, np.array([100.0, 1.5]), 1e-30)


def onto_simplex():
    yield "two numbers", (np.array([1.0, 0.5]),)
    yield "one that becomes 0", (np.array([0.2, 0.9, -1.0]),)
    yield "one that takes it all", (np.array([0.0, 5.0, 1.0]),)
    yield "equal numbers", (np.array([-2.0, -2.0, -2.0]),)
    yield "the nearest is itself", (np.array([0.25, 0.75]),)
    yield "another total", (np.random.default_rng(0).standard_normal(8), 2.5)
