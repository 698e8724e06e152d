"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def log_likelihood():
    yield "one target, told exactly", (np.array([0.0]), np.array([1.0]), np.array([0.0]))
    yield "two targets", (np.array([1.0, 2.0]), np.array([0.5, 4.0]), np.array([0.0, 2.5]))
    rng = np.random.default_rng(0)
    yield "ten targets", (rng.standard_normal(10), rng.uniform(0.1, 2, 10), rng.standard_normal(10))


def updated():
    yield "one number", (np.array([[1.0]]), np.array([2.0]), np.array([4.0]))
    rng = np.random.default_rng(0)
    curved = rng.standard_normal((4, 4))
    curved = curved @ curved.T + np.eye(4)
    step = rng.standard_normal(4)
    yield "four numbers, from the identity", (np.eye(4), step, curved @ step)
    yield "four numbers, from another matrix", (np.linalg.inv(curved + np.eye(4)), step, curved @ step)


def toeplitz():
    yield "one value", (np.array([2.0]), np.array([1.0]))
    yield "two values", (np.array([1.0, 0.5]), np.array([1.0, -1.0]))
    t = np.arange(12.0)
    yield "twelve values", (np.exp(-0.1 * t * t) + 0.1 * (t == 0), np.sin(t))
