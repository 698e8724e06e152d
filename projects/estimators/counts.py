"""Counts of rare things beside Poisson's law: horse kicks, yeast cells, and a law with one number more."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import gammaln, xlogy

import likelihood
from abacus import papers
from abacus.settings import above, at_least, one_of


class Poisson(NamedTuple):
    """The likeliest rate, its standard error, the counts' variance (divisor n), and the expected numbers (k,)."""

    rate: float
    se: float
    variance: float
    expected: np.ndarray


def poisson(frequencies):
    """Fit Poisson's law to `frequencies` (k,), how often 0, 1, 2 ... was counted: eq. (3) and (6).

    Counts that are all 0 have the rate 0 and the standard error 0: the information is infinite there. BadInput for none.
    """
    frequencies = likelihood.weights(frequencies)
    y, n = np.arange(len(frequencies)), frequencies.sum()
    rate = float(frequencies @ y / n)  # eq. 3
    expected = n * np.exp(xlogy(y, rate) - rate - gammaln(y + 1))
    return Poisson(rate, float(np.sqrt(rate / n)), float(frequencies @ (y - rate) ** 2 / n), expected)


@dataclass
class Kicks:
    observed: list[int] = at_least(0)  # corps-years with 0, 1, 2 ... deaths


@dataclass
class Yeast:
    sample: str = one_of("I", "II", "III", "IV")  # one of Student's four concentrations


@dataclass
class Shape:
    sample: str = one_of("I", "II", "III", "IV")  # one of Student's four concentrations
    rest: float = above(0)  # a plain Newton step so small is the last


def squares(sample):
    """How many of the 400 squares held 0, 1, 2 ... cells (13,)."""
    names, rows = papers.rows("student1907")
    return np.array([row[names.index(sample)] for row in rows], float)


def kicks(cfg: Kicks, job):
    """Mean number of deaths by horse kick in a corps and year, its standard error, and what Poisson's law expects."""
    fit = poisson(cfg.observed)
    return {"mean": fit.rate, "standard error": fit.se} | {str(k): e for k, e in enumerate(fit.expected)}


def moments(cfg: Yeast, job):
    """Student's row of one sample: mean, variance, and the numbers of squares that Poisson's law expects."""
    fit = poisson(squares(cfg.sample))
    return {"mean": fit.rate, "variance": fit.variance} | {str(k): e for k, e in enumerate(fit.expected)}


def overdispersed(cfg: Shape, job):
    """The shape of a negative binomial law by plain Newton steps that end early, as MASS's do, and by newton and scoring."""
    model = likelihood.NegativeBinomial(squares(cfg.sample))
    theta, error = likelihood.plain(model, [model.low], cfg.rest)
    found, other = likelihood.newton(model, [model.moments]), likelihood.scoring(model, [model.moments])
    row = {"theta": theta[0], "standard error": error[0]}
    row |= {"theta by newton": found.theta[0], "observed standard error": found.errors[0]}
    return row | {"theta by scoring": other.theta[0], "expected standard error": other.errors[0]}
