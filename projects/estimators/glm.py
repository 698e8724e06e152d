"""Generalised linear models by iterated weighted least squares: normal, binomial and Poisson, five links."""

import math
import warnings
from typing import NamedTuple

import numpy as np
from scipy.optimize import linprog
from scipy.special import expit, gammaln, ndtr, ndtri, xlog1py, xlogy

from abacus import inputs
from abacus.errors import BadInput
from likelihood import NotConverged

FAR = 15.0  # a linear predictor of a probability or a log rate so large is a reason to ask whether a maximum exists


class Link(NamedTuple):
    """η = g(μ), its inverse μ(η), and the slope dμ/dη."""

    g: object
    mean: object
    slope: object


def _density(eta):
    return np.exp(-0.5 * eta**2) / math.sqrt(2 * math.pi)


LINKS = {
    "identity": Link(lambda mu: mu, lambda eta: eta, np.ones_like),
    "log": Link(np.log, np.exp, np.exp),
    "logit": Link(lambda mu: np.log(mu / (1 - mu)), expit, lambda eta: expit(eta) * expit(-eta)),  # eq. 15
    "probit": Link(ndtri, ndtr, _density),
    "cloglog": Link(
        lambda mu: np.log(-np.log1p(-mu)),
        lambda eta: -np.expm1(-np.exp(eta)),
        lambda eta: np.exp(eta - np.exp(eta)),
    ),
}


class Family(NamedTuple):
    """Its usual link, the links that it takes, the variance V(μ) of one observation, twice the log-likelihood lost beside
    μ = y for each row, the log-likelihood of all rows, and where to begin; y is a share where m trials stand behind it."""

    links: tuple
    variance: object
    deviance: object
    log_likelihood: object
    start: object


def _normal_log_likelihood(y, mu, m):
    n, squares = len(y), ((y - mu) ** 2).sum()
    return -0.5 * n * (math.log(2 * math.pi * squares / n) + 1) if squares > 0 else math.inf


def _binomial_log_likelihood(y, mu, m):
    ways = gammaln(m + 1) - gammaln(m * y + 1) - gammaln(m * (1 - y) + 1)
    return float((ways + xlogy(m * y, mu) + xlog1py(m * (1 - y), -mu)).sum())


FAMILIES = {
    "normal": Family(
        ("identity",),
        lambda mu: np.ones_like(mu),
        lambda y, mu, m: (y - mu) ** 2,
        _normal_log_likelihood,
        lambda y, m: y,
    ),
    "binomial": Family(
        ("logit", "probit", "cloglog"),
        lambda mu: mu * (1 - mu),
        lambda y, mu, m: 2 * m * (xlogy(y, y) - xlogy(y, mu) + xlog1py(1 - y, -y) - xlog1py(1 - y, -mu)),
        _binomial_log_likelihood,
        lambda y, m: (m * y + 0.5) / (m + 1),
    ),
    "poisson": Family(
        ("log",),
        lambda mu: mu,
        lambda y, mu, m: 2 * (xlogy(y, y) - xlogy(y, mu) - y + mu),
        lambda y, mu, m: float((xlogy(y, mu) - mu - gammaln(y + 1)).sum()),
        lambda y, m: y + 0.1,
    ),
}  # eq. 14


