"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def logit():
    yield "three numbers", (np.array([-1.0, 0.0, 2.0]),)
    yield "very large and very small ones", (np.array([-800.0, -40.0, 40.0, 800.0]),)
    yield "a hundred numbers", (np.linspace(-9, 9, 100),)


def information():
    yield "two rows", (np.array([[1.0, 2.0], [-1.0, 1.0]]), np.array([0.5, -0.5]), "logit")
    rng = np.random.default_rng(0)
    for link in ("logit", "probit"):
        yield f"twelve rows, {link}", (rng.standard_normal((12, 3)), rng.standard_normal(3), link)


def huber_regression():
    x = np.column_stack([np.ones(5), np.arange(5.0)])
    yield "five points, one of them wild", (x, np.array([0.1, 1.0, 2.1, 3.0, 40.0]))
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(30), rng.standard_normal((30, 2))])
    y = x @ [1.0, 2.0, -1.0] + 0.3 * rng.standard_normal(30)
    y[:4] += 20
    yield "thirty points, four of them wild", (x, y)
    yield "another width", (x, y, 2.5)
