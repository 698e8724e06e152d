"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def capped():
    yield "one unit, twice too long", (np.array([[3.0], [4.0]]), 2.5)
    yield "a unit that is short enough", (np.array([[0.3, 3.0], [0.4, 4.0]]), 2.5)
    rng = np.random.default_rng(0)
    yield "six inputs, four units", (rng.standard_normal((6, 4)).astype(np.float32), 1.5)
    yield "a unit of weights 0", (np.array([[0.0, 1.0], [0.0, 1.0]]), 1.0)


def shifted():
    yield "one picture", (np.arange(784, dtype=np.float32)[None], 1, np.random.default_rng(0))
    rng = np.random.default_rng(1)
    yield "three pictures", (rng.random((3, 784), dtype=np.float32), 2, np.random.default_rng(2))
    yield "nothing moves", (rng.random((2, 784), dtype=np.float32), 0, np.random.default_rng(3))
    yield "thirty pictures", (rng.random((30, 784), dtype=np.float32), 3, np.random.default_rng(4))


def torch_order():
    yield "one number", (1, 0)
    yield "four numbers", (4, 0)
    yield "a hundred", (100, 1337)
