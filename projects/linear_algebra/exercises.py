"""Inputs of this lesson's exercises (scripts/learn.py)."""

from fractions import Fraction

import numpy as np


def back():
    yield "two equations", (np.array([[2.0, 1.0], [0.0, 4.0]]), np.array([4.0, 8.0]))
    rng = np.random.default_rng(0)
    upper = np.triu(rng.standard_normal((5, 5))) + 4 * np.eye(5)
    yield "five equations", (upper, rng.standard_normal(5))
    yield "three right-hand sides", (upper, rng.standard_normal((5, 3)))
    yield "fractions", (np.array([[3, 1], [0, 7]]) * Fraction(1), np.array([1, 2]) * Fraction(1))


def link_matrix():
    yield "two pages", (["a -> b", "b -> a"],)
    yield "a page that is only linked to", (["home -> news, about", "news -> home"],)
    yield "links to oneself, and the same link twice", (["a -> a, b, b, c", "b -> c", "c -> a"],)
    yield "lines of one page apart from each other", (["b -> c", "a -> b", "b -> a"],)


def reflector():
    yield "two numbers", (np.array([3.0, 4.0]),)
    rng = np.random.default_rng(0)
    yield "five numbers", (rng.standard_normal(5),)
    yield "a negative first number", (np.array([-1.0, 2.0, 2.0]),)
    yield "0 in front", (np.array([0.0, 3.0, -4.0]),)
    yield "zeros behind", (np.array([-2.0, 0.0, 0.0]),)
    yield "zeros only", (np.zeros(3),)
    yield "very small numbers", (np.array([3e-200, -4e-200]),)
    yield "very large numbers", (np.array([-3e200, 4e200]),)
