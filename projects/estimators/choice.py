"""Which model predicts best: cross-validation, AIC and BIC, for polynomials of 392 cars."""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from abacus import data, folds
from abacus.errors import BadInput
from abacus.settings import at_least
from likelihood import finite


class Criteria(NamedTuple):
    """Of a least squares fit: log-likelihood of normal errors, AIC, BIC, mean squared residual, leave-one-out error."""

    log_likelihood: float
    aic: float
    bic: float
    training_error: float
    leave_one_out: float


def powers(x, degree):
    """1, x, ..., x^degree as orthonormal columns (n, degree + 1): x is taken to -1 .. 1 first, so that no digits are lost."""
    x = finite(x, "x")
    if degree < 0:
        raise BadInput(f"degree={degree}: wanted at least 0")
    if len(np.unique(x)) <= degree:
        raise BadInput(
            f"{len(np.unique(x))} different values of x carry no polynomial of degree {degree}: wanted more than its degree"
        )
    low, high = x.min(), x.max()
    return np.linalg.qr(np.vander((2 * x - low - high) / ((high - low) or 1.0), degree + 1, increasing=True))[0]


def criteria(design, y):
    """Criteria of the least squares fit of y (n,) on independent columns (n, p): eqs. (33) to (35)."""
    n, p = design.shape
    basis = np.linalg.qr(design)[0]
    residuals = y - basis @ (basis.T @ y)
    error = float(residuals @ residuals) / n
    leverage = (basis**2).sum(axis=1)
    if error == 0 or leverage.max() > 1 - 1e-12:
        raise BadInput(f"{n} rows on {p} columns: some row is met exactly whatever its y is, so that nothing tests it")
    value = -0.5 * n * (math.log(2 * math.pi * error) + 1)
    left_out = float(((residuals / (1 - leverage)) ** 2).mean())  # eq. 33
    aic = -2 * value + 2 * (p + 1)  # eq. 34
    bic = -2 * value + math.log(n) * (p + 1)  # eq. 35
    return Criteria(value, aic, bic, error, left_out)


def cross_validated(design, y, rounds):
    """Mean squared error of y (n,) by least squares of the other folds; `rounds` are those of abacus.folds, eq. (36)."""
    square = 0.0
    for train, held in rounds:
        beta = np.linalg.lstsq(design[train], y[train], rcond=None)[0]
        square += float(((y[held] - design[held] @ beta) ** 2).sum())
    return square / len(y)  # eq. 36


def cars():
    """(horsepower, miles per gallon) of the 392 cars for which both are known."""
    table = data.load("islr", "Auto")
    x, y = table.columns["horsepower"], table.columns["mpg"]
    known = np.isfinite(x) & np.isfinite(y)
    return x[known], y[known]


@dataclass
class LeaveOneOut:
    degrees: int = at_least(1)  # polynomials of degree 1 to this one


@dataclass
class TenFold:
    degrees: int = at_least(1)  # polynomials of degree 1 to this one
    folds: int = at_least(2)  # parts of the data, each held out once


def leave_one_out(cfg: LeaveOneOut, job):
    """Leave-one-out error of each degree by its formula, and beside it AIC, BIC and the training error."""
    x, y = cars()
    found = [criteria(powers(x, degree), y) for degree in range(1, cfg.degrees + 1)]
    shown = {"392 cars": "leave_one_out", "training error": "training_error", "AIC": "aic", "BIC": "bic"}
    return {row: {str(k): getattr(c, name) for k, c in enumerate(found, 1)} for row, name in shown.items()}


def ten_fold(cfg: TenFold, job):
    """Error of each degree by one random partition of its own into folds."""
    x, y = cars()
    return {
        str(degree): cross_validated(powers(x, degree), y, folds.k_fold(len(y), cfg.folds, job.rng("folds", degree)))
        for degree in range(1, cfg.degrees + 1)
    }
