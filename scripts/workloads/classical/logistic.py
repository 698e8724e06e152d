"""Multinomial logistic regression on MNIST's 60 000 digits in float32 / 255, C = 1, by L-BFGS to the same mean loss."""

import sys
import warnings
from pathlib import Path

import numpy as np

from abacus import data

STEPS = {"abacus": 96, "scikit-learn": 100}  # theirs: their default; ours: as many as reach the same loss


def digits():
    mnist = data.load("mnist")
    return mnist.train_images.reshape(-1, 784) / np.float32(255), mnist.train_labels


def step_of(fit):
    """Fits, and returns the objective per sample that both minimise; single precision is enough to compare it."""
    x, y = digits()

    def step():
        fitted = fit(x, y)
        z = x @ fitted.coef_.T.astype(np.float32) + fitted.intercept_.astype(np.float32)
        z -= z.max(axis=1, keepdims=True)
        right = z[np.arange(len(y)), y].mean(dtype=np.float64)
        log_total = np.log(np.exp(z).sum(axis=1)).mean(dtype=np.float64)
        return float(log_total - right + 0.5 * (fitted.coef_**2).sum() / len(y))

    return step


def abacus(threads):
    sys.path.insert(0, str(Path(__file__).parents[3] / "projects" / "logistic_regression"))
    from logistic import LogisticRegression

    return step_of(LogisticRegression(max_iter=STEPS["abacus"], tol=0.0).fit)


def sklearn(threads):
    from sklearn.linear_model import LogisticRegression

    warnings.simplefilter("ignore")  # that it has not converged
    return step_of(LogisticRegression(max_iter=STEPS["scikit-learn"], tol=1e-12).fit)


PEERS = {"abacus": abacus, "scikit-learn": sklearn}
