"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

from abacus.tensor import Tensor


def gpt():
    yield "a tiny one", (3, 2, 1, 4, False)
    yield "the same with biases", (3, 2, 1, 4, True)
    yield "nanoGPT's for a laptop", (65, 64, 4, 128, False)
    yield "GPT-2", (50257, 1024, 12, 768, True)


def encoder_decoder():
    yield "a tiny one", (10, 1, 4, 8, 2, 2, 2)
    yield "queries and values of different width", (7, 2, 3, 5, 2, 4, 6)
    yield "the base model", (37000, 6, 512, 2048, 8, 64, 64)


def by_matrices():
    rng = np.random.default_rng(0)
    yield "one text of two places", (Tensor(rng.standard_normal((1, 2, 6))), 1)
    yield "two texts, three heads", (Tensor(rng.standard_normal((2, 5, 18))), 3)
    yield "weights dropped", (Tensor(rng.standard_normal((2, 4, 12))), 2, 0.5, np.random.default_rng(1))
