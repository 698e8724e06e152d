"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def votes():
    yield "two rows", (np.array([[0, 1, 1], [2, 2, 2]]), 3)
    yield "a class that nobody has", (np.array([[0, 3], [3, 0]]), 5)
    yield "thirty rows", (np.random.default_rng(0).integers(0, 4, (30, 7)), 4)


def majority():
    yield "one row", (np.array([[2, 1, 1]]), 3)
    yield "two classes with as many", (np.array([[2, 1, 1, 2], [0, 2, 2, 0]]), 3)
    yield "all different", (np.array([[3, 0, 1], [1, 3, 0]]), 4)
    yield "fifty rows", (np.random.default_rng(0).integers(0, 3, (50, 5)), 3)


def within():
    yield "two classes", (np.array([[1.0], [3.0], [10.0], [14.0]]), np.array(["a", "a", "b", "b"]))
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 30)
    yield "three classes", (rng.standard_normal((30, 4)) + 5 * y[:, None], y)
