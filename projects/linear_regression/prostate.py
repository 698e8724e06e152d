"""The prostate cancer study of ESL, chapter 3: its scaling, its split, and the six fits of Table 3.3."""

from typing import NamedTuple

import numpy as np

import components
import inference
import lars
import lasso
import qr
import ridge
import subset
from abacus import data

PREDICTORS = ("lcavol", "lweight", "age", "lbph", "svi", "lcp", "gleason", "pgg45")


class Split(NamedTuple):
    """x (67, 8), y (67,) to train on, x_test (30, 8), y_test (30,) to test on."""

    x: np.ndarray
    y: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def load():
    """The predictors standardised over all 97 men, training and test rows together, with n − 1 in the variance."""
    study = data.load("esl", "prostate")
    train, y = study.train, study.lpsa
    x = (study.predictors - study.predictors.mean(axis=0)) / study.predictors.std(axis=0, ddof=1)
    return Split(x[train], y[train], x[~train], y[~train])


def standardised():
    """The 67 training rows, every predictor with mean 0 and length √67, y with mean 0."""
    split = load()
    return (split.x - split.x.mean(axis=0)) / split.x.std(axis=0), split.y - split.y.mean()


def with_ones(x):
    """X behind a column of ones."""
    return np.column_stack([np.ones(len(x)), x])


def test_error(split, b0, b):
    """Mean squared error on the test rows, and its standard error with n − 1."""
    squares = (split.y_test - b0 - split.x_test @ b) ** 2
    return squares.mean(), squares.std(ddof=1) / np.sqrt(len(squares))


def least_squares(x, y, _):
    """All predictors."""
    b = inference.fit(with_ones(x), y).b
    return b[0], b[1:]


def best_subset(x, y, size):
    """The best `size` predictors."""
    return _recentred(x, y, subset.best(x - x.mean(axis=0), y - y.mean(), int(size)))


def ridge_regression(x, y, df):
    """Ridge with df(λ) = df. The training rows keep their means: only y is centred, and the intercept is its mean."""
    return y.mean(), ridge.ridge(x, y - y.mean(), ridge.penalty_of(x, df))


def lasso_path(x, y, s):
    """The lasso at the fraction s, predictors centred and scaled to length 1 over the training rows, as in R's lars."""
    unit, lengths = _unit(x)
    return _recentred(x, y, lars.at_fraction(lars.path(unit, y - y.mean())[1], s) / lengths)


def lasso_coordinates(x, y, s):
    """The same by coordinate descent, λ by bisection."""
    unit, lengths = _unit(x)
    penalty = lasso.penalty_of(unit, y - y.mean(), s)
    return _recentred(x, y, lasso.lasso(unit, y - y.mean(), penalty) / lengths)


def principal_components(x, y, count):
    """Directions of the training rows with their means, but an intercept fitted freely beside them  (eq. 31)."""
    v = components.loadings(x, int(count))
    theta = qr.least_squares(with_ones(x @ v), y)
    return theta[0], v @ theta[1:]


def partial_least_squares(x, y, count):
    """As for ridge: only y is centred."""
    return y.mean(), components.partial_least_squares(x, y - y.mean(), int(count))


def _unit(x):
    centred = x - x.mean(axis=0)
    lengths = np.sqrt((centred**2).sum(axis=0))
    lengths[lengths == 0] = 1.0
    return centred / lengths, lengths


def _recentred(x, y, b):
    return y.mean() - x.mean(axis=0) @ b, b


FITS = {
    "LS": least_squares,
    "Best subset": best_subset,
    "Ridge": ridge_regression,
    "Lasso": lasso_path,
    "Lasso by coordinates": lasso_coordinates,
    "PCR": principal_components,
    "PLS": partial_least_squares,
}
