"""A regression with what it needs to be judged: errors, leverages, residuals of rows left out, tests of what it assumes."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

import inference
from abacus import predictors
from qr import householder
from triangular import back

ALONE = 1 - np.sqrt(np.finfo(np.float64).eps)  # leverage from which on a row decides a coefficient by itself


@dataclass
class Regression:
    """Least squares of y (n,) by x (n, p), whose first column is ones; columns are centred and scaled before the QR.

    Fields: b and covariance (p,), (p, p); fitted, residuals and leverages (n,); the sums of squares rss and tss.
    """

    x: np.ndarray
    y: np.ndarray

    def __post_init__(self):
        centre, unit = self.x.mean(axis=0), self.x.std(axis=0)
        centre[0], unit[0] = 0, 1
        z = (self.x - centre) / unit
        found = inference.fit(z, self.y)
        inverse = back(householder(z)[1], np.eye(z.shape[1]))
        to = np.diag(1 / unit)
        to[0] -= centre / unit * (np.arange(len(unit)) > 0)  # b₀ = β₀ − Σ β_j centre_j / unit_j
        self.q = z @ inverse  # orthonormal: the columns of Q
        self.b, self.fitted = to @ found.b, z @ found.b
        self.root = to @ inverse  # (XᵀX)⁻¹ = root rootᵀ
        self.residuals = self.y - self.fitted
        self.leverages = (self.q**2).sum(axis=1)  # eq. 40
        self.rss, self.tss = float((self.residuals**2).sum()), float(((self.y - self.y.mean()) ** 2).sum())
        self.df = len(self.y) - z.shape[1]
        self.f, self.sd = found.f, float(found.residual_sd)
        self.perfect = self.f is None
        self.covariance = self.sd**2 * self.root @ self.root.T

    @property
    def errors(self):
        """Standard errors of the coefficients  (eq. 12)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def r2(self):
        return 1 - self.rss / self.tss

    @cached_property
    def left_out(self):
        """Residuals of each row from the regression of all the others, (n,); NaN of a row that stands alone  (eq. 41)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.leverages < ALONE, self.residuals / (1 - self.leverages), np.nan)  # eq. 41

    @property
    def predicted_r2(self):
        """1 − Σ left_out² / tss: R² on rows that were not looked at (Allen 1974)."""
        return float(1 - np.nansum(self.left_out**2) / self.tss)

    @property
    def robust_errors(self):
        """HC3: standard errors that need no equal spread (MacKinnon & White 1985; Long & Ervin 2000)  (eq. 42)."""
        scores = self.q * np.nan_to_num(self.left_out)[:, None]
        return np.sqrt(np.diag(self.root @ (scores.T @ scores) @ self.root.T))  # eq. 42

    @cached_property
    def studentised(self):
        """left_out over its own standard error, t with df − 1 degrees of freedom where the model holds  (eq. 43)."""
        with np.errstate(divide="ignore", invalid="ignore"):
            variance = (self.rss - self.residuals * self.left_out) / (self.df - 1)  # of the regression without the row
            return self.left_out * np.sqrt((1 - self.leverages) / variance)  # eq. 43

    @property
    def cook(self):
        """How far all fitted values move without a row, in units of p residual variances (Cook 1977)  (eq. 44)."""
        return self.left_out**2 * self.leverages / (self.q.shape[1] * self.sd**2)  # eq. 44

    def joint(self, places):
        """F of the hypothesis that the coefficients at `places` are all 0."""
        b, part = self.b[places], self.covariance[np.ix_(places, places)]
        return float(b @ np.linalg.solve(part, b)) / len(places)

    def spread(self):
        """n R² of the squared residuals by x: χ² with p − 1 degrees where the spread is equal (Breusch & Pagan 1979; Koenker)."""
        squares = self.residuals**2
        rest = squares - self.q @ (self.q.T @ squares)
        about = squares - squares.mean()
        return float(len(squares) * (1 - (rest @ rest) / (about @ about)))

    def bend(self):
        """t of the squared fitted values as a further column, df − 1 degrees where the surface is flat (Ramsey 1969).

        None where they follow from the columns, as with two groups.
        """
        square = (self.fitted - self.fitted.mean()) ** 2
        rest = square - self.q @ (self.q.T @ square)
        if np.linalg.norm(rest) <= predictors.LEFT * np.linalg.norm(square) or self.df < 2:
            return None
        c = rest @ self.residuals / (rest @ rest)
        left = self.residuals - c * rest
        return float(c * np.linalg.norm(rest) / np.sqrt((left @ left) / (self.df - 1)))

    def neighbours(self):
        """Correlation of each residual with the next row's."""
        return float(self.residuals[1:] @ self.residuals[:-1] / self.rss)
