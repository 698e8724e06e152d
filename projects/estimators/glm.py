"""Generalised linear models by iterated weighted least squares: normal, binomial and Poisson, five links."""

import math
import warnings
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.special import expit, gammaln, logit, ndtr, ndtri, xlog1py, xlogy

from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator
from likelihood import NotConverged

FAR = 15.0  # a linear predictor of a probability or a log rate so large is a reason to ask whether a maximum exists


class Link(NamedTuple):
    """η = g(μ), its inverse μ(η), 1 − μ(η) to all its digits, and the slope dμ/dη."""

    g: object
    mean: object
    other: object
    slope: object


LINKS = {
    "identity": Link(lambda mu: mu, lambda eta: eta, lambda eta: 1 - eta, np.ones_like),
    "log": Link(np.log, np.exp, lambda eta: -np.expm1(eta), np.exp),
    "logit": Link(logit, expit, lambda eta: expit(-eta), lambda eta: expit(eta) * expit(-eta)),  # eq. 15
    "probit": Link(ndtri, ndtr, lambda eta: ndtr(-eta), lambda eta: np.exp(-0.5 * eta**2) / math.sqrt(2 * math.pi)),
    "cloglog": Link(
        lambda mu: np.log(-np.log1p(-mu)),
        lambda eta: -np.expm1(-np.exp(eta)),
        lambda eta: np.exp(-np.exp(eta)),
        lambda eta: np.exp(eta - np.exp(eta)),
    ),
}


class Family(NamedTuple):
    """The links that it takes, the usual one first; of y, μ, 1 − μ and the number of trials m, row by row: the variance of
    one trial, twice the log-likelihood lost beside μ = y, the log-likelihood (of all rows), and where to begin."""

    links: tuple
    variance: object
    deviance: object
    log_likelihood: object
    start: object


def _normal_log_likelihood(y, mu, other, m):
    n, squares = len(y), ((y - mu) ** 2).sum()
    return -0.5 * n * (math.log(2 * math.pi * squares / n) + 1) if squares > 0 else math.inf


def _binomial_log_likelihood(y, mu, other, m):
    ways = gammaln(m + 1) - gammaln(m * y + 1) - gammaln(m * (1 - y) + 1)
    return float((ways + xlogy(m * y, mu) + xlogy(m * (1 - y), other)).sum())


FAMILIES = {
    "normal": Family(
        ("identity",),
        lambda mu, other: np.ones_like(mu),
        lambda y, mu, other, m: (y - mu) ** 2,
        _normal_log_likelihood,
        lambda y, m: y,
    ),
    "binomial": Family(
        ("logit", "probit", "cloglog"),
        lambda mu, other: mu * other,
        lambda y, mu, other, m: 2 * m * (xlogy(y, y) - xlogy(y, mu) + xlog1py(1 - y, -y) - xlogy(1 - y, other)),
        _binomial_log_likelihood,
        lambda y, m: (m * y + 0.5) / (m + 1),
    ),
    "poisson": Family(
        ("log",),
        lambda mu, other: mu,
        lambda y, mu, other, m: 2 * (xlogy(y, y) - xlogy(y, mu) - y + mu),
        lambda y, mu, other, m: float((xlogy(y, mu) - mu - gammaln(y + 1)).sum()),
        lambda y, m: y + 0.1,
    ),
}  # eq. 14


