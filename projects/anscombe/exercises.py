"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def pairs():
    for data_set in (1, 2, 3, 4):
        yield f"data set {data_set}", (data_set,)
    yield "data set 3 without its third pair", (3, 3)
    yield "data set 1 without its last pair", (1, 11)


def regression():
    yield "three points", (np.array([1.0, 2.0, 3.0]), np.array([2.0, 3.0, 7.0]))
    rng = np.random.default_rng(0)
    x = rng.normal(9.0, 3.0, 11)
    yield "eleven points", (x, 3 + 0.5 * x + rng.standard_normal(11))
