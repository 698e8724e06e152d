"""Conjugate pairs: where the posterior is of the prior's family, and all of Bayes' rule is addition; textbook examples."""

import math
from dataclasses import dataclass
from numbers import Real
from typing import NamedTuple

import numpy as np
from scipy.special import betainc, betaincinv, betaln, gammainc, gammaincinv, gammaln, ndtr, ndtri, stdtr, stdtrit

from abacus.errors import BadInput
from abacus.settings import above, at_least


class Beta(NamedTuple):
    """Beta(a, b) of a probability: density ∝ x^(a−1) (1 − x)^(b−1)."""

    a: float
    b: float

    @property
    def mean(self):
        return self.a / (self.a + self.b)

    @property
    def sd(self):
        return math.sqrt(self.mean * (1 - self.mean) / (self.a + self.b + 1))

    def below(self, x):
        """P(X ≤ x)."""
        return float(betainc(self.a, self.b, x))

    def quantile(self, q):
        return float(betaincinv(self.a, self.b, q))


class Gamma(NamedTuple):
    """Gamma(shape, rate) of a rate: density ∝ x^(shape−1) e^(−rate x)."""

    shape: float
    rate: float

    @property
    def mean(self):
        return self.shape / self.rate

    @property
    def sd(self):
        return math.sqrt(self.shape) / self.rate

    def below(self, x):
        """P(X ≤ x)."""
        return float(gammainc(self.shape, self.rate * x))

    def quantile(self, q):
        return float(gammaincinv(self.shape, q)) / self.rate


class Normal(NamedTuple):
    """N(mean, sd²)."""

    mean: float
    sd: float

    def below(self, x):
        """P(X ≤ x)."""
        return float(ndtr((x - self.mean) / self.sd))

    def quantile(self, q):
        return self.mean + self.sd * float(ndtri(q))


class StudentT(NamedTuple):
    """Student's t with `freedom` degrees, moved and stretched: the law of a normal mean whose variance is unknown."""

    freedom: float
    centre: float
    scale: float

    @property
    def mean(self):
        return self.centre if self.freedom > 1 else math.nan

    @property
    def sd(self):
        return self.scale * math.sqrt(self.freedom / (self.freedom - 2)) if self.freedom > 2 else math.inf

    def below(self, x):
        """P(X ≤ x)."""
        return float(stdtr(self.freedom, (x - self.centre) / self.scale))

    def quantile(self, q):
        return self.centre + self.scale * float(stdtrit(self.freedom, q))


def binomial(a, b, successes, trials):
    """Beta(a + y, b + n − y): the posterior of a probability after y successes in n trials, and log p(y): eqs. (2), (3).

    a = b = 0 is Haldane's prior, whose posterior is improper until a success and a failure were seen: BadInput.
    """
    _counts("successes", successes)
    _counts("trials", trials)
    if successes > trials:
        raise BadInput(f"{successes} successes of {trials} trials: wanted no more than there were trials")
    law = Beta(_prior("a", a) + successes, _prior("b", b) + trials - successes)  # eq. 2
    _proper(law.a > 0 and law.b > 0)
    ways = -math.log(trials + 1) - float(betaln(trials - successes + 1, successes + 1))
    evidence = ways + float(betaln(*law) - betaln(a, b)) if a > 0 and b > 0 else math.nan  # eq. 3
    return law, evidence


def poisson(shape, rate, counts, exposure=None):
    """Gamma(shape + Σ y, rate + Σ exposure): the posterior of a Poisson rate per unit of exposure, and log p(y): eq. (4)."""
    y = _row("counts", counts)
    e = np.ones(len(y)) if exposure is None else _row("exposure", exposure)
    for value in y:
        _counts("counts", value)
    if e.shape != y.shape or not (np.isfinite(e) & (e > 0)).all():
        raise BadInput("exposure: wanted as many numbers above 0 as counts")
    law = Gamma(_prior("shape", shape) + float(y.sum()), _prior("rate", rate) + float(e.sum()))  # eq. 4
    _proper(law.shape > 0)
    evidence = math.nan
    if shape > 0 and rate > 0:
        evidence = float((y * np.log(e) - gammaln(y + 1)).sum() + gammaln(law.shape) - gammaln(shape))
        evidence += shape * math.log(rate) - law.shape * math.log(law.rate)
    return law, evidence


