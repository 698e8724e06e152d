"""Inputs of this lesson's exercises (scripts/learn.py)."""

from types import SimpleNamespace

import numpy as np

from testbed import Best


def summary():
    yield "twenty steps", (np.arange(20.0), np.arange(20) / 20)
    rng = np.random.default_rng(0)
    for steps in (60, 1000):
        yield f"{steps} steps", (rng.standard_normal(steps), rng.random(steps))


def summary_use(function, rewards, best):
    """The table's numbers, and the lines of the log."""
    lines = []
    return function(SimpleNamespace(log=lambda **line: lines.append(line)), rewards, best), lines


def best():
    for arms in (2, 1, 3, 10, 1000):
        yield f"{arms} arms", (Best(arms), None)
