"""Fifteen law schools: one correlation and six ways to say how sure it is."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

import resampling
from abacus import papers
from abacus.errors import BadInput
from abacus.settings import at_least, between


@dataclass
class School:
    level: float = between(0, 1, open=True)  # of the intervals


@dataclass
class Resampled:
    resamples: list[int] = at_least(2)  # numbers B of resamples, each a column


@dataclass
class Dealt:
    times: int = at_least(1)  # dealings of the grades to the schools


def schools():
    """(15, 2): score in the law test, grade."""
    return np.array(papers.rows("efron1993")[1], float)


def by_formula(cfg: School, job):
    """The correlation, its normal-theory error, Fisher's interval, and the jackknife's error and bias."""
    pairs = schools()
    jack = resampling.jackknife(resampling.correlation, pairs)
    r, n = jack.estimate, len(pairs)
    reach = float(ndtri((1 + cfg.level) / 2)) / math.sqrt(n - 3)
    rows = {
        "correlation": r,
        "standard error, normal theory": (1 - r**2) / math.sqrt(n - 3),
        "standard error, jackknife": jack.se,
        "bias, jackknife": jack.bias,
        "Fisher's interval, low": math.tanh(math.atanh(r) - reach),
        "Fisher's interval, high": math.tanh(math.atanh(r) + reach),
    }
    return {row: {"value": value} for row, value in rows.items()}


def exhaustive(cfg: School, job):
    """The ideal bootstrap: all different resamples, none drawn; percentile and BCa intervals from the whole distribution."""
    import ideal  # compiled code

    pairs = schools()
    jack = resampling.jackknife(resampling.correlation, pairs)
    found = ideal.bootstrap(pairs[:, 0].astype(int), np.rint(100 * pairs[:, 1]).astype(int))
    tails = [(1 - cfg.level) / 2, (1 + cfg.level) / 2]
    plain = found.quantile(tails)
    better = found.quantile(resampling.corrected(found.below(jack.estimate), jack, cfg.level))
    with job.figure("correlation") as figure:
        import pictures

        pictures.resamples(figure, found, jack.estimate, plain, better)
    rows = {
        "different resamples": found.resamples,
        "of all, without a correlation": found.undefined,
        "mean": found.mean,
        "bias": found.mean - jack.estimate,
        "standard error": found.se,
        "percentile, low": plain[0],
        "percentile, high": plain[1],
        "BCa, low": better[0],
        "BCa, high": better[1],
    }
    return {row: {"value": value} for row, value in rows.items()}


def resampled(cfg: Resampled, job):
    """The bootstrap's standard error by B random resamples, for each B."""
    if not cfg.resamples:
        raise BadInput("resamples=[]: wanted at least one number of resamples")
    pairs = schools()
    return {
        str(b): resampling.bootstrap(resampling.correlation, pairs, b, job.rng("resamples", b)).se
        for b in cfg.resamples
    }


def dealt(cfg: Dealt, job):
    """How often chance alone gives a correlation as large, in either direction."""
    return {"p": resampling.permutation(schools(), cfg.times, job.rng("dealings"))}
