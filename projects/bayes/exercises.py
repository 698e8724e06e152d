"""Inputs of this lesson's exercises (scripts/learn.py)."""

from typing import NamedTuple

import numpy as np

from hamiltonian import Point


def weighted():
    yield (
        "three points, the middle one twice as likely",
        (np.array([[0.0], [1.0], [2.0]]), np.log([1.0, 2.0, 1.0]), 0.0),
    )
    yield (
        "five points of a width of ¼",
        (np.arange(5.0)[:, None] / 4, np.array([-np.inf, -3.0, -1.0, -0.5, 0.0]), -np.log(4)),
    )
    far = np.random.default_rng(0).standard_normal((40, 2))
    yield "densities near e^1000", (far, 1000 - (far**2).sum(axis=1), 1.5)
    yield "densities near e^-1000", (far, -1000 - (far**2).sum(axis=1), -2.0)


def potential():
    rng = np.random.default_rng(0)
    yield "two chains that agree", (np.array([[1.0, 2.0], [2.0, 1.0], [3.0, 3.0]]),)
    yield "two chains that do not", (np.array([[1.0, 11.0], [2.0, 12.0], [3.0, 13.0]]),)
    yield "chains of unequal spread", (rng.standard_normal((50, 4)) * [1.0, 2.0, 3.0, 4.0],)
    yield "a single chain", (rng.standard_normal((10, 1)),)
    yield "chains that never move", (np.ones((5, 3)),)


class Bowl(NamedTuple):
    """The log density −½ Σ (u / widths)² of chains u (chains, d)."""

    widths: list

    def at(self, u):
        z = u / self.widths
        return Point(u, -0.5 * (z * z).sum(axis=1), -z / self.widths)


def leap():
    one, two, rng = Bowl([1.0]), Bowl([1.0, 3.0]), np.random.default_rng(0)
    yield "one ball at rest", (one, one.at(np.array([[2.0]])), np.array([[0.0]]), 0.1)
    start, p = two.at(rng.standard_normal((5, 2))), rng.standard_normal((5, 2))
    yield "five balls in a long bowl", (two, start, p, 0.5)
    yield (
        "each with a step of its own, some backwards",
        (two, start, p, np.array([[0.5], [-0.5], [0.1], [2.0], [-1.0]])),
    )