class GeneralisedLinearModel(Estimator):
    """The mean of y through a link: g(mean) = X·coef_ + intercept_, fitted by maximum likelihood, eqs. (14) to (17).

    Families: "normal" (identity), "binomial" (logit, probit, cloglog), "poisson" (log); the first link is the usual one.
    `fit(X, y, trials=None, offset=None)`: X (n, p); y (n,) are numbers, counts, or successes out of `trials` (n,), which
    are 1 where nothing is said; `offset` (n,) is added to the linear predictor as it is. `predict` gives means (of one
    trial), `score` the share of the null deviance that is explained.

    After fit: coef_ (p,), intercept_, covariance_ and standard_errors_ (the intercept first, where there is one),
    fitted_ (n,) expected numbers, deviance_, null_deviance_, log_likelihood_, aic_, bic_, dispersion_ (1, but for
    "normal": the residual variance), n_iter_. BadInput where the likelihood has no maximum, and for columns that depend on
    one another; NotConverged is a warning.
    """

    def __init__(self, family="normal", link=None, fit_intercept=True, max_iter=100):
        self.family = family
        self.link = link
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter

    def fit(self, x, y, trials=None, offset=None):
        """The maximum; returns the model itself."""
        family, link = self._parts()
        if not isinstance(self.max_iter, (int, np.integer)) or self.max_iter < 1:
            raise BadInput(f"max_iter={self.max_iter!r}: wanted a whole number, at least 1")
        x = inputs.matrix(x, name=type(self).__name__)
        y = inputs.targets(y, len(x))
        self.n_features_in_ = x.shape[1]
        m, offset = _trials(trials, y, self.family), _offset(offset, len(y))
        _within(y, m, self.family)
        share = y / m if self.family == "binomial" else y
        design = np.column_stack([np.ones(len(x)), x]) if self.fit_intercept else x
        fitter = _Fitter(family, link, share, m, offset, self.max_iter)
        beta, root, self.n_iter_ = fitter.descend(design)
        eta = design @ beta + offset
        mu, other = link.mean(eta), link.other(eta)
        self.fitted_ = m * mu
        self.deviance_ = float(family.deviance(share, mu, other, m).sum())  # eq. 17
        self.null_deviance_ = fitter.null(self.fit_intercept)
        self.log_likelihood_ = family.log_likelihood(share, mu, other, m)
        free = len(y) - design.shape[1]
        self.dispersion_ = 1.0 if self.family != "normal" else self.deviance_ / free if free else math.nan
        inverse = np.linalg.inv(root)
        self.covariance_ = self.dispersion_ * inverse @ inverse.T
        self.standard_errors_ = np.sqrt(np.diag(self.covariance_))
        self.intercept_, self.coef_ = (float(beta[0]), beta[1:]) if self.fit_intercept else (0.0, beta)
        parameters = design.shape[1] + (self.family == "normal")
        self.aic_ = 2 * parameters - 2 * self.log_likelihood_
        self.bic_ = math.log(len(y)) * parameters - 2 * self.log_likelihood_
        return self

    def predict(self, x, offset=None):
        """The mean of one trial (n,) for each row of x (n, p)."""
        return self._parts()[1].mean(self._predictor(x, offset))

    def score(self, x, y, trials=None, offset=None):
        """1 − deviance / null deviance, of y (n,) beside these predictions: 1 is perfect, 0 no better than one number for all."""
        family, link = self._parts()
        eta = self._predictor(x, offset)
        y = inputs.targets(y, len(eta))
        m = _trials(trials, y, self.family)
        _within(y, m, self.family)
        share = y / m if self.family == "binomial" else y
        even = np.full(len(y), np.average(share, weights=m))
        lost = family.deviance(share, link.mean(eta), link.other(eta), m).sum()
        null = family.deviance(share, even, 1 - even, m).sum()
        return float(1 - lost / null) if null > 0 else math.nan

    def _predictor(self, x, offset):
        coef = inputs.fitted(self, "coef_")
        x = inputs.matrix(x, self.n_features_in_, type(self).__name__)
        return x @ coef + self.intercept_ + _offset(offset, len(x))

    def _parts(self):
        if not isinstance(self.family, str) or self.family not in FAMILIES:
            raise BadInput(f"family is {self.family!r}, wanted one of {', '.join(FAMILIES)}")
        family = FAMILIES[self.family]
        link = family.links[0] if self.link is None else self.link
        if link not in family.links:
            raise BadInput(f"link is {link!r}: the {self.family} family takes {', '.join(family.links)}")
        return family, LINKS[link]


