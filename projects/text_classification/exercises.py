"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def grams():
    yield "two words", (["not", "good"], 2)
    yield "one word, runs of two", (["good"], 2)
    yield "no word", ([], 2)
    yield "five words, runs of three", (["the", "plot", "was", "not", "good"], 3)
    yield "words alone", (["a", "b", "c"], 1)


def macro_f1():
    yield "four labels", (np.array([0, 1, 1, 0]), np.array([0, 1, 0, 0]))
    yield "a class that is never said", (np.array(["a", "a", "b"]), np.array(["a", "c", "b"]))
    yield "a class that is never true", (np.array([0, 2, 1]), np.array([0, 0, 1]))
    rng = np.random.default_rng(0)
    yield "two hundred", (rng.integers(0, 4, 200), rng.integers(0, 4, 200))


def log_odds():
    yield "two classes", (np.array([[0.0, 1.0], [2.0, -1.0]]), 1)
    yield "three classes", (np.array([[0.0, 1.0, 2.0]]), 0)
    yield "large scores", (np.array([[1000.0, 998.0, 0.0]]), 0)
    rng = np.random.default_rng(0)
    yield "float32", (rng.standard_normal((7, 5)).astype(np.float32), 3)
