"""Eight schools: the posterior by quadrature, to every digit wanted, and what variational families make of it."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp

import advi
import flows
from abacus import ops, papers
from abacus.errors import BadInput
from abacus.settings import above, at_least, one_of
from divergences import finite, positive

NODES = 4001  # of the sum over log τ, which falls off fast on both sides


class Posterior(NamedTuple):
    """log p(y); mean and sd of θ (J,), μ and τ."""

    log_evidence: float
    theta: tuple
    mu: tuple
    tau: tuple


def schools():
    """(y (8,), sd (8,)): effects of coaching and their standard errors."""
    return np.array(papers.rows("rubin1981")[1], float).T[1:]


def exact(y, sd, mu_sd, tau_scale):
    """y ~ N(θ, sd²), θ ~ N(μ, τ²), μ ~ N(0, mu_sd²), τ ~ half-Cauchy(tau_scale), by one sum over log τ: eqs. (29), (30).

    Given τ all others are normal, so that their moments are formulas. BadInput for a prior without a scale: with a flat
    one of log τ the posterior would be improper.
    """
    y, sd = finite(y, "y", least=2), finite(sd, "sd")  # with one effect τ has no variance
    if len(sd) != len(y) or (sd <= 0).any():
        raise BadInput("sd: wanted as many as effects, all above 0")
    positive("mu_sd", mu_sd)
    positive("tau_scale", tau_scale)
    if not 1e-3 * max(sd.max(), np.ptp(y)) <= tau_scale <= 1e9 * sd.min():
        raise BadInput(f"tau_scale={tau_scale}: wanted 0.001 of the data's scale at least, and a billion times at most")
    log_tau = np.log(tau_scale) + np.linspace(-40, 25, NODES)
    tau = np.exp(log_tau)[:, None]
    w = 1 / (sd**2 + tau**2)  # (nodes, J)
    precision = w.sum(axis=1) + 1 / mu_sd**2
    mu = (w * y).sum(axis=1) / precision  # eq. 29
    square = (w * y**2).sum(axis=1) - precision * mu**2
    logs = 0.5 * np.log(w).sum(axis=1) - 0.5 * len(y) * advi.LOG_2PI - 0.5 * square
    logs += -0.5 * np.log(precision) - math.log(mu_sd) + math.log(2 / math.pi / tau_scale)
    logs += -np.log1p((tau[:, 0] / tau_scale) ** 2) + log_tau
    total = logsumexp(logs)
    p = np.exp(logs - total)  # eq. 30
    shrink = sd**2 * w  # share of μ in θ given μ and τ
    theta = shrink * mu[:, None] + (1 - shrink) * y
    variance = (1 - shrink) * sd**2 + shrink**2 / precision[:, None]
    return Posterior(
        float(total + math.log(log_tau[1] - log_tau[0])),
        _moments(p, theta, variance),
        _moments(p, mu[:, None], 1 / precision[:, None]),
        _moments(p, tau, 0 * tau),
    )


def _moments(p, mean, variance):
    """Mean and standard deviation of a mixture over the nodes, (columns,) each."""
    first = p @ mean
    return first, np.sqrt(p @ (variance + (mean - first) ** 2))


class Centred:
    """log p(y, θ, μ, log τ) of z = (θ₁ ... θ_J, μ, log τ)."""

    def __init__(self, y, sd, mu_sd, tau_scale):
        self.y, self.sd, self.mu_sd, self.tau_scale, self.d = y, sd, mu_sd, tau_scale, len(y) + 2

    def __call__(self, z):
        theta, mu, log_tau = z[:, :-2], z[:, -2:-1], z[:, -1:]
        own = -0.5 * ((theta - mu) * ops.exp(-log_tau)) ** 2 - log_tau - 0.5 * advi.LOG_2PI
        return self.likelihood(theta) + ops.sum(own, axis=1) + self.prior(mu, log_tau)

    def likelihood(self, theta):
        return ops.sum(-0.5 * ((self.y - theta) / self.sd) ** 2 - np.log(self.sd) - 0.5 * advi.LOG_2PI, axis=1)

    def prior(self, mu, log_tau):
        own = -0.5 * (mu / self.mu_sd) ** 2 - math.log(self.mu_sd) - 0.5 * advi.LOG_2PI
        scale = math.log(2 / math.pi / self.tau_scale) - ops.softplus(2 * (log_tau - math.log(self.tau_scale)))
        return ops.sum(own + scale + log_tau, axis=1)  # + log τ: the change of variable's own volume

    def natural(self, z):
        """(θ, μ, τ) of draws z (S, J + 2), as an array (S, J + 2)."""
        return np.column_stack([z[:, :-1], np.exp(z[:, -1])])


class NonCentred(Centred):
    """The same of z = (η₁ ... η_J, μ, log τ), θ = μ + τ η: no funnel, eq. (31)."""

    def __call__(self, z):
        eta, mu, log_tau = z[:, :-2], z[:, -2:-1], z[:, -1:]
        theta = mu + ops.exp(log_tau) * eta  # eq. 31
        own = ops.sum(-0.5 * eta * eta - 0.5 * advi.LOG_2PI, axis=1)
        return self.likelihood(theta) + own + self.prior(mu, log_tau)

    def natural(self, z):
        tau = np.exp(z[:, -1:])
        return np.hstack([z[:, -2:-1] + tau * z[:, :-2], z[:, -2:-1], tau])


MODELS = {"centred": Centred, "non-centred": NonCentred}
FAMILIES = {
    "mean field": lambda d, rng: advi.MeanField(d),
    "full rank": lambda d, rng: advi.FullRank(d),
    "coupling flow": lambda d, rng: flows.Coupling(d, 6, 32, rng),
}


@dataclass
class Exact:
    mu_sd: float = above(0)  # prior standard deviation of the mean effect
    tau_scale: float = above(0)  # scale of the half-Cauchy prior of the effects' spread


@dataclass
class Config:
    mu_sd: float = above(0)  # prior standard deviation of the mean effect
    tau_scale: float = above(0)  # scale of the half-Cauchy prior of the effects' spread
    model: str = one_of(*MODELS)  # how the effects are written
    family: str = one_of(*FAMILIES)  # laws among which the closest is sought
    steps: int = at_least(1)  # of Adam
    samples: int = at_least(1)  # draws in each step
    rate: float = above(0)  # learning rate at the start
    draws: int = at_least(2)  # for means and bound at the end


def quadrature(cfg: Exact, job):
    """Mean and standard deviation of every effect, of μ and of τ, and the log evidence."""
    found = exact(*schools(), cfg.mu_sd, cfg.tau_scale)
    rows = {f"theta {k}": {"mean": m, "sd": s} for k, (m, s) in enumerate(zip(*found.theta), 1)}
    rows |= {name: {"mean": law[0][0], "sd": law[1][0]} for name, law in (("mu", found.mu), ("tau", found.tau))}
    return rows | {"log evidence": {"mean": found.log_evidence}}


def approximate(cfg: Config, job):
    """The same by variational inference: the bound, KL(q, p), and the standard deviations that q has where p has others."""
    y, sd = schools()
    target = MODELS[cfg.model](y, sd, cfg.mu_sd, cfg.tau_scale)
    family = FAMILIES[cfg.family](target.d, job.rng("start"))
    run = advi.fit(family, target, cfg.steps, cfg.samples, cfg.rate, job.rng("noise"))
    truth = exact(y, sd, cfg.mu_sd, cfg.tau_scale)
    reached, error = advi.bound(family, target, cfg.draws, job.rng("bound"))
    found = target.natural(advi.sample(family, cfg.draws, job.rng("draws"))[0])
    mean, spread = found.mean(axis=0), found.std(axis=0)
    job.log(mean=mean.tolist(), sd=spread.tolist())
    return {
        "bound": (reached, error),
        "KL(q, p)": (truth.log_evidence - reached, error),
        "theta 1": mean[0],
        "sd theta 1": spread[0],
        "mu": mean[-2],
        "sd mu": spread[-2],
        "tau": mean[-1],
        "sd tau": spread[-1],
        "steps lost": run.lost,
    }
