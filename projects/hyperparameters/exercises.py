"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def draws_needed():
    yield "one draw, a sure thing nearly", (0.5, 0.5)
    yield "the rule", (0.05, 0.95)
    yield "one in a hundred", (0.01, 0.9)
    yield "most are good", (0.9, 0.99)


def expected_improvement():
    yield "one point", (1.0, np.array([1.0]), np.array([0.5]))
    yield "better, equal, worse", (0.0, np.array([-2.0, 0.0, 3.0]), np.array([1.0, 0.1, 2.0]))
    rng = np.random.default_rng(0)
    yield "fifty points", (0.3, rng.standard_normal(50), rng.random(50) + 0.01)


def rungs():
    yield "one in three", (9, 1, 3, 9)
    yield "not enough left", (4, 1, 3, 81)
    yield "a resource that does not fit", (20, 2, 3, 50)
    yield "halves", (8, 1, 2, 8)
    yield "already there", (5, 7, 2, 7)
    yield "none to spare", (1, 1, 2, 4)
