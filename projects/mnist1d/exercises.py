"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

import signals


def shapes():
    yield "the ten templates", ()


def smooth():
    yield "one peak", (np.eye(1, 20, 10)[0],)
    yield "a step", (np.repeat([0.0, 1.0], 12),)
    yield "noise", (np.random.default_rng(0).standard_normal(72),)


def padded():
    shape = signals.shapes()[3]
    for seed in range(6):
        yield f"a shape, seed {seed}", (shape, np.random.RandomState(seed))
