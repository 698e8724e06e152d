"""Multinomial logistic regression on MNIST's 60 000 digits in float32 / 255: 50 steps of L-BFGS, C = 1; the mean loss."""

import sys
import warnings
from pathlib import Path

import numpy as np

from abacus import data

STEPS = 50


def digits():
    mnist = data.load("mnist")
    return mnist.train_images.reshape(-1, 784) / np.float32(255), mnist.train_labels


def mean_loss(coef, intercept, x, y):
    """The objective that both minimise, per sample, in double precision."""
    z = x @ coef.T.astype(np.float64) + intercept
    z -= z.max(axis=1, keepdims=True)
    return float((np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]).mean() + 0.5 * (coef**2).sum() / len(y))


def step_of(fit):
    x, y = digits()

    def step():
        fitted = fit(x, y)
        return mean_loss(fitted.coef_, fitted.intercept_, x, y)

    return step


def abacus(threads):
    sys.path.insert(0, str(Path(__file__).parents[3] / "projects" / "logistic_regression"))
    from logistic import LogisticRegression

    return step_of(LogisticRegression(max_iter=STEPS, tol=0.0).fit)


def sklearn(threads):
    from sklearn.linear_model import LogisticRegression

    warnings.simplefilter("ignore")  # that it has not converged
    return step_of(LogisticRegression(max_iter=STEPS, tol=1e-12).fit)


PEERS = {"abacus": abacus, "scikit-learn": sklearn}
