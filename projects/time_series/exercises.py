"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def drift():
    yield "a line", (np.array([1.0, 2.0, 3.0, 4.0]), 2)
    yield "four values", (np.array([1.0, 3.0, 2.0, 6.0]), 2)
    yield "known a step later", (np.array([1.0, 3.0, 2.0, 6.0, 5.0]), 3, 1)
    yield "thirty values", (np.random.default_rng(0).standard_normal(30).cumsum(), 10, 2)


def differenced():
    yield "steps", (np.array([1.0, 4.0, 9.0, 16.0]), np.array([1.0]))
    yield "steps of steps", (np.array([1.0, 4.0, 9.0, 16.0, 25.0]), np.array([2.0, -1.0]))
    yield "two columns", (np.random.default_rng(0).standard_normal((12, 2)), np.array([1.0, 0.0, 0.5]))


def stable():
    yield "one", (np.array([0.5]),)
    yield "none", (np.empty(0),)
    yield "two", (np.array([0.5, -1.0]),)
    yield "five", (np.random.default_rng(0).standard_normal(5),)
