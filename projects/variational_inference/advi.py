"""Automatic differentiation variational inference: any log density on the tape, two normal families, one loop."""

import math
from typing import NamedTuple

import numpy as np

from abacus import nn, ops, optim
from abacus.errors import BadInput
from abacus.tensor import Parameter, backward, no_grad

LOG_2PI = math.log(2 * math.pi)
FARTHEST = 1e9  # no scale of a posterior that was thought of in sensible units
LOST = 0.1  # share of the steps that may be lost to numbers that are not finite


class Fit(NamedTuple):
    """The bound by the draws of each step (steps,), and how many steps were lost since a number was not finite."""

    bounds: np.ndarray
    lost: int


class MeanField:
    """A product of normal laws: z = mean + exp(log_scale) ε, eq. (21)."""

    def __init__(self, d):
        self.d = _dimension(d)
        self.mean, self.log_scale = Parameter(np.zeros(d)), Parameter(np.zeros(d))

    def draw(self, noise):
        """z (S, d) and log q(z) (S,) on the tape, for standard normal noise (S, d)."""
        z = self.mean + ops.exp(self.log_scale) * noise  # eq. 21
        return z, log_normal(noise) - ops.sum(self.log_scale)


class FullRank:
    """A normal law with all correlations: z = mean + L ε, L lower triangular with diagonal exp(log_diagonal), eq. (22)."""

    def __init__(self, d):
        self.d = _dimension(d)
        self.mean, self.log_diagonal = Parameter(np.zeros(d)), Parameter(np.zeros(d))
        self.below = Parameter(np.zeros((d, d)))

    def draw(self, noise):
        """z (S, d) and log q(z) (S,) on the tape, for standard normal noise (S, d)."""
        factor = ops.tril(self.below, -1) + ops.diagonal_matrix(ops.exp(self.log_diagonal))
        return self.mean + ops.matmul(noise, factor.T), log_normal(noise) - ops.sum(self.log_diagonal)  # eq. 22


def fit(family, log_density, steps, samples, rate, rng):
    """Climb the bound by Adam, a new set of `samples` draws each step; the rate falls to 0 along a cosine: eq. (23).

    `log_density` takes z (S, d) on the tape and gives (S,), up to a constant; `family` has draw(noise). A step whose numbers
    are not finite is left out and counted; BadInput where more than a tenth are, where no draw of the start has a finite
    density, or where q spreads without end, as it does for an improper posterior.
    """
    if steps < 1 or samples < 1 or not rate > 0:
        raise BadInput(f"steps={steps}, samples={samples}, rate={rate}: wanted at least 1, 1, and a rate above 0")
    parameters = nn.parameters(family)
    optimiser = optim.Adam(parameters, lr=rate)
    bounds, lost = np.full(steps, np.nan), 0
    for step in range(steps):
        optimiser.lr = rate * 0.5 * (1 + math.cos(math.pi * step / steps))
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            z, log_q = family.draw(rng.standard_normal((samples, family.d)))
            density = log_density(z)
            if step == 0 and not np.isfinite(density.value).any():
                raise BadInput("the start lies outside the support: no draw has a finite log density")
            bound = ops.mean(density - log_q)  # eq. 23
            gradients = backward(-bound) if math.isfinite(bound.item()) else {}
        if not gradients or not all(np.isfinite(g).all() for g in gradients.values()):
            lost += 1
            if lost > LOST * steps + 1:
                raise BadInput(f"{lost} of {step + 1} steps gave numbers that are not finite: the climb diverges")
            continue
        if not np.abs(z.value).max() < FARTHEST:
            raise BadInput(
                f"the draws reach {np.abs(z.value).max():.1g}, and the bound grows: the posterior looks improper"
            )
        bounds[step] = bound.item()
        optimiser.step(gradients)
    return Fit(bounds, lost)


def sample(family, n, rng):
    """n draws z (n, d) of the fitted family and their log q (n,)."""
    with no_grad():
        z, log_q = family.draw(rng.standard_normal((n, family.d)))
    return z.value, log_q.value


def bound(family, log_density, n, rng):
    """The bound by n new draws, and its standard error."""
    with no_grad():
        z, log_q = family.draw(rng.standard_normal((n, family.d)))
        terms = log_density(z).value - log_q.value
    return float(terms.mean()), float(terms.std() / math.sqrt(n))


def evidence(family, log_density, n, rng):
    """log Z by importance weights p/q of n draws, and its standard error; eq. (24). Blind to what q never visits."""
    with no_grad():
        z, log_q = family.draw(rng.standard_normal((n, family.d)))
        logs = log_density(z).value - log_q.value
    top = logs.max()
    weights = np.exp(logs - top)
    mean = weights.mean()
    return float(top + math.log(mean)), float(weights.std() / mean / math.sqrt(n))  # eq. 24


def log_normal(noise):
    return -0.5 * (noise**2).sum(axis=1) - 0.5 * noise.shape[1] * LOG_2PI


def _dimension(d):
    if d < 1:
        raise BadInput(f"{d} dimensions: wanted at least 1")
    return d
