"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def log_softmax():
    yield "two equal logits", (np.array([[1.0, 1.0]]),)
    rng = np.random.default_rng(0)
    yield "three rows of four", (rng.standard_normal((3, 4)),)
    yield "one row", (rng.standard_normal(5),)
    yield "three axes, float32", (rng.standard_normal((2, 3, 4)).astype(np.float32),)
    yield "large logits", (np.array([[1000.0, 999.0, 0.0], [-1000.0, -1001.0, -1002.0]]),)


def value():
    yield "left and right alike", (0.5,)
    for p in (0.59, 0.95, 0.05):
        yield f"right with probability {p}", (p,)


def advantages():
    zeros = np.zeros((2, 1), np.float32)
    over = np.zeros((2, 1), bool)
    yield "two steps, one copy", (zeros + 1, zeros, over, np.float32([4]), np.float32(0.5), np.float32(1))
    rng = np.random.default_rng(0)
    rewards, values = rng.standard_normal((2, 6, 3)).astype(np.float32)
    last = rng.standard_normal(3).astype(np.float32)
    settings = last, np.float32(0.9), np.float32(0.8)
    yield "no end", (rewards, values, np.zeros((6, 3), bool), *settings)
    yield "ends here and there", (rewards, values, rng.random((6, 3)) < 0.4, *settings)
    yield "an end at the last step", (rewards, values, np.arange(6)[:, None] + np.zeros(3) == 5, *settings)
