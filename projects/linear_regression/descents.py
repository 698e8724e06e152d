"""Gradient descent and its stochastic form beside the bounds that theory gives them: ours, no paper."""

from dataclasses import dataclass

import numpy as np

import descent
import figures
import nist
import prostate
import qr
from abacus.settings import at_least, one_of

WALKS = 100  # of stochastic gradient descent, for the mean of their squared distances


@dataclass
class Config:
    set: str = one_of("Longley", "prostate")  # the data, standardised
    method: str = one_of(*descent.METHODS)  # whole gradients, or those of single rows
    steps: int = at_least(1)  # from zero


def descent_of(cfg: Config, job):
    """Where a descent stands after its steps from 0, its bound, and the largest distance / bound on the way."""
    x, y = prostate.standardised() if cfg.set == "prostate" else nist.standardised(cfg.set)
    best = qr.least_squares(x, y)
    if cfg.method == "gradient":
        distance = np.sqrt(((descent.gradient_descent(x, y, cfg.steps) - best) ** 2).sum(axis=1))
        bound, label = descent.gradient_bound(x, distance[0], cfg.steps), "‖b − b*‖"
    else:
        eta = 1 / (2 * (x * x).sum(axis=1).max())
        walks = descent.sgd(x, y, cfg.steps, eta, WALKS, job.rng("rows"))
        distance = ((walks - best) ** 2).sum(axis=2).mean(axis=1)
        bound, label = descent.sgd_bound(x, y, best, cfg.steps, eta), "mean of ‖b − b*‖²"
    with job.figure("convergence") as figure:
        figures.convergence(figure, distance, bound, label)
    low, high = descent.curvatures(x)
    return {
        "condition": high / low,
        "start": distance[0],
        "end": distance[-1],
        "bound": bound[-1],
        "worst ratio": (distance / bound)[1:].max(),
    }
