"""Mean field where everything is known: a correlated normal law, and Bishop's normal law of unknown mean and precision."""

import math
import warnings
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import digamma, gammaln

import divergences
from abacus.errors import BadInput
from abacus.settings import any_number, at_least, between
from divergences import NotConverged, finite, positive

SWEEPS = 10_000


class Factors(NamedTuple):
    """A product of normal laws: means (d,), variances (d,), and the sweeps that it took."""

    means: np.ndarray
    variances: np.ndarray
    sweeps: int


def coordinate_ascent(mean, precision, start):
    """The product of normal laws closest to N(mean, precision⁻¹) in KL(q ‖ p), one factor after the other: eqs. (5), (6).

    A warning (NotConverged) where the means still move after SWEEPS, as they do for correlations very close to 1.
    """
    mean, m = finite(mean, "mean"), finite(start, "start").copy()
    d = len(mean)
    precision = _square(precision, d)
    if len(m) != d or not np.allclose(precision, precision.T):
        raise BadInput(f"start of {len(m)}, precision ({d}, {d}): wanted {d}, and a symmetric precision")
    if np.linalg.eigvalsh(precision)[0] <= 0:
        raise BadInput("the precision is not positive definite: the posterior is improper")
    sweeps = 0
    while sweeps < SWEEPS:
        sweeps, before = sweeps + 1, m.copy()
        for i in range(d):
            others = precision[i] @ (m - mean) - precision[i, i] * (m[i] - mean[i])
            m[i] = mean[i] - others / precision[i, i]  # eq. 6
        if np.abs(m - before).max() <= 1e-14 * (1 + np.abs(m).max()):
            break
    else:
        warnings.warn(f"the means still move after {SWEEPS} sweeps", NotConverged, stacklevel=2)
    return Factors(m, 1 / np.diag(precision), sweeps)  # eq. 5


def _square(precision, d):
    """The precision as an array (d, d); BadInput where it is none."""
    rows = [finite(row, "a row of the precision") for row in precision]
    if [len(row) for row in rows] != [d] * d:
        raise BadInput(f"precision with rows of {[len(row) for row in rows]}: wanted symmetric ({d}, {d})")
    return np.array(rows)


class NormalGamma(NamedTuple):
    """q(μ) q(τ) = N(μ | mean, 1/precision) Gamma(τ | shape, rate), the ELBO after each round, and log p(x)."""

    mean: float
    precision: float
    shape: float
    rate: float
    bounds: np.ndarray
    log_evidence: float


def mean_and_precision(x, mu0=0.0, lambda0=0.0, a0=0.0, b0=0.0):
    """Mean field for x ~ N(μ, 1/τ) with μ | τ ~ N(mu0, 1/(lambda0 τ)) and τ ~ Gamma(a0, b0): eqs. (7) to (9).

    lambda0 = 0 means a flat prior of μ, a0 = b0 = 0 the prior 1/τ; the ELBO and log p(x) are then NaN, since improper
    priors have no scale. BadInput where the posterior itself is improper: one datum, or equal data, with these.
    """
    x, mu0 = finite(x, "data"), float(finite([mu0], "mu0")[0])
    lambda0, a0, b0 = (positive(*pair, zero=True) for pair in (("lambda0", lambda0), ("a0", a0), ("b0", b0)))
    n, centre = len(x), float(x.mean())
    square = float(((x - centre) ** 2).sum())
    shape = a0 + (n + (lambda0 > 0)) / 2  # eq. 8
    exact_rate = b0 + 0.5 * (square + lambda0 * n * (centre - mu0) ** 2 / (lambda0 + n))
    if exact_rate <= 0 or a0 + (n - (lambda0 == 0)) / 2 <= 0:
        raise BadInput(
            f"{n} data, all equal or alone, with flat priors: the posterior is improper; give b0 and a0 above 0"
        )
    mean = (lambda0 * mu0 + n * centre) / (lambda0 + n)
    precision, bounds = 1.0, []
    for _ in range(SWEEPS):
        second = 1 / precision
        rate = b0 + 0.5 * (
            square + n * ((centre - mean) ** 2 + second) + lambda0 * ((mean - mu0) ** 2 + second)
        )  # eq. 9
        before, precision = precision, (lambda0 + n) * shape / rate  # eq. 7
        bounds.append(_bound(n, square, centre, mean, precision, shape, rate, (mu0, lambda0, a0, b0)))
        if abs(precision - before) <= 1e-15 * precision:
            break
    evidence = math.nan
    if lambda0 > 0 and a0 > 0 and b0 > 0:
        grown = a0 + n / 2
        evidence = gammaln(grown) - gammaln(a0) + a0 * math.log(b0) - grown * math.log(exact_rate)
        evidence += 0.5 * math.log(lambda0 / (lambda0 + n)) - 0.5 * n * math.log(2 * math.pi)
    return NormalGamma(mean, precision, shape, rate, np.array(bounds), float(evidence))


def _bound(n, square, centre, mean, precision, shape, rate, prior):
    """E log p(x | μ, τ) − KL(q(μ) ‖ p(μ | τ)) − KL(q(τ) ‖ p(τ)): eq. (2); NaN for improper priors."""
    mu0, lambda0, a0, b0 = prior
    if not (lambda0 > 0 and a0 > 0 and b0 > 0):
        return math.nan
    tau, log_tau = shape / rate, digamma(shape) - math.log(rate)
    fit = 0.5 * n * (log_tau - math.log(2 * math.pi)) - 0.5 * tau * (
        square + n * ((centre - mean) ** 2 + 1 / precision)
    )
    of_mu = 0.5 * (math.log(precision / lambda0) - log_tau + lambda0 * tau * ((mean - mu0) ** 2 + 1 / precision) - 1)
    return float(fit - of_mu - divergences.gamma(shape, rate, a0, b0))  # eq. 2


@dataclass
class Correlated:
    correlation: float = between(-1, 1, open=True)  # of two normal variables of variance 1


@dataclass
class Univariate:
    data: list[float] = any_number()  # observations
    lambda0: float = at_least(0)  # prior precision of the mean, in units of the data's; 0: a flat prior


def correlated(cfg: Correlated, job):
    """The best product of two normal laws in both directions of KL, each by its own rule, and how far it stays away."""
    covariance = np.array([[1, cfg.correlation], [cfg.correlation, 1]])
    zero = np.zeros(2)
    narrow = coordinate_ascent(zero, np.linalg.inv(covariance), [1.0, -1.0])
    q = np.diag(narrow.variances)
    wide = np.diag(np.diag(covariance))  # the product of the marginals: closest in KL(p ‖ q)
    return {
        "variance": float(narrow.variances[0]),
        "KL(q, p)": divergences.normal(narrow.means, q, zero, covariance),
        "KL(p, q)": divergences.normal(zero, covariance, zero, wide),
    }


def univariate(cfg: Univariate, job):
    """Bishop's fixed point: 1/E[τ], E[1/τ] (infinite for a shape of 1 or less), E[μ] and the variance of μ."""
    found = mean_and_precision(cfg.data, lambda0=cfg.lambda0)
    return {
        "1 / E[tau]": found.rate / found.shape,
        "E[1 / tau]": found.rate / (found.shape - 1) if found.shape > 1 else math.inf,
        "E[mu]": found.mean,
        "var mu": 1 / found.precision,
    }
