"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def joined():
    yield "one pair", (list("low"), ("l", "o"))
    yield "three of a kind", (list("aaa"), ("a", "a"))
    yield "at the end", (["n", "e", "w", "est", "·"], ("est", "·"))
    yield "nowhere", (list("lol"), ("o", "o"))
    yield "two places, and a left half alone", (list("esxeses"), ("e", "s"))
    yield "bytes", ([b"a", b"b", b"a", b"b"], (b"a", b"b"))
    yield "an empty word", ([], ("a", "b"))


def weight():
    yield "three counts", (np.array([1.0, 16.0, 81.0]), 81.0)
    yield "above the most", (np.array([50.0, 100.0, 200.0]), 100.0)
    yield "fractions", (np.random.default_rng(0).random(6) * 3, 2.0)


def gradient():
    yield "at zero", (np.array([0.0]), np.array([3.0]), np.array([1.0]))
    yield "five places", (np.linspace(-3, 3, 5), np.array([1.0, 2, 3, 4, 5]), np.array([2.0, 1, 2, 1, 2]))
