"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def distances(x):
    return np.sqrt(((x[:, None] - x[None]) ** 2).sum(axis=2))


def centred():
    yield "three towns on a road", (np.array([[0.0, 9.0, 49.0], [9.0, 0.0, 16.0], [49.0, 16.0, 0.0]]),)
    yield "ten points", (distances(np.random.default_rng(0).standard_normal((10, 3))) ** 2,)


def mixtures():
    yield "halfway between two", (np.array([[1.0, 0.0]]), np.array([[[0.0, 0.0], [2.0, 0.5]]]), 1e-3)
    yield "a row like its neighbours", (np.zeros((1, 2)), np.zeros((1, 3, 2)), 0.5)
    yield "two neighbours close by", (np.zeros((1, 2)), np.array([[[0.1, 0.0], [0.1, 0.2]]]), 0.1)
    rng = np.random.default_rng(0)
    yield "five rows, four neighbours", (rng.standard_normal((5, 3)), rng.standard_normal((5, 4, 3)), 0.1)


def residual_variance():
    x = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]])
    yield "a triangle on a line", (distances(x), x[:, :1])
    rng = np.random.default_rng(0)
    x = rng.standard_normal((12, 4))
    yield "twelve points in a plane", (distances(x), x[:, :2])
