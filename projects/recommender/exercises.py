"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def half_life():
    yield "the first place", (0, 5)
    yield "the fifth", (4, 5)
    yield "ten places, another half-life", (np.arange(10), 3)


def coverage():
    yield "two users, three items", (np.array([[0, 1, 2], [0, 2, 1]]), 1)
    rng = np.random.default_rng(0)
    yield "20 users", (np.argsort(rng.random((20, 30)), axis=1), 2)


def likeness():
    from rated import known
    from ratings import matrix

    yield "two users", (known(matrix([0, 0, 1, 1], [0, 1, 0, 2], [5, 3, 4, 1], (2, 3))),)
    yield "nothing in common", (known(matrix([0, 1], [0, 1], [5, 3], (2, 2))),)
    rng = np.random.default_rng(0)
    at = np.nonzero(rng.random((8, 10)) < 0.5)
    yield "eight users", (known(matrix(*at, rng.integers(1, 6, at[0].size), (8, 10))),)
