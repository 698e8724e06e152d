"""Entropy, cross-entropy and divergence of distributions over characters, in nats; bits are nats / log 2."""

import math

import numpy as np


def bits(nats):
    """The same amount of information, counted in answers to yes-or-no questions."""
    return nats / math.log(2) + 0.0  # -0.0 becomes 0.0


def entropy(p):
    """H(p) = -Σ p log p: what a character costs under the best code for p."""
    seen = p[p > 0]
    return float(-(seen * np.log(seen)).sum())  # eq. 1


def cross_entropy(p, q):
    """H(p, q) = -Σ p log q: what a character of p costs under the best code for q; inf where q excludes what p has."""
    with np.errstate(divide="ignore"):
        return float(-(p[p > 0] * np.log(q[p > 0])).sum())  # eq. 2


def divergence(p, q):
    """KL(p ‖ q) = H(p, q) - H(p) ≥ 0: what the wrong code costs more (Kullback & Leibler 1951)."""
    return cross_entropy(p, q) - entropy(p)  # eq. 3


def frequencies(numbers, characters, added=0):
    """Shares of each character, `added` counted to each."""
    counts = np.bincount(numbers, minlength=characters) + added
    return counts / counts.sum()


def baselines(train, validation, characters):
    """{name: nats per character of the validation part} of guesses that learn nothing, single characters, or pairs."""
    p = frequencies(validation, characters)
    pairs = frequencies(train[:-1] * characters + train[1:], characters**2, added=1).reshape(characters, characters)
    seen = frequencies(validation[:-1] * characters + validation[1:], characters**2).reshape(characters, characters)
    conditional = pairs / pairs.sum(axis=1, keepdims=True)
    return {
        "uniform": math.log(characters),
        "characters": cross_entropy(p, frequencies(train, characters, added=1)),
        "pairs": cross_entropy(seen.ravel(), conditional.ravel()),
    }
