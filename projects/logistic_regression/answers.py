"""A logistic regression with what it needs to be judged: leverages, surprises, calibration, order, and the test of its link."""

import warnings
from dataclasses import dataclass
from functools import cached_property

import numpy as np

import glm
from abacus import predictors
from abacus.errors import BadInput

GROUPS = 10  # of equal size by fitted probability, in which fitted and seen are compared (Hosmer & Lemeshow)


@dataclass
class Answers:
    """The maximum likelihood fit of y (n,) in {0, 1} by x (n, p), whose first column is ones; columns are centred and scaled.

    Fields: b and errors (p,) in the columns' own units (errors NaN where `separated`), p and leverages (n,), notes (list).
    """

    x: np.ndarray
    y: np.ndarray

    def __post_init__(self):
        centre, unit = self.x.mean(axis=0), self.x.std(axis=0)
        centre[0], unit[0] = 0, 1
        self.z = (self.x - centre) / unit
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            found = glm.maximum_likelihood(self.z, self.y)
        self.notes = [] if found.separated else [str(warning.message) for warning in caught]
        to = np.diag(1 / unit)
        to[0] -= centre / unit * (np.arange(len(unit)) > 0)
        self.separated, self.log_likelihood = found.separated, found.log_likelihood
        self.null = found.null_log_likelihood
        self.b, self.covariance = to @ found.coefficients, to @ found.covariance @ to.T
        self.errors = np.sqrt(np.diag(self.covariance))
        self.eta = self.z @ found.coefficients
        self.p = np.exp(-np.logaddexp(0, -self.eta))
        self.weights = np.maximum(self.p * (1 - self.p), np.finfo(np.float64).tiny)
        self.leverages = self.weights * ((self.z @ found.covariance) * self.z).sum(axis=1)  # eq. 20

    @property
    def deviances(self):
        """Signed roots of what each row costs, −2 log of the probability of its own answer  (eq. 21)."""
        sign = 2 * self.y - 1
        return sign * np.sqrt(2 * np.logaddexp(0, -sign * self.eta))  # eq. 21

    @property
    def own(self):
        """The probability that the fit gives to each row's own answer."""
        return np.where(self.y == 1, self.p, np.exp(-np.logaddexp(0, self.eta)))

    @property
    def cook(self):
        """How far one Newton step without a row moves the coefficients (Pregibon 1981)  (eq. 22)."""
        pearson = (self.y - self.p) ** 2 / self.weights
        return pearson * self.leverages / (1 - self.leverages) ** 2 / self.z.shape[1]  # eq. 22

    @property
    def area(self):
        """The share of pairs, one row of each class, that p puts in the right order: the area below the ROC curve  (eq. 23)."""
        from scipy.stats import rankdata

        ones = int(self.y.sum())
        above = rankdata(self.eta)[self.y == 1].sum() - ones * (ones + 1) / 2
        return float(above / (ones * (len(self.y) - ones)))  # eq. 23

    @cached_property
    def calibration(self):
        """(fitted, seen, size) of up to GROUPS groups of rows in the order of p."""
        parts = np.array_split(np.argsort(self.p, kind="stable"), min(GROUPS, len(self.y)))
        return tuple(
            np.array([f(part) for part in parts]) for f in (lambda k: self.p[k].mean(), lambda k: self.y[k].mean(), len)
        )

    def hosmer_lemeshow(self):
        """Σ size (seen − fitted)² / (fitted (1 − fitted)): about χ² with GROUPS − 2 degrees where the fit holds  (eq. 24)."""
        fitted, seen, size = self.calibration
        return float((size * (seen - fitted) ** 2 / (fitted * (1 - fitted))).sum())  # eq. 24

    def bend(self):
        """Z of the squared η as a further column (Pregibon's link test); None where it cannot be fitted."""
        square = self.eta**2
        basis, _ = np.linalg.qr(self.z)
        rest = square - basis @ (basis.T @ square)
        if np.linalg.norm(rest) <= predictors.LEFT * np.linalg.norm(square):
            return None
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            try:
                wider = glm.maximum_likelihood(np.column_stack([self.z, rest / rest.std()]), self.y)
            except BadInput:
                return None
        return None if wider.separated else float(wider.z[-1])

    def joint(self, places):
        """χ² of the hypothesis that the coefficients at `places` are all 0 (Wald)."""
        return float(self.b[places] @ np.linalg.solve(self.covariance[np.ix_(places, places)], self.b[places]))

    def alone(self):
        """Places of the columns of x that tell the classes apart by themselves, rows on the border allowed."""
        one, other = self.x[self.y == 1], self.x[self.y == 0]
        apart = (one.min(axis=0) >= other.max(axis=0)) | (one.max(axis=0) <= other.min(axis=0))
        return [k for k in range(1, self.x.shape[1]) if apart[k]]