class GeneralisedLinearModel:
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
        x = inputs.matrix(x, name=type(self).__name__)
        y = inputs.targets(y, len(x))
        self.n_features_in_ = x.shape[1]
        m, offset = _trials(trials, y, self.family), _offset(offset, len(y))
        _within(y, m, self.family)
        share = y / m if self.family == "binomial" else y
        design = self._design(x)
        beta, root, n_iter = self._descend(family, link, design, share, m, offset)
        mu = link.mean(design @ beta + offset)
        self.n_iter_, self.fitted_ = n_iter, m * mu
        self.deviance_ = float(family.deviance(share, mu, m).sum())  # eq. 17
        self.null_deviance_ = self._null(family, link, share, m, offset)
        self.log_likelihood_ = family.log_likelihood(share, mu, m)
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
        coef = inputs.fitted(self, "coef_")
        x = inputs.matrix(x, self.n_features_in_, type(self).__name__)
        return self._parts()[1].mean(x @ coef + self.intercept_ + _offset(offset, len(x)))

    def score(self, x, y, trials=None, offset=None):
        """1 − deviance / null deviance, of y (n,) beside these predictions: 1 is perfect, 0 no better than one number for all."""
        family, _ = self._parts()
        mu = self.predict(x, offset)
        y = inputs.targets(y, len(mu))
        m = _trials(trials, y, self.family)
        _within(y, m, self.family)
        share = y / m if self.family == "binomial" else y
        null = family.deviance(share, np.full(len(y), np.average(share, weights=m)), m).sum()
        return float(1 - family.deviance(share, mu, m).sum() / null) if null > 0 else math.nan

    def get_params(self, deep=True):
        """The settings, by name."""
        return {name: getattr(self, name) for name in ("family", "link", "fit_intercept", "max_iter")}

    def set_params(self, **settings):
        """Change settings by name; returns the model itself."""
        for name, value in settings.items():
            if name not in self.get_params():
                raise BadInput(f"GeneralisedLinearModel has no setting {name!r}: it has {', '.join(self.get_params())}")
            setattr(self, name, value)
        return self

    def _parts(self):
        if self.family not in FAMILIES:
            raise BadInput(f"family is {self.family!r}, wanted one of {', '.join(FAMILIES)}")
        family = FAMILIES[self.family]
        link = family.links[0] if self.link is None else self.link
        if link not in family.links:
            raise BadInput(f"link is {link!r}: the {self.family} family takes {', '.join(family.links)}")
        return family, LINKS[link]

    def _design(self, x):
        return np.column_stack([np.ones(len(x)), x]) if self.fit_intercept else x

    def _descend(self, family, link, design, y, m, offset):
        """Iterated weighted least squares, eq. (16): (beta, R of the last weighted design's QR, iterations).

        The columns are made orthonormal first, so that their units and offsets do not matter; R takes that back.
        """
        basis, back = np.linalg.qr(design)
        diagonal = np.abs(np.diag(back))
        if len(design) < design.shape[1] or diagonal.min() <= 1e-11 * max(np.linalg.norm(design, axis=0).max(), 1e-300):
            raise BadInput(
                f"{design.shape[1]} columns (with the constant) of {len(design)} rows depend on one another: leave some out"
            )
        eta = link.g(family.start(y, m)) if self.family != "normal" else np.zeros(len(y))
        gamma, deviance = basis.T @ (eta - offset), math.inf
        for iteration in range(1, self.max_iter + 1):
            mu, slope = link.mean(eta), link.slope(eta)
            with np.errstate(divide="ignore", invalid="ignore"):
                root = np.sqrt(m * slope**2 / family.variance(mu))
                z = root * (eta - offset + (y - mu) / slope)
            if not (np.isfinite(z).all() and np.isfinite(root).all()):
                self._no_maximum(design, y)
                raise BadInput("the weights over- or underflow: wanted predictors nearer to one another")
            weighted = root[:, None] * basis
            moved = np.linalg.lstsq(weighted, z, rcond=None)[0]  # eq. 16
            for _ in range(40):  # halve a step that fits worse
                eta = basis @ moved + offset
                with np.errstate(over="ignore", invalid="ignore"):
                    reached = float(family.deviance(y, link.mean(eta), m).sum())
                if reached <= deviance + 1e-12 * (abs(deviance) + 1) or iteration == 1:
                    break
                moved = (moved + gamma) / 2
            change = np.abs(moved - gamma).max()
            gamma, deviance = moved, reached
            if change <= 1e-11 * max(np.abs(gamma).max(), 1e-300) or self.family == "normal":
                break
        else:
            self._no_maximum(design, y)
            warnings.warn(f"no rest after {self.max_iter} iterations", NotConverged, stacklevel=3)
        if self.family != "normal" and np.abs(eta - offset).max() > FAR:
            self._no_maximum(design, y)
        return (
            np.linalg.solve(back, gamma),
            np.linalg.qr(self._weighted(family, link, eta, m) * basis)[1] @ back,
            iteration,
        )

    @staticmethod
    def _weighted(family, link, eta, m):
        return np.sqrt(m * link.slope(eta) ** 2 / family.variance(link.mean(eta)))[:, None]

    def _no_maximum(self, design, y):
        """BadInput where some direction of β makes the likelihood rise for ever: a linear programme finds it or there is none.

        Along such a direction the predictor rises only where all trials succeeded, falls only where none did (or nothing
        was counted), and stands still elsewhere.
        """
        if self.family == "normal":
            return
        scaled = design / np.linalg.norm(design, axis=0)
        low, high = y == 0, (y == 1 if self.family == "binomial" else np.zeros(len(y), bool))
        signs = np.where(high, 1.0, -1.0)[:, None]
        free, still = scaled * signs, scaled[~(low | high)]
        edge = free[low | high]
        if not len(edge):
            return
        found = linprog(
            -edge.sum(axis=0),
            A_ub=-edge,
            b_ub=np.zeros(len(edge)),
            A_eq=still if len(still) else None,
            b_eq=np.zeros(len(still)) if len(still) else None,
            bounds=[(-1, 1)] * design.shape[1],
        )
        if found.status == 0 and -found.fun > 1e-7:
            raise BadInput(
                "the likelihood has no maximum: some combination of the columns tells the rows without any success (or with "
                "nothing but successes) from the others. Leave a column out, or count more"
            )

    def _null(self, family, link, y, m, offset):
        """The deviance of a constant alone (of nothing, without an intercept)."""
        if not self.fit_intercept:
            return float(family.deviance(y, link.mean(offset), m).sum())
        if not offset.any():
            return float(family.deviance(y, np.full(len(y), np.average(y, weights=m)), m).sum())
        beta, *_ = self._descend(family, link, np.ones((len(y), 1)), y, m, offset)
        return float(family.deviance(y, link.mean(beta[0] + offset), m).sum())


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
