"""Disasters in British coal mines, whose rate changed once: the exact posterior, a finite sum, and mean field beside it."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import digamma, gammaln, logsumexp

import divergences
from abacus import papers
from abacus.errors import BadInput
from abacus.settings import above
from divergences import positive


class Change(NamedTuple):
    """log p(y), P(change after year k) (n - 1,), and shapes and rates of both rates' gamma laws given k, each (2, n - 1)."""

    log_evidence: float
    after: np.ndarray
    shapes: np.ndarray
    rates: np.ndarray

    @property
    def moments(self):
        """Mean and standard deviation of both rates: ((2,), (2,))."""
        first = self.shapes / self.rates
        mean = first @ self.after
        return mean, np.sqrt((first * (self.shapes + 1) / self.rates) @ self.after - mean**2)


class MeanField(NamedTuple):
    """q(k) (n - 1,), Gamma shapes and rates of q(λ₁) and q(λ₂) (2,), the ELBO after each round, KL(q ‖ p) by its own formula."""

    after: np.ndarray
    shapes: np.ndarray
    rates: np.ndarray
    bounds: np.ndarray
    divergence: float

    @property
    def moments(self):
        """Mean and standard deviation of both rates: ((2,), (2,))."""
        return self.shapes / self.rates, np.sqrt(self.shapes) / self.rates


def yearly():
    """(first year, counts): disasters of each year from the first to the last."""
    dates = np.array(papers.rows("jarrett1979")[1], float)[:, 0]
    years = np.floor(dates).astype(int)
    return int(years.min()), np.bincount(years - years.min())


def exact(y, a, b):
    """y (n,) ~ Poisson(λ₁) up to year k, Poisson(λ₂) after it; λ ~ Gamma(a, b), k uniform on 1 ... n − 1: eqs. (10), (11)."""
    y, before, length = _counts(y, a, b)
    shapes = a + np.array([before, y.sum() - before])
    rates = b + np.array([length, len(y) - length])
    terms = (gammaln(shapes) - gammaln(a) + a * np.log(b) - shapes * np.log(rates)).sum(axis=0)  # eq. 10
    terms -= gammaln(y + 1).sum() + np.log(len(length))
    evidence = logsumexp(terms)
    return Change(float(evidence), np.exp(terms - evidence), shapes, rates)  # eq. 11


def mean_field(y, a, b, rounds=1000):
    """q(k) q(λ₁) q(λ₂) by coordinate ascent from a uniform q(k): eqs. (12) to (14). BadInput as for `exact`."""
    y, before, length = _counts(y, a, b)
    n, total, posterior = len(y), y.sum(), exact(y, a, b)
    q, bounds = np.full(len(length), 1 / len(length)), []
    for _ in range(rounds):
        s, k = q @ before, q @ length
        shapes, rates = a + np.array([s, total - s]), b + np.array([k, n - k])  # eq. 12
        logs, means = digamma(shapes) - np.log(rates), shapes / rates
        score = before * logs[0] + (total - before) * logs[1] - length * means[0] - (n - length) * means[1]  # eq. 13
        q = np.exp(score - logsumexp(score))
        bound = logsumexp(score) - np.log(len(length)) - gammaln(y + 1).sum()
        bounds.append(float(bound - divergences.gamma(shapes, rates, a, b).sum()))  # eq. 14
        if len(bounds) > 1 and bounds[-1] - bounds[-2] <= 1e-13 * abs(bounds[-1]):
            break
    with np.errstate(divide="ignore", invalid="ignore"):
        places = np.where(q > 0, q * (np.log(q) - np.log(posterior.after)), 0.0)
    given = divergences.gamma(shapes[:, None], rates[:, None], posterior.shapes, posterior.rates).sum(axis=0)
    return MeanField(q, shapes, rates, np.array(bounds), float(places.sum() + q @ given))


def _counts(y, a, b):
    y = divergences.finite(y, "counts", least=2)
    if (y < 0).any() or (y != np.floor(y)).any():
        raise BadInput("counts: wanted whole numbers of at least 0")
    positive("a", a)  # of an improper prior, a or b = 0, the evidence has no scale
    positive("b", b)
    return y, np.cumsum(y)[:-1], np.arange(1, len(y))


@dataclass
class Config:
    shape: float = above(0)  # of the gamma prior of both rates
    rate: float = above(0)  # of the gamma prior of both rates, in years


def change(cfg: Config, job):
    """Exact posterior and mean field: evidence and its bound, rates, and the year of the change."""
    first, y = yearly()
    p, q = exact(y, cfg.shape, cfg.rate), mean_field(y, cfg.shape, cfg.rate)
    years = first + np.arange(len(p.after))  # the last year of the old rate
    with job.figure("year") as figure:
        import pictures

        pictures.change(figure, first, y, years, p, q)
    rows = {}
    for name, law, value in (("exact", p, p.log_evidence), ("mean field", q, q.bounds[-1])):
        (old, new), (old_sd, new_sd) = law.moments
        mean = float(law.after @ years)
        spread = float(np.sqrt(law.after @ (years - mean) ** 2))
        rows[name] = {
            "log evidence": value,
            "rate before": old,
            "sd before": old_sd,
            "rate after": new,
            "sd after": new_sd,
        }
        rows[name] |= {"last year": mean, "sd of it": spread, "P(1890)": law.after[years == 1890][0]}
    rows["mean field"]["KL(q, p)"] = q.divergence
    rows["mean field"]["bound + KL"] = q.bounds[-1] + q.divergence  # eq. 1
    return rows
