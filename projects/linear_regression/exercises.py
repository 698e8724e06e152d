"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

from double_double import DoubleDouble


def two_sum():
    yield "a large and a small number", (1.0, 1e-20)
    yield "a small and a large number", (1e-20, 1.0)
    yield "a sum without a loss", (0.5, 0.25)
    rng = np.random.default_rng(0)
    yield "arrays", (rng.standard_normal(20), rng.standard_normal(20) * 10.0 ** rng.integers(-12, 12, 20))


def householder():
    yield "two columns", (np.array([[3.0, 1.0], [4.0, 2.0], [0.0, 5.0]]),)
    rng = np.random.default_rng(0)
    yield "a negative first number", (np.array([[-1.0, 2.0], [2.0, 0.0], [2.0, 1.0]]),)
    yield "eight rows, three columns", (rng.standard_normal((8, 3)),)
    yield "double-doubles", (DoubleDouble(rng.standard_normal((6, 3))),)
    yield "columns that depend on each other", (np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0]]),)


def householder_use(function, x):
    """Plain arrays of what may be double-doubles; of R what stands on and above its diagonal."""
    reflectors, r = function(x)
    return [(_rounded(v), _rounded(beta)) for v, beta in reflectors], np.triu(_rounded(r))


def cholesky():
    yield "two rows", (np.array([[4.0, 2.0], [2.0, 5.0]]),)
    x = np.random.default_rng(0).standard_normal((9, 4))
    yield "four rows", (x.T @ x, 9)
    yield "a matrix that is not positive definite", (np.array([[1.0, 2.0], [2.0, 1.0]]),)
    yield "columns that depend on each other", (np.array([[1.0, 2.0], [2.0, 4.0]]), 3)


def _rounded(value):
    return value.round() if hasattr(value, "hi") else value
