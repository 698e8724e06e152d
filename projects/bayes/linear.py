"""Linear regressions whose posterior is one sum over σ: given σ everything is normal. 31 posteriors of posteriordb, exactly."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import logsumexp

from abacus import inputs, papers
from abacus.errors import BadInput
from abacus.settings import at_least

REACH = 60.0  # of log σ² on both sides of its peak, in units of 1/√degrees of freedom: nothing is left there
TAIL = 1e-4  # of its largest term: where the last one of a sum is larger, the sum has no end


class Posterior(NamedTuple):
    """Means and mean squares of β (p,) and of σ, and log p(y) where the priors have a scale (else up to a constant).

    A mean square that is not finite is ∞, and so is the mean of σ; a mean of β that does not exist is NaN.
    """

    beta: np.ndarray
    beta_square: np.ndarray
    sigma: float
    sigma_square: float
    log_evidence: float


def flat(sigma):
    """log 1: every σ above 0 alike, an improper prior."""
    return np.zeros_like(sigma)


def half_cauchy(scale):
    return lambda sigma: math.log(2 / math.pi / scale) - np.log1p((sigma / scale) ** 2)


def half_normal(sd):
    return lambda sigma: 0.5 * math.log(2 / math.pi) - math.log(sd) - 0.5 * (sigma / sd) ** 2


def exact(x, y, log_prior, mean=0.0, sd=math.inf, nodes=1001):
    """y ~ N(x β, σ²), β ~ N(mean, sd²) with sd = ∞ for a flat prior, σ ~ e^log_prior(σ): eqs. (34) to (36).

    x (n, p) has the column of ones, if there is one. BadInput where the posterior is improper: flat priors, and no more
    data than coefficients, or columns that depend on one another.
    """
    x = inputs.matrix(x, name="exact", kinds=(np.float64,))
    y = inputs.targets(y, len(x))
    n, p = x.shape
    prior_mean, prior_sd = _each("mean", mean, p), _each("sd", sd, p)
    if not (prior_sd > 0).all():
        raise BadInput(f"sd={sd}: wanted above 0 (inf: flat)")
    if not np.isfinite(prior_mean).all():
        raise BadInput(f"mean={mean}: wanted finite numbers")
    y = y - x @ prior_mean
    size = np.sqrt((x * x).sum(axis=0))
    if np.linalg.matrix_rank(x / np.where(size > 0, size, 1)) < p or n <= p:
        raise BadInput(f"{n} rows and {p} coefficients that are not told apart by them: a flat posterior is improper")
    q, r = np.linalg.qr(x)
    c = q.T @ y
    rest = float(((y - q @ c) ** 2).sum())
    if rest <= n * np.finfo(float).eps ** 2 * float((y * y).sum()):
        raise BadInput("the columns explain y without any rest: the posterior of sigma is improper")
    inverse = np.linalg.inv(r)
    ridge = inverse.T @ np.diag(prior_sd**-2.0) @ inverse  # prior precision of γ = R β
    values, turn = np.linalg.eigh(ridge)  # in these coordinates all is diagonal, whatever σ
    c, back = turn.T @ c, inverse @ turn
    log_variance = math.log(rest / (n - p)) + np.linspace(-REACH, REACH, nodes) / math.sqrt(n - p)
    if (values > 0).any():  # a prior that pulls leaves more to σ
        log_variance = math.log(rest / (n - p)) + np.linspace(-REACH, 2 * REACH, 2 * nodes) / math.sqrt(n - p)
    variance = np.exp(log_variance)[:, None]
    share = 1 / (1 + variance * values)  # of the data in γ given σ: eq. 34
    gamma = share * c
    logs = -0.5 * n * log_variance - 0.5 * rest / variance[:, 0] - 0.5 * ((1 - share) * c * c / variance).sum(axis=1)
    logs += 0.5 * np.log(share).sum(axis=1) + 0.5 * p * log_variance  # eq. 35
    logs += log_prior(np.sqrt(variance[:, 0])) + 0.5 * log_variance  # dσ = ½ σ d log σ²
    weights = np.exp(logs - logsumexp(logs))
    if not max(weights[0], weights[-1]) <= 1e-8 * weights.max():
        raise BadInput("the sum over sigma does not end: the posterior looks improper")
    beta = gamma @ back.T + prior_mean
    spread = (share * variance) @ (back * back).T  # variance of each β given σ
    sigma, square = np.sqrt(variance[:, 0]), beta**2 + spread
    step = log_variance[1] - log_variance[0]
    free = np.isinf(prior_sd)
    scale = -0.5 * (n - free.sum()) * math.log(2 * math.pi) - float(np.log(np.abs(np.diag(r))).sum())
    return Posterior(
        np.where(_ends(weights, np.sqrt(square)), weights @ beta, math.nan),  # eq. 36
        np.where(_ends(weights, square), weights @ square, math.inf),
        float(weights @ sigma) if _ends(weights, sigma) else math.inf,
        float(weights @ variance[:, 0]) if _ends(weights, variance[:, 0]) else math.inf,
        float(logsumexp(logs) + math.log(step / 2) + scale - np.log(prior_sd[~free]).sum()),
    )


def _ends(weights, f):
    """Whether the sum of weights · f over log σ has ended at its last node: else the mean of f does not exist."""
    terms = (weights * f.T).T
    return terms[-1] <= TAIL * terms.max(axis=0)


def _each(name, value, p):
    try:
        return np.broadcast_to(np.asarray(value, float), p)
    except (TypeError, ValueError):
        raise BadInput(f"{name}={value}: wanted a number, or one for each of {p} coefficients") from None


def table(key):
    """{name: column} of papers/posteriordb_<key>.csv."""
    names, rows = papers.rows(f"posteriordb_{key}")
    return dict(zip(names, np.array(rows, float).T))


def kidiq():
    """Eight regressions of a child's test score: {posterior: (x, y, prior of σ)}."""
    t = table("kidiq")
    y, hs, iq, work = t["kid_score"], t["mom_hs"], t["mom_iq"], t["mom_work"]
    designs = {
        "kidiq-kidscore_interaction": (hs, iq, hs * iq),
        "kidiq-kidscore_momhs": (hs,),
        "kidiq-kidscore_momhsiq": (hs, iq),
        "kidiq-kidscore_momiq": (iq,),
    }
    found = {name: (_with_ones(*columns), y, half_cauchy(2.5)) for name, columns in designs.items()}
    pairs = {
        "c": (hs - hs.mean(), iq - iq.mean()),
        "c2": (hs - 0.5, iq - 100),
        "z": (standard(hs) / 2, standard(iq) / 2),
    }
    for name, (a, b) in pairs.items():
        found[f"kidiq_with_mom_work-kidscore_interaction_{name}"] = _with_ones(a, b, a * b), y, flat
    dummies = _with_ones(*(work == k for k in (2, 3, 4)))
    return found | {"kidiq_with_mom_work-kidscore_mom_work": (dummies, y, flat)}


