"""Inputs of this lesson's exercises (scripts/learn.py)."""

from types import SimpleNamespace

import numpy as np

UP, RIGHT, DOWN, LEFT = range(4)


def true_values():
    yield "three squares, 0 and 1", (SimpleNamespace(states=3, left=0.0, right=1.0),)
    yield "nineteen squares, −1 and 1", (SimpleNamespace(states=19, left=-1.0, right=1.0),)
    yield "one square", (SimpleNamespace(states=1, left=2.0, right=-4.0),)


def walk():
    edge = np.zeros((48, 4))
    edge[36, UP] = edge[24:35, RIGHT] = edge[35, DOWN] = 1
    yield "along the edge", (edge,)
    far = np.zeros((48, 4))
    far[[36, 24, 12], UP] = far[:11, RIGHT] = far[11:36:12, DOWN] = 1
    yield "far from the edge", (far - 50.0,)
    yield "nothing learnt: up for ever", (np.zeros((48, 4)),)
    falls = np.zeros((48, 4))
    falls[:, RIGHT] = 1
    yield "into the cliff, again and again, at most seven steps", (falls, 7)


def star_errors():
    yield "TD, one sweep", ("TD", 1, 0.01, 0.05, 0.99)
    yield "TD, twenty sweeps", ("TD", 20, 0.02, 0.0, 0.9)
    yield "TDC, two sweeps", ("TDC", 2, 0.01, 0.05, 0.99)
    yield "TDC, a hundred sweeps", ("TDC", 100, 0.005, 0.05, 0.99)
