"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def filled():
    yield "three places for one and a half", (np.array([1.0, 1.0, 1.0]), 1.5)
    yield "nothing to fill in", (np.array([1.0, 2.0]), 0.0)
    yield "more than there is room for", (np.array([0.5, 0.25]), 2.0)
    rng = np.random.default_rng(0)
    yield "twenty places", (rng.uniform(0, 1, 20), 4.25)


def ranged():
    yield "one feature", (np.array([[0.0], [4.0], [1.0]]), np.array([[2.0], [5.0]]))
    rng = np.random.default_rng(0)
    yield "three features", (rng.standard_normal((10, 3)), rng.standard_normal((4, 3)))


def neighbours():
    x = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 3.0], [5.0, 5.0]])
    yield "four points, one neighbour", (x, np.array([3, 1, 1, 2]), np.array([[0.2, 0.0], [4.0, 4.0]]), 1)
    yield "a tie goes to the nearest", (x, np.array([3, 1, 1, 2]), np.array([[0.9, 0.1]]), 4)
    rng = np.random.default_rng(0)
    yield (
        "thirty points, five neighbours",
        (rng.standard_normal((30, 2)), rng.integers(0, 4, 30), rng.standard_normal((10, 2)), 5),
    )
