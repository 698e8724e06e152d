"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

import process

FOUR = process.of_beta([0.1, 0.2, 0.4, 0.5])


def forward():
    yield "a point, after two steps", (np.array([[1.0, -2.0]]), 2, np.array([[0.5, 0.25]]), FOUR)
    rng = np.random.default_rng(0)
    x, noise = rng.standard_normal((2, 5, 3))
    yield "five points, each at a step of its own", (x, np.array([1, 2, 3, 4, 2]), noise, FOUR)
    yield "five points before the first step", (x, 0, noise, FOUR)


def posterior():
    yield "a number", (np.array([1.0]), np.array([0.5]), 2, FOUR)
    rng = np.random.default_rng(0)
    x_0, x_t = rng.standard_normal((2, 4, 3))
    yield "four points at the last step", (x_0, x_t, 4, FOUR)
    yield "each at a step of its own", (x_0, x_t, np.array([2, 3, 4, 2]), FOUR)
    yield "the first step, which has no doubt left", (x_0, x_t, 1, FOUR)


def guided():
    yield "one number", (3.0, 1.0, 2.0)
    a, b = np.random.default_rng(0).standard_normal((2, 4, 3))
    yield "no guidance", (a, b, 0.0)
    yield "half a weight", (a, b, 0.5)