class _Fitter:
    """One response y (n,), a share of m trials where there are such: coefficients for any design."""

    def __init__(self, family, link, y, m, offset, max_iter):
        self.family, self.link, self.y, self.m, self.offset, self.max_iter = family, link, y, m, offset, max_iter
        self.bounded = family is not FAMILIES["normal"]  # else the likelihood is a parabola, which has a maximum

    def descend(self, design):
        """Iterated weighted least squares, eq. (16): (beta, R of the last weighted design's QR, iterations).

        The columns are made orthonormal first, so that their units and offsets do not matter; R takes that back.
        """
        basis, back = _orthonormal(design)
        eta = self.link.g(self.family.start(self.y, self.m))
        gamma, deviance, iterations = basis.T @ (eta - self.offset), math.inf, 0
        rounding = 64 * np.finfo(float).eps * math.sqrt(len(eta))  # of gamma where the predictor is about 0
        while iterations < self.max_iter:
            iterations += 1
            root, z = self._working(eta)
            moved = np.linalg.lstsq(root[:, None] * basis, z, rcond=None)[0]  # eq. 16
            moved, eta, reached = self._no_worse(basis, gamma, moved, deviance)
            change = np.abs(moved - gamma).max()
            gamma, deviance = moved, reached
            if change <= 1e-11 * np.abs(gamma).max() + rounding or not self.bounded:
                break
        else:
            self._no_maximum(design)
            warnings.warn(f"no rest after {self.max_iter} iterations", NotConverged, stacklevel=4)
        if self.bounded and np.abs(eta - self.offset).max() > FAR:
            self._no_maximum(design)
        root = np.linalg.qr(self._working(eta)[0][:, None] * basis)[1] @ back
        return np.linalg.solve(back, gamma), root, iterations

    def null(self, intercept):
        """The deviance of a constant alone, or of the offset alone where there is no constant."""
        eta = self.offset
        if intercept:
            eta = eta + self.descend(np.ones((len(self.y), 1)))[0]
        return self._deviance(eta)

    def _working(self, eta):
        """The roots of the weights W (n,), and the weighted working response √W z less the offset (n,), of eq. (16)."""
        mu, other, slope = self.link.mean(eta), self.link.other(eta), self.link.slope(eta)
        variance = self.family.variance(mu, other)
        scale = np.sqrt(np.divide(self.m, variance, out=np.zeros_like(mu), where=variance > 0))
        away = self.y * other - (1 - self.y) * mu if self.family is FAMILIES["binomial"] else self.y - mu
        return scale * slope, scale * (slope * (eta - self.offset) + away)

    def _deviance(self, eta):
        with np.errstate(over="ignore", invalid="ignore"):
            parts = self.family.deviance(self.y, self.link.mean(eta), self.link.other(eta), self.m)
        return float(parts.sum())

    def _no_worse(self, basis, gamma, moved, deviance):
        """(gamma, eta, deviance) of the step to `moved`, halved as long as it fits worse than before."""
        for _ in range(60):
            eta = basis @ moved + self.offset
            reached = self._deviance(eta)
            if math.isfinite(reached) and reached <= deviance + 1e-12 * (abs(reached) + 1):
                break
            moved = (moved + gamma) / 2
        return moved, eta, reached

    def _no_maximum(self, design):
        """BadInput where some direction of β makes the likelihood rise for ever: a linear programme finds it or there is none.

        Along such a direction the predictor rises only where all trials succeeded, falls only where none did (or nothing
        was counted), and stands still elsewhere.
        """
        scaled = design / np.linalg.norm(design, axis=0)
        low = self.y == 0
        high = (self.y == 1) & (self.family is FAMILIES["binomial"])
        edge, still = scaled * np.where(high, 1.0, -1.0)[:, None], scaled[~(low | high)]
        edge = edge[low | high]
        if not len(edge):
            return
        equal = {"A_eq": still, "b_eq": np.zeros(len(still))} if len(still) else {}
        limits = [(-1, 1)] * design.shape[1]
        found = linprog(-edge.sum(axis=0), A_ub=-edge, b_ub=np.zeros(len(edge)), bounds=limits, **equal)
        if found.status == 0 and -found.fun > 1e-7:
            raise BadInput(
                "the likelihood has no maximum: some combination of the columns tells the rows without any success (or with "
                "nothing but successes) from the others. Leave a column out, or count more"
            )


def _orthonormal(design):
    """Q and R of the design's QR decomposition; BadInput where a column depends on those before it."""
    n, p = design.shape
    if n < p:
        raise BadInput(f"{n} sample(s) for {p} coefficients, the constant among them: a minimum of {p} is required")
    basis, back = np.linalg.qr(design)
    if (np.abs(np.diag(back)) <= 1e-11 * np.linalg.norm(design, axis=0)).any():
        raise BadInput("some column depends on the others, or on the constant: leave it out")
    return basis, back


def _trials(trials, y, family):
    if trials is None:
        return np.ones(len(y))
    if family != "binomial":
        raise BadInput(f"trials belong to the binomial family; this is {family}")
    trials = inputs.targets(trials, len(y))
    if (trials <= 0).any():
        raise BadInput(f"trials: {trials.min():g}; wanted at least one behind each row")
    return trials


def _offset(offset, n):
    return np.zeros(n) if offset is None else inputs.targets(offset, n)


def _within(y, m, family):
    if family == "binomial" and ((y < 0) | (y > m)).any():
        raise BadInput("y: wanted successes from 0 to the number of trials")
    if family == "poisson" and (y < 0).any():
        raise BadInput(f"y: {y.min():g} is no count; wanted at least 0")
