"""Eight schools by five samplers: the same posterior, five ways to walk through it, and the exact answer beside them."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp

import chains
import conjugate
import diagnostics
import hamiltonian
import integration
import linear
import nile
import pictures
import posteriors
import walks
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import above, at_least, between, one_of

NODES = 4001  # of the sum over log τ
FORMS = {"centred": posteriors.eight_schools_centred, "non-centred": posteriors.eight_schools}
LEAPS = 12  # most leaps of a trajectory of HMC


@dataclass
class Config:
    mu_sd: float = above(0)  # prior standard deviation of the mean effect
    tau_scale: float = above(0)  # scale of the half-Cauchy prior of the effects' spread
    form: str = one_of(*FORMS)  # coordinates of all samplers but Gibbs', which is always centred
    chains: int = at_least(1)  # that move side by side
    warmup: int = at_least(20)  # draws that only teach the samplers
    draws: int = at_least(4)  # of each chain that are kept


@dataclass
class Prior:
    mu_sd: float = between(
        1e-100, 1e100
    )  # prior standard deviation of the mean effect; beyond, its square is no number
    tau_scale: float = between(1e-100, 1e100)  # scale of the half-Cauchy prior of the effects' spread


class Exact(NamedTuple):
    """log p(y); mean and standard deviation of θ (8,), μ and τ, each a pair; p(τ | y) at the nodes of τ."""

    log_evidence: float
    theta: tuple
    mu: tuple
    tau: tuple
    nodes: np.ndarray
    density: np.ndarray


def exact(y, sd, mu_sd, tau_scale):
    """By one sum over log τ: given τ, all others are normal, and their moments are formulas: eq. (17); y and sd (schools,).
    BadInput for a prior of τ without a scale, where the posterior would be improper."""
    y, sd = np.asarray(y, float), np.asarray(sd, float)
    if y.ndim != 1 or y.shape != sd.shape or not (np.isfinite(y).all() and np.isfinite(sd).all() and (sd > 0).all()):
        raise BadInput(f"y of shape {y.shape}, sd of shape {sd.shape}: wanted effects, and as many errors above 0")
    if not (mu_sd > 0 and 0 < tau_scale < math.inf):
        raise BadInput(f"mu_sd={mu_sd}, tau_scale={tau_scale}: wanted both above 0, the second finite (else improper)")
    log_tau = np.log(tau_scale) + np.linspace(-40, 25, NODES)
    tau = np.exp(log_tau)[:, None]
    w = 1 / (sd**2 + tau**2)
    precision = w.sum(axis=1) + 1 / mu_sd**2
    mu = (w * y).sum(axis=1) / precision
    logs = 0.5 * (np.log(w).sum(axis=1) - np.log(precision) + precision * mu**2 - (w * y**2).sum(axis=1))
    logs += log_tau - np.log1p((tau[:, 0] / tau_scale) ** 2)
    p = np.exp(logs - logsumexp(logs))  # eq. 17
    shrink = sd**2 * w
    theta = shrink * mu[:, None] + (1 - shrink) * y
    variance = (1 - shrink) * sd**2 + shrink**2 / precision[:, None]
    constant = math.log(log_tau[1] - log_tau[0]) - len(y) * 0.5 * math.log(2 * math.pi)
    constant += math.log(2 / math.pi / tau_scale) - math.log(mu_sd)
    return Exact(
        float(logsumexp(logs) + constant),
        _moments(p, theta, variance),
        _moments(p, mu, 1 / precision),
        _moments(p, tau[:, 0], 0.0),
        tau[:, 0],
        p / (tau[:, 0] * (log_tau[1] - log_tau[0])),
    )


def _moments(p, mean, variance):
    """Mean and standard deviation of a mixture over the nodes."""
    first = p @ mean
    return first, np.sqrt(p @ (variance + (mean - first) ** 2))


class Turns:
    """Gibbs' updates for eight schools: eq. (16). A half-Cauchy τ is τ² ~ inverse gamma(½, 1/a), a ~ inverse gamma(½, 1/scale²):
    so every part given all others is normal or inverse gamma."""

    def __init__(self, y, sd, mu_sd, tau_scale):
        self.y, self.sd, self.mu_sd, self.tau_scale = y, sd, mu_sd, tau_scale

    def start(self, chains, rng):
        theta = self.y + self.sd * rng.standard_normal((chains, len(self.y)))
        column = np.ones((chains, 1))
        return {"theta": theta, "mu": theta.mean(axis=1, keepdims=True), "tau": 5.0 * column, "a": 25.0 * column}

    def __call__(self, state, rng):
        mu, tau, a = state["mu"], state["tau"], state["a"]
        precision = self.sd**-2 + tau**-2
        mean = (self.y / self.sd**2 + mu / tau**2) / precision
        theta = mean + rng.standard_normal(mean.shape) / np.sqrt(precision)  # eq. 16
        precision = len(self.y) / tau**2 + self.mu_sd**-2
        mu = theta.sum(axis=1, keepdims=True) / tau**2 / precision + rng.standard_normal(mu.shape) / np.sqrt(precision)
        rate = 0.5 * ((theta - mu) ** 2).sum(axis=1, keepdims=True) + 1 / a
        tau = np.sqrt(rate / rng.standard_gamma((len(self.y) + 1) / 2, mu.shape))
        a = (1 / tau**2 + self.tau_scale**-2) / rng.standard_gamma(1.0, mu.shape)
        return {"theta": theta, "mu": mu, "tau": tau, "a": a}


def samplers(cfg):
    """{name: run(rng) -> Draws} of five samplers."""
    schools = *posteriors.schools(), cfg.mu_sd, cfg.tau_scale
    model, turns, sizes = FORMS[cfg.form](*schools), Turns(*schools), (cfg.chains, cfg.warmup, cfg.draws)
    return {
        "Metropolis": lambda rng: walks.metropolis(model, *sizes, rng),
        "Gibbs": lambda rng: walks.gibbs(turns, turns.start(cfg.chains, rng), *sizes[1:], rng),
        "slice": lambda rng: walks.slices(model, *sizes, rng),
        "HMC": lambda rng: chains.sample(model, hamiltonian.HMC(LEAPS), *sizes, rng),
        "NUTS": lambda rng: chains.sample(model, hamiltonian.NUTS(), *sizes, rng),
    }


def look(cfg: Config, job):
    """One row for each sampler: means with their standard errors, and what its draws are worth; and the exact row."""
    truth = exact(*posteriors.schools(), cfg.mu_sd, cfg.tau_scale)
    rows, shown = {}, {}
    for k, (name, run) in enumerate(samplers(cfg).items()):
        job.progress(k / 5, name)
        found = run(job.rng(name))
        columns = found.columns()
        shown[name] = {key: columns[key] for key in ("mu", "tau", "theta[1]")}
        rows[name] = worth(found, shown[name])
    rows["exact"] = {
        "mu": (float(truth.mu[0]), 0.0),
        "tau": (float(truth.tau[0]), 0.0),
        "theta 1": (float(truth.theta[0][0]), 0.0),
    }
    with job.figure("samplers") as figure:
        pictures.samplers(figure, shown, truth)
    walk, best = rows["Metropolis"], rows["NUTS"]
    print(
        f"One posterior, exact mean effect {truth.mu[0]:.2f}: of 1000 evaluations the walk makes {walk['worth of 1000']:.0f} "
        f"independent draws (R-hat {walk['R-hat']:.2f}), the no-U-turn sampler {best['worth of 1000']:.0f} "
        f"(R-hat {best['R-hat']:.2f}, {best['divergent']} of its moves diverge)."
    )
    return rows


def worth(found, columns):
    """The row of a sampler: means of μ, τ and θ₁, the worst R-hat and effective sizes, their price."""
    row = {name.replace("[1]", " 1"): diagnostics.expectation(x) for name, x in columns.items()}
    sizes = [diagnostics.bulk(x) for x in columns.values()]
    chains = next(iter(columns.values())).shape[1]
    return row | {
        "R-hat": max(diagnostics.r_hat(x) for x in columns.values()),
        "bulk": min(sizes),
        "tail": min(diagnostics.tail(x) for x in columns.values()),
        "evaluations": found.evaluations * chains,
        "worth of 1000": 1000 * min(sizes) / (found.evaluations * chains),
        "divergent": found.divergences,
    }


def exactly(cfg: Prior, job):
    """Mean and mean square of every effect, of μ and of τ, by the sum over τ."""
    truth = exact(*posteriors.schools(), cfg.mu_sd, cfg.tau_scale)
    laws = {f"theta[{j}]": law for j, law in enumerate(zip(*truth.theta), 1)} | {"mu": truth.mu, "tau": truth.tau}
    rows = {name: {"mean": float(m), "mean square": float(m * m + s * s)} for name, (m, s) in laws.items()}
    return rows | {"log evidence": {"mean": truth.log_evidence}}


if __name__ == "__main__":
    launch(
        look,
        exactly,
        conjugate.births,
        conjugate.deaths,
        integration.bioassay,
        integration.bioassay_draws,
        linear.regressions,
        posteriors.sampled,
        nile.level,
    )
