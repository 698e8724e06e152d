"""A level that wanders and is seen with noise: Kalman's filter and smoother, begun from complete ignorance, and the Nile."""

import math
from dataclasses import dataclass
from numbers import Real
from typing import NamedTuple

import numpy as np

from abacus import inputs, papers
from abacus.errors import BadInput
from abacus.settings import at_least

RATIOS = 1e-8, 1e8  # of level variance to noise variance, among which the likeliest is sought


class Filtered(NamedTuple):
    """What each time says of the level before and after its own number: means and variances (n,), and the innovations.

    The first number only ends the ignorance: it has no innovation, and the first prediction's variance is infinite.
    """

    predicted: np.ndarray
    predicted_variance: np.ndarray
    mean: np.ndarray
    variance: np.ndarray
    log_likelihood: float


class Smoothed(NamedTuple):
    """Mean and variance (n,) of the level at each time, given all numbers."""

    mean: np.ndarray
    variance: np.ndarray


class Fit(NamedTuple):
    """Variances of noise and of the level's steps, log likelihoods without and with the diffuse constant −½ log 2π."""

    noise: float
    level: float
    log_likelihood: float
    with_constant: float


def kalman(y, noise, level):
    """y (n,) = level + N(0, noise), the level steps by N(0, level): eqs. (37) to (39). The first level is N(0, ∞): given
    y₁ it is N(y₁, noise) exactly, and the likelihood is that of y₂ ... yₙ given y₁."""
    y = _series(y)
    if not (isinstance(noise, Real) and isinstance(level, Real) and min(noise, level) >= 0 < noise + level < math.inf):
        raise BadInput(f"noise={noise}, level={level}: wanted finite variances of at least 0, not both 0")
    n = len(y)
    predicted, before = np.full(n, np.nan), np.full(n, np.inf)
    mean, variance = np.full(n, y[0]), np.full(n, float(noise))
    total = 0.0
    for t in range(1, n):
        predicted[t], before[t] = mean[t - 1], variance[t - 1] + level  # eq. 37
        spread, gain = before[t] + noise, before[t] / (before[t] + noise)
        error = y[t] - predicted[t]
        mean[t], variance[t] = predicted[t] + gain * error, before[t] * (1 - gain)  # eq. 38
        total -= 0.5 * (math.log(2 * math.pi * spread) + error * error / spread)  # eq. 39
    return Filtered(predicted, before, mean, variance, total)


def smooth(filtered):
    """Rauch, Tung and Striebel's way back: eq. (40)."""
    mean, variance = filtered.mean.copy(), filtered.variance.copy()
    for t in range(len(mean) - 2, -1, -1):
        share = filtered.variance[t] / filtered.predicted_variance[t + 1]
        mean[t] += share * (mean[t + 1] - filtered.predicted[t + 1])  # eq. 40
        variance[t] += share**2 * (variance[t + 1] - filtered.predicted_variance[t + 1])
    return Smoothed(mean, variance)


def likeliest(y, steps=200):
    """Both variances by maximum likelihood: for a given ratio the noise has a formula, eq. (41), and the ratio is found by
    halving the bracket of golden sections of its logarithm. BadInput where all numbers are equal."""
    y = _series(y)
    if len(y) < 3 or y.min() == y.max():
        raise BadInput("y: wanted three numbers or more that are not all equal: any variances would do")

    def profile(log_ratio):
        """The concentrated log likelihood, and the noise's variance that belongs to it."""
        f = kalman(y, 1.0, math.exp(log_ratio))
        spread = f.predicted_variance[1:] + 1
        noise = float(np.mean((y[1:] - f.predicted[1:]) ** 2 / spread))  # eq. 41
        m = len(y) - 1
        return -0.5 * (m * math.log(2 * math.pi * noise) + float(np.log(spread).sum()) + m), noise

    places = np.linspace(*np.log(RATIOS), 75)
    best = int(np.argmax([profile(x)[0] for x in places]))
    if best in (0, len(places) - 1):
        end = "0" if best == 0 else "∞"
        raise BadInput(f"the likelihood grows as level / noise goes to {end}: one of the two variances is 0")
    low, high = places[best - 1], places[best + 1]
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(steps):
        left, right = high - golden * (high - low), low + golden * (high - low)
        if not low < left < right < high:
            break
        if profile(left)[0] < profile(right)[0]:
            low = left
        else:
            high = right
    log_ratio = (low + high) / 2
    value, noise = profile(log_ratio)
    return Fit(noise, noise * math.exp(log_ratio), value, value - 0.5 * math.log(2 * math.pi))


def _series(y):
    y = np.asarray(y)
    if y.ndim != 1 or len(y) < 2:
        raise BadInput(f"y of shape {y.shape}: wanted two numbers or more in a row")
    return inputs.targets(y, len(y))


def flows():
    """(years (100,), volumes (100,)) of the Nile at Aswan, 1871 to 1970, in 10⁸ cubic metres."""
    return np.array(papers.rows("cobb1978")[1], float).T


@dataclass
class Config:
    steps: int = at_least(1)  # golden sections of the ratio of the two variances


def level(cfg: Config, job):
    """The likeliest variances of the Nile's local level, its log likelihood, and the smoothed level."""
    years, y = flows()
    fit = likeliest(y, cfg.steps)
    filtered = kalman(y, fit.noise, fit.level)
    smoothed = smooth(filtered)
    with job.figure("nile") as figure:
        import pictures

        pictures.nile(figure, years, y, filtered, smoothed)
    return {
        "noise": fit.noise,
        "level": fit.level,
        "log likelihood": fit.log_likelihood,
        "with the constant": fit.with_constant,
        "level in 1970": float(smoothed.mean[-1]),
        "sd in 1970": math.sqrt(smoothed.variance[-1]),
    }
