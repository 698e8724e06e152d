"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def parameters():
    yield "round, all of one size, in the plane", ("EII", 2, 2)
    names = "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVE", "VVE", "EEV", "VEV", "EVV", "VVV"
    for name in names:
        yield f"{name} in four dimensions", (name, 3, 4)
    yield "one feature", ("VII", 3, 1)


def of_posterior():
    yield "three numbers, one of them shared", (np.array([[0.0], [2.0], [6.0]]), np.array([[1, 0], [0.5, 0.5], [0, 1]]))
    yield "labels", (np.array([[1.0, 2.0], [3.0, 2.0], [0.0, 5.0], [4.0, 9.0]]), np.eye(2)[[0, 0, 1, 1]])
    rng = np.random.default_rng(0)
    yield "twenty rows, three components", (rng.standard_normal((20, 4)), rng.dirichlet(np.ones(3), 20))


def cut():
    yield "three rows, two clusters", (np.array([[1.0, 2.0, 0.5, 2.0], [0.0, 3.0, 2.0, 3.0]]), 2)
    tree = np.array([[3, 4, 0.1, 2], [0, 2, 0.2, 2], [1, 5, 0.7, 3], [6, 7, 3.0, 5]], dtype=float)
    for k in (1, 2, 3, 4, 5):
        yield f"five rows, {k} clusters", (tree, k)
