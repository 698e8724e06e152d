"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

CORRELATED = np.array([[1.0, 0.9], [0.9, 1.0]])


def normal():
    yield "two numbers' laws", (np.array([0.0]), np.array([[1.0]]), np.array([1.0]), np.array([[4.0]]))
    zero = np.zeros(2)
    yield "itself", (zero, CORRELATED, zero, CORRELATED)
    yield "a correlated law and its marginals", (zero, CORRELATED, zero, np.eye(2))
    a, b = np.random.default_rng(0).standard_normal((2, 4, 4))
    yield "four dimensions", (a[0], a @ a.T + np.eye(4), b[0], b @ b.T + np.eye(4))
    d = 400
    yield "400 dimensions", (np.zeros(d), 1e-3 * np.eye(d), np.ones(d), 2e-3 * np.eye(d))


def exact():
    yield "three years", (np.array([3, 0, 1]), 1.0, 1.0)
    yield "ten years", ([4, 5, 3, 6, 1, 0, 2, 1, 0, 0], 2.0, 0.5)
    yield "two years without a disaster", ([0, 0], 1.5, 3.0)
    years = np.random.default_rng(0).poisson([3.0] * 300 + [1.0] * 300)
    yield "six hundred years", (years, 1.0, 1.0)


def coordinate_ascent():
    precision = np.linalg.inv(CORRELATED)
    yield "two variables", (np.array([1.0, 2.0]), np.array([[2.0, 1.0], [1.0, 2.0]]), np.array([0.0, 0.0]))
    yield "a correlation of 0.9, as lists", ([0.0, 3.0], precision.tolist(), [1.0, -1.0])
    a = np.random.default_rng(0).standard_normal((5, 5))
    yield "five variables", (np.arange(5.0), a @ a.T + np.eye(5), np.zeros(5))


def coordinate_ascent_use(function, *arguments):
    found = function(*arguments)
    return found.means, found.variances