def normal_mean(prior, y, sd):
    """The posterior of a mean, y (n,) ~ N(mean, sd²) with sd known: precisions add up, means are weighed by them: eq. (5).

    `prior` is a Normal, or None for the flat one.
    """
    y = _numbers(y)
    _spread("sd", sd)
    if prior is not None:
        _spread("the prior's sd", prior.sd)
        if not math.isfinite(prior.mean):
            raise BadInput(f"the prior's mean={prior.mean}: wanted a finite number")
    own = 0.0 if prior is None else prior.sd**-2
    precision = own + len(y) / sd**2
    mean = (own * (0.0 if prior is None else prior.mean) + y.sum() / sd**2) / precision  # eq. 5
    return Normal(float(mean), precision**-0.5)


def normal_both(y):
    """The posterior of a normal mean whose variance is unknown, p(mean, variance) ∝ 1 / variance: Student's t, eq. (6).

    BadInput of fewer than two numbers, or of equal ones: the posterior is improper.
    """
    y = _numbers(y)
    _proper(len(y) > 1 and y.min() < y.max())
    n = len(y)
    return StudentT(n - 1, float(y.mean()), float(y.std(ddof=1)) / math.sqrt(n))  # eq. 6


def multinomial(weights, counts):
    """Dirichlet weights α + y: the posterior of the probabilities of categories that were seen `counts` (k,) times: eq. (7)."""
    alpha, y = _row("weights", weights), _row("counts", counts)
    if alpha.shape != y.shape or len(alpha) < 2:
        raise BadInput("weights and counts: wanted two rows of the same length, two at least")
    for weight, count in zip(alpha, y):
        _prior("weights", weight)
        _counts("counts", count)
    _proper((alpha + y > 0).all())
    return alpha + y  # eq. 7


def _row(name, values):
    """One number or a row of them, as floats (n,)."""
    try:
        found = np.atleast_1d(np.asarray(values, float))
    except (TypeError, ValueError):
        raise BadInput(f"{name}={values!r}: wanted numbers") from None
    if found.ndim != 1:
        raise BadInput(f"{name} of shape {found.shape}: wanted one number, or a row of them")
    return found


def _numbers(y):
    y = _row("y", y)
    if not len(y) or not np.isfinite(y).all():
        raise BadInput("y: wanted one number or more, all of them finite")
    return y


def _spread(name, value):
    if not (isinstance(value, Real) and math.isfinite(value) and value > 0):
        raise BadInput(f"{name}={value}: wanted a finite number above 0")


def _counts(name, value):
    if not (isinstance(value, Real) and math.isfinite(value) and value >= 0 and value == math.floor(value)):
        raise BadInput(f"{name}={value}: wanted a whole number of at least 0")


def _prior(name, value):
    if not (isinstance(value, Real) and math.isfinite(value) and value >= 0):
        raise BadInput(f"{name}={value}: wanted a finite number of at least 0")
    return float(value)


def _proper(holds):
    if not holds:
        raise BadInput("the posterior is improper: such a prior needs more data than these")


@dataclass
class Births:
    a: float = above(0)  # of the Beta prior of the probability of a girl
    b: float = above(0)  # of the Beta prior
    girls: int = at_least(0)  # girls that were born
    births: int = at_least(1)  # all births


@dataclass
class Deaths:
    shape: float = above(0)  # of the gamma prior of deaths a year per 100 000 people
    rate: float = above(0)  # of the gamma prior
    deaths: int = at_least(0)  # that were seen
    exposure: float = above(0)  # years times 100 000 people
    limit: float = above(0)  # rate whose exceedance is asked for


def births(cfg: Births, job):
    """The probability of a girl after placenta previa: mean, standard deviation, median and central 95 % interval."""
    law, _ = binomial(cfg.a, cfg.b, cfg.girls, cfg.births)
    low, middle, high = (law.quantile(q) for q in (0.025, 0.5, 0.975))
    return {
        "mean": law.mean,
        "sd": law.sd,
        "median": middle,
        "2.5 %": low,
        "97.5 %": high,
        "P(above 0.485)": 1 - law.below(0.485),
    }


def deaths(cfg: Deaths, job):
    """The rate of deaths by asthma: posterior mean, and its probability to lie above the limit."""
    law, _ = poisson(cfg.shape, cfg.rate, [cfg.deaths], [cfg.exposure])
    return {"mean": law.mean, "P(above)": 1 - law.below(cfg.limit), "sd": law.sd}
