"""Inputs of this lesson's exercises (scripts/learn.py)."""

from types import SimpleNamespace

import numpy as np


def predict():
    yield "two samples", (_columns(["ham", "spam"]), np.array([[-3.0, -2.0], [-1.0, -4.0]]))
    rng = np.random.default_rng(0)
    yield "nine samples", (_columns(["a", "b", "c"]), rng.standard_normal((9, 3)))
    yield "numbers as classes", (_columns([3, 7]), rng.standard_normal((5, 2)))


def measures():
    yield "four messages", (np.array([1, 0, 1, 0]), np.array([1, 1, 0, 0]))
    yield "seven messages", (np.array([1, 1, 1, 0, 0, 0, 0]), np.array([1, 1, 0, 1, 0, 0, 0]))
    yield "a filter that lets everything pass", (np.zeros(5, int), np.array([1, 0, 0, 0, 0]))
    rng = np.random.default_rng(0)
    yield "two hundred messages", (rng.integers(0, 2, 200), rng.integers(0, 2, 200))


def noncentral_chi2():
    yield "two dimensions", (3.0, 2, 1.0)
    yield "the ball's own centre", (3.0, 2, 0.0)
    yield "twenty dimensions", (40.0, 20, 4.0)
    yield "far away", (30.0, 5, 25.0)


def _columns(classes):
    """A classifier whose joint log-likelihood is the samples themselves."""
    return SimpleNamespace(classes_=np.array(classes), joint_log_likelihood=np.asarray)
