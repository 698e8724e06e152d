"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

import names

WORDS = ["anna", "an", "emma", "noah", "mia"]


def nll():
    yield "two characters", (np.array([[1, 3], [2, 2]]), 0)
    yield "a pair that never came", (np.array([[0, 3], [2, 2]]), 1)
    yield "five characters", (np.random.default_rng(0).integers(0, 9, (5, 5)), 2)


def counts():
    yield "one word", (["ab"], names.alphabet_of(["ab"]))
    yield "a pair that comes twice", (["aaab"], names.alphabet_of(["aaab"]))
    yield "five names", (WORDS, names.alphabet_of(WORDS))


def examples():
    yield "one word", (["ab"], names.alphabet_of(["ab"]), 1)
    yield "one word, two characters before", (["abc"], names.alphabet_of(["abc"]), 2)
    yield "five names, three characters before", (WORDS, names.alphabet_of(WORDS), 3)
