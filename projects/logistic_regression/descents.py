"""Four ways down the same log-likelihood, on the 32 students: how far each is from the maximum after its steps."""

from dataclasses import dataclass

import numpy as np

import descent
import glm
import lbfgs
import tables
from abacus.settings import above, at_least, one_of


def problem():
    """The standardised students x (32, 4) and y, their mean loss and its gradient over given rows, and the best β."""
    x, y = tables.students()
    x = np.column_stack([np.ones(len(x)), (x[:, 1:] - x[:, 1:].mean(axis=0)) / x[:, 1:].std(axis=0)])
    signed = x * (2 * y - 1)[:, None]

    def mean_loss(beta, rows=slice(None)):
        log_p, slope, _ = glm.logit(signed[rows] @ beta)
        return -log_p.mean(), -(signed[rows].T @ slope) / len(slope)

    return x, y, mean_loss


def newton(x, y, mean_loss, cfg, job):
    fit = glm.maximum_likelihood(x, y)
    return fit.coefficients, fit.steps


def quasi_newton(x, y, mean_loss, cfg, job):
    beta, _, steps = lbfgs.minimise(mean_loss, np.zeros(4), tol=1e-10)
    return beta, steps


def steepest(x, y, mean_loss, cfg, job):
    beta, values = descent.gradient_descent(mean_loss, np.zeros(4), cfg.rate, cfg.steps)
    for step in np.unique(np.geomspace(1, cfg.steps, 60).astype(int)):
        job.log(step=int(step), loss=values[step - 1])
    return beta, cfg.steps


def stochastic(x, y, mean_loss, cfg, job):
    def gradient(beta, rows):
        return mean_loss(beta, rows)[1]

    return descent.stochastic(gradient, np.zeros(4), len(y), cfg.rate, cfg.steps, 4, job.rng("order")), cfg.steps


METHODS = {"newton": newton, "l-bfgs": quasi_newton, "gradient": steepest, "stochastic": stochastic}


@dataclass
class Config:
    method: str = one_of(*METHODS)  # the way down
    rate: float = above(0)  # learning rate of the two that need one
    steps: int = at_least(1)  # at most; passes over the data of the stochastic one


def ways_down(cfg: Config, job):
    """Steps (passes over the data for the stochastic one), and the loss above its minimum."""
    x, y, mean_loss = problem()
    beta, steps = METHODS[cfg.method](x, y, mean_loss, cfg, job)
    return {"steps": steps, "loss above the minimum": mean_loss(beta)[0] - minimum(x, y, mean_loss)}


def minimum(x, y, mean_loss):
    """The lowest mean loss, by Newton's method."""
    return mean_loss(glm.maximum_likelihood(x, y).coefficients)[0]
