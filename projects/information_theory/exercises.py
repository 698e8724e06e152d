"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def entropy():
    yield "a fair coin", (np.array([0.5, 0.5]),)
    yield "a bent coin", (np.array([0.1, 0.9]),)
    yield "an event that never happens", (np.array([0.25, 0.0, 0.75]),)
    yield "what is sure", (np.array([1.0, 0.0]),)
    p = np.random.default_rng(0).random((3, 4))
    yield "a table", (p / p.sum(),)


def parse():
    yield "abab", ("abab",)
    yield "a text that ends in a known phrase", ("aababa",)
    yield "one letter again and again", ("aaaaaaa",)
    yield "bits", ("1011010100010",)
    yield "no text", ("",)


def huffman():
    yield "three messages", ([5, 3, 2],)
    yield "five of equal weight", ([1, 1, 1, 1, 1],)
    yield "decimals that tie", (["0.4", "0.2", "0.2", "0.1", "0.1"],)
    yield "eight messages, four digits", (["0.22", "0.20", "0.18", "0.15", "0.10", "0.08", "0.05", "0.02"], 4)
    yield "six messages, three digits", ([6, 5, 4, 3, 2, 1], 3)
    yield "seven messages, three digits", ([7, 6, 5, 4, 3, 2, 1], 3)
    yield "seven messages, four digits", ([7, 6, 5, 4, 3, 2, 1], 4)
