"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

from abacus.exercises import Formula


def towards_mean():
    yield "four means", (np.array([1.0, 2.0, 3.0, 6.0]),)
    yield "five means, another variance", (np.array([-1.0, 0.5, 2.0, 0.0, 7.0]), 0.25)
    yield "equal means", (np.full(4, 2.0),)
    yield "twenty means", (np.random.default_rng(0).standard_normal(20) + 3,)


def moments():
    yield "two estimates", (np.array([1.0, 3.0]), 1.5)
    yield "always the same error", (np.full(4, 2.0), 1.0)
    yield "fifty estimates", (np.random.default_rng(0).standard_normal(50) + 1, 0.5)


def jackknife():
    mean = Formula("the mean", lambda x: x.mean(-1))
    variance = Formula("the variance with the divisor n", lambda x: x.var(-1))
    product = Formula("Σ xy / Σ x²", lambda x: (x[..., 0] * x[..., 1]).sum(-1) / (x[..., 0] ** 2).sum(-1))
    yield "the mean of three", (mean, np.array([1.0, 2.0, 6.0]))
    yield "the variance of five", (variance, [3.0, 1.0, 4.0, 1.0, 5.0])
    yield "the slope of eight pairs", (product, np.random.default_rng(0).standard_normal((8, 2)))
    yield "two data", (variance, np.array([0.0, 4.0]))
