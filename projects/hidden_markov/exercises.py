"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

TWO = np.array([[0.9, 0.1], [0.4, 0.6]])
THREE = np.array([[0.6, 0.3, 0.1], [0.05, 0.9, 0.05], [0.5, 0.2, 0.3]])


def ahead():
    yield "two states", (np.array([1.0, 0.0]), TWO, 2)
    yield "three states", (np.array([0.2, 0.3, 0.5]), THREE, 10)
    yield "no step", (np.array([0.5, 0.5]), TWO, 0)


def autocorrelations():
    yield "four numbers", (np.array([1.0, 2.0, 4.0, 1.0]), 1)
    yield "up and down", (np.array([3.0, 5.0] * 4), 3)
    yield "forty numbers", (np.random.default_rng(0).poisson(20, 40), 8)


def stationary():
    yield "two states", (TWO,)
    yield "three states", (THREE,)
    yield "round in a circle", (np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]),)
    yield "a state that is left for ever", (np.array([[0.5, 0.5, 0.0], [0.0, 0.3, 0.7], [0.0, 0.6, 0.4]]),)
    yield "one state", (np.array([[1.0]]),)
    rng = np.random.default_rng(0)
    yield "six states", (rng.dirichlet(np.ones(6), 6),)
