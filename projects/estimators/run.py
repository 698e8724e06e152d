"""Estimators judged over many samples: bias, variance, and their sum, beside the closed forms."""

import math
from dataclasses import dataclass

import numpy as np

import choice
import counts
import em
import glms
import pictures
import school
import stein
from abacus.launch import launch
from abacus.settings import at_least, between

CHUNK = 2**21  # numbers that are drawn at a time


@dataclass
class Config:
    n: int = at_least(3)  # observations in a sample
    samples: int = at_least(10)  # samples that every estimator sees


@dataclass
class Risk:
    means: int = at_least(3)  # that are estimated at once
    squared_norm: float = between(0, stein.FAR)  # sum of their squares: how far the truth lies from 0
    samples: int = at_least(10)  # samples, one observation of each mean


LAWS = {
    "normal mean": (lambda rng, size: rng.standard_normal(size), 0.0),
    "normal variance": (lambda rng, size: rng.standard_normal(size), 1.0),
    "uniform end": (lambda rng, size: rng.random(size), 1.0),
    "exponential rate": (lambda rng, size: rng.standard_exponential(size), 1.0),
}  # what is estimated: (samples of it, its true value)


def sum_of_squares(x):
    """Σ (xᵢ − mean)² of each sample (..., n)."""
    return ((x - x.mean(-1, keepdims=True)) ** 2).sum(-1)


ESTIMATORS = {
    "normal mean: mean": lambda x: x.mean(-1),
    "normal mean: median": lambda x: np.median(x, -1),
    "normal variance: divisor n - 1": lambda x: sum_of_squares(x) / (x.shape[-1] - 1),
    "normal variance: divisor n": lambda x: sum_of_squares(x) / x.shape[-1],
    "normal variance: divisor n + 1": lambda x: sum_of_squares(x) / (x.shape[-1] + 1),
    "uniform end: largest value": lambda x: x.max(-1),
    "uniform end: largest value, corrected": lambda x: x.max(-1) * (x.shape[-1] + 1) / x.shape[-1],
    "uniform end: twice the mean": lambda x: 2 * x.mean(-1),
    "exponential rate: 1 / mean": lambda x: 1 / x.mean(-1),
    "exponential rate: corrected": lambda x: (x.shape[-1] - 1) / x.shape[-1] / x.mean(-1),
}

BOUNDS = {"normal mean": 1, "normal variance": 2, "exponential rate": 1}  # what one observation tells, inverted: eq. 2


def sampling(cfg: Config, job):
    """Bias, variance and mean squared error of ten estimators over many samples, each with its standard error."""
    estimates = {name: [] for name in ESTIMATORS}
    for law, (draw, _) in LAWS.items():
        rng, most = job.rng(law), max(1, CHUNK // cfg.n)
        for done in range(0, cfg.samples, most):
            x = draw(rng, (min(most, cfg.samples - done), cfg.n))
            for name in estimates:
                if name.startswith(law + ":"):
                    estimates[name].append(ESTIMATORS[name](x))
    estimates = {name: np.concatenate(parts) for name, parts in estimates.items()}
    found = {name: moments(values, LAWS[name.partition(":")[0]][1]) for name, values in estimates.items()}
    for law, bound in BOUNDS.items():
        for row in (row for name, row in found.items() if name.startswith(law + ":")):
            row["no unbiased one below"] = (bound / cfg.n, 0.0)
    with job.figure("estimators") as figure:
        pictures.estimators(figure, cfg.n, estimates, found)
    fair, least = (found[f"normal variance: divisor n {sign} 1"]["squared error"][0] for sign in "-+")
    print(
        f"Dividing by n - 1 is right on average, and yet divisor n + 1 comes closer to the variance: "
        f"squared error {least:.4f} against {fair:.4f}, over {cfg.samples} samples of {cfg.n}."
    )
    return found


def moments(values, truth):
    """{bias, variance, squared error} of estimates (k,), each with its standard error: eq. (1)."""
    errors, k = values - truth, math.sqrt(len(values))
    away = (values - values.mean()) ** 2
    return {
        "bias": (float(errors.mean()), float(errors.std() / k)),
        "variance": (float(away.mean()), float(away.std() / k)),
        "squared error": (float((errors**2).mean()), float((errors**2).std() / k)),  # eq. 1
    }


def risk(cfg: Risk, job):
    """Expected sum of squared errors of the means themselves and of James and Stein's two estimators; and the exact one."""
    truth = np.full(cfg.means, math.sqrt(cfg.squared_norm / cfg.means))
    losses = np.empty((3, cfg.samples))
    rng = job.rng("means")
    for k in range(cfg.samples):
        x = truth + rng.standard_normal(cfg.means)
        for loss, estimate in zip(losses, (x, stein.james_stein(x), stein.positive_part(x))):
            loss[k] = ((estimate - truth) ** 2).sum()
    names = "maximum likelihood", "James-Stein", "positive part"
    shown = {
        name: (float(loss.mean()), float(loss.std() / math.sqrt(cfg.samples))) for name, loss in zip(names, losses)
    }
    return shown | {"James-Stein, exact": (stein.risk(cfg.means, cfg.squared_norm), 0.0)}


if __name__ == "__main__":
    launch(
        sampling,
        risk,
        em.linkage,
        glms.beetles,
        glms.trial,
        glms.stopping,
        counts.kicks,
        counts.moments,
        counts.overdispersed,
        school.by_formula,
        school.exhaustive,
        school.resampled,
        school.dealt,
        stein.averages,
        stein.arcsine,
        choice.leave_one_out,
        choice.ten_fold,
        figures={
            em.linkage: pictures.linkage,
            glms.beetles: pictures.beetles,
            counts.moments: pictures.yeast,
            stein.averages: pictures.players,
            choice.leave_one_out: pictures.degrees,
        },
    )