def earnings():
    """Seven regressions of earnings on height."""
    t = table("earnings")
    earn, height, male = t["earn"], t["height"], t["male"]
    z, logs = standard(height), np.log(earn)
    found = {
        "earn_height": ((height,), earn),
        "log10earn_height": ((height,), np.log10(earn)),
        "logearn_height": ((height,), logs),
        "logearn_height_male": ((height, male), logs),
        "logearn_interaction": ((height, male, height * male), logs),
        "logearn_interaction_z": ((z, male, z * male), logs),
        "logearn_logheight_male": ((np.log(height), male), logs),
    }
    return {f"earnings-{name}": (_with_ones(*columns), y, flat) for name, (columns, y) in found.items()}


def mesquite():
    """Six regressions of the weight of mesquite bushes."""
    t = table("mesquite")
    d1, d2, height, total, density, group = (
        t[name] for name in ("diam1", "diam2", "canopy_height", "total_height", "density", "group")
    )
    volume, area, shape = np.log(d1 * d2 * height), np.log(d1 * d2), np.log(d1 / d2)
    logs = [np.log(x) for x in (d1, d2, height, total, density)]
    found = {
        "logmesquite": (*logs, group),
        "logmesquite_logva": (volume, area, group),
        "logmesquite_logvas": (volume, area, shape, logs[3], logs[4], group),
        "logmesquite_logvash": (volume, area, shape, logs[3], group),
        "logmesquite_logvolume": (volume,),
    }
    found = {f"mesquite-{name}": (_with_ones(*columns), np.log(t["weight"]), flat) for name, columns in found.items()}
    raw = _with_ones(d1, d2, height, total, density, group)
    return found | {"mesquite-mesquite": (raw, t["weight"], flat)}


def elections():
    """Party identification in eight election years, on ideology, race, three age groups, education, gender and income."""
    found = {}
    for year in (1972, 1976, 1980, 1984, 1988, 1992, 1996, 2000):
        t = table(f"nes{year}")
        ages = (t["age_discrete"] == k for k in (2, 3, 4))
        x = _with_ones(t["real_ideo"], t["race_adj"], *ages, t["educ1"], t["gender"], t["income"])
        found[f"nes{year}-nes"] = x, t["partyid7"], flat
    return found


def standard(x):
    """x less its mean, in standard deviations (divisor n − 1)."""
    return (x - x.mean()) / x.std(ddof=1)


def _with_ones(*columns):
    return np.column_stack([np.ones(len(columns[0])), *columns])


@dataclass
class Config:
    nodes: int = at_least(101)  # of the sum over log σ


def regressions(cfg: Config, job):
    """Means and mean squares of all coefficients and of σ in 31 regressions."""
    rows = {}
    for name, (x, y, prior) in (kidiq() | earnings() | mesquite() | elections()).items():
        rows |= _rows(name, exact(x, y, prior, nodes=cfg.nodes))
    for name in ("sblrc", "sblri"):
        t = table(name)
        x = np.column_stack([t[f"x{k}"] for k in range(1, 6)])
        rows |= _rows(f"{name}-blr", exact(x, t["y"], half_normal(10.0), sd=10.0, nodes=cfg.nodes))
    return rows


def _rows(name, found):
    rows = {
        f"{name}: beta[{k}]": {"mean": float(m), "mean square": float(s)}
        for k, (m, s) in enumerate(zip(found.beta, found.beta_square), 1)
    }
    return rows | {f"{name}: sigma": {"mean": found.sigma, "mean square": found.sigma_square}}
