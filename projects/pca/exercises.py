"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def standardised():
    yield "three rows", (np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 60.0]]),)
    rng = np.random.default_rng(0)
    yield "twenty rows", (rng.normal(5.0, [1.0, 10.0, 0.1], (20, 3)),)


def householder():
    yield "two numbers", (np.array([3.0, 4.0]),)
    yield "a negative first number", (np.array([-3.0, 4.0]),)
    yield "five numbers", (np.random.default_rng(0).standard_normal(5),)
    yield "0 in front", (np.array([0.0, 5.0, 12.0]),)
    yield "zeros behind", (np.array([-2.0, 0.0, 0.0]),)


def tournament():
    for n in (2, 4, 3, 7, 8):
        yield f"{n} players", (n,)


def tournament_use(function, n):
    """Rounds, whether nobody plays twice in one, and the pairs that met."""
    rounds = [(np.asarray(left).tolist(), np.asarray(right).tolist()) for left, right in function(n)]
    fair = all(len(set(left + right)) == 2 * len(left) == 2 * len(right) for left, right in rounds)
    met = sorted((min(pair), max(pair)) for left, right in rounds for pair in zip(left, right))
    return {"rounds": len(rounds), "nobody plays twice in a round": fair, "who meets whom": met}
