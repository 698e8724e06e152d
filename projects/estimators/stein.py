"""Many means at once: James and Stein's estimator, its exact risk, and eighteen baseball players."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from abacus import papers
from abacus.errors import BadInput
from abacus.settings import at_least
from likelihood import finite

FAR = 1e9  # a squared length beyond which nothing is left of the gain


def james_stein(x, variance=1.0):
    """(1 − (p − 2) variance / ‖x‖²) x for p ≥ 3 means, each seen once (p,) with this variance: eq. (29)."""
    x = _means(x, 3, variance)
    return x * factor(x, variance, 2)  # eq. 29


def positive_part(x, variance=1.0):
    """As `james_stein`, where a factor below 0 is 0: never worse."""
    x = _means(x, 3, variance)
    return x * max(0.0, factor(x, variance, 2))


def towards_mean(x, variance=1.0):
    """Shrink p ≥ 4 means (p,) towards their own mean, which costs one dimension: eq. (30)."""
    x = _means(x, 4, variance)
    away = x - x.mean()
    return x.mean() + away * factor(away, variance, 3)  # eq. 30


def factor(away, variance, lost):
    """1 − (p − lost) variance / ‖away‖²: what is left of each deviation; 0 where there is none."""
    square = float(away @ away)
    return 1 - (len(away) - lost) * variance / square if square > 0 else 0.0


def risk(p, squared_norm):
    """E ‖θ̂ − θ‖² of eq. (29) with unit variance: p − (p − 2)² E[1/(p − 2 + 2K)], K Poisson of mean ‖θ‖²/2: eq. (31)."""
    if p < 3 or not 0 <= squared_norm <= FAR:
        raise BadInput(f"p={p}, squared_norm={squared_norm}: wanted at least 3 means, and a square from 0 to {FAR:g}")
    rate = squared_norm / 2
    reach = 12 * math.sqrt(rate + 1) + 60  # the tails beyond are below rounding
    k = np.arange(max(0, int(rate - reach)), int(rate + reach))
    law = np.exp(-rate + k * math.log(rate) - gammaln(k + 1)) if rate > 0 else (k == 0).astype(float)
    return float(p - (p - 2) ** 2 * (law / (p - 2 + 2 * k)).sum())  # eq. 31


def _means(x, least, variance):
    x = finite(x, "means")
    if len(x) < least or not 0 < variance < math.inf:
        raise BadInput(f"{len(x)} means of variance {variance}: wanted at least {least}, and a variance above 0")
    return x


@dataclass
class Baseball:
    at_bats: int = at_least(18)  # times at bat in which the hits were made, of which one player has 18


def players():
    """(names, hits (18,), average over the rest of the season (18,))."""
    _, rows = papers.rows("efron1975")
    names, hits, at_bats, rest = zip(*rows)
    return names, np.array(hits, float), np.array(rest, float) / np.array(at_bats, float)


def averages(cfg: Baseball, job):
    """The table of 1977: batting averages shrunk towards their mean, whose variance is the binomial's at that mean."""
    names, hits, season = players()
    y = hits / cfg.at_bats
    variance = y.mean() * (1 - y.mean()) / cfg.at_bats
    shrunk = towards_mean(y, variance)
    rows = dict(zip(names, shrunk)) | {
        "grand average": y.mean(),
        "shrinking factor": factor(y - y.mean(), variance, 3),
    }
    return {row: {"value": value} for row, value in (rows | errors(y, shrunk, season)).items()}


def arcsine(cfg: Baseball, job):
    """The table of 1975: the same on the scale √n asin(2y − 1), where a binomial share has about unit variance: eq. (32)."""
    names, hits, season = players()

    def scale(share):
        return math.sqrt(cfg.at_bats) * np.arcsin(2 * share - 1)  # eq. 32

    x = scale(hits / cfg.at_bats)
    shrunk = towards_mean(x)
    back = (np.sin(shrunk / math.sqrt(cfg.at_bats)) + 1) / 2
    rows = dict(zip(names, back)) | errors(x, shrunk, scale(season))
    return {row: {"value": value} for row, value in rows.items()}


def errors(plain, shrunk, truth):
    """Σ (estimate − truth)² of both, and the quotient."""
    first, second = float(((plain - truth) ** 2).sum()), float(((shrunk - truth) ** 2).sum())
    return {"squared error, averages": first, "squared error, James-Stein": second, "their ratio": first / second}
