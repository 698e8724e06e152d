"""Multinomial logistic regression on MNIST's 60 000 digits in float32 / 255, C = 1, by L-BFGS to the same mean loss.

That loss is not the minimum: it is where scikit-learn's default cap on iterations stops it, unconverged. How much longer
either takes to the minimum itself is not measured here.
"""

import warnings

import numpy as np
from workloads.estimators import digits, peers

STEPS = {"logistic": 13, "sklearn": 98}  # settings: by trial, as many as reach the loss of scikit-learn's capped fit


def step_of(classifier):
    """Fits, and returns the objective per sample that both minimise; single precision is enough to compare it."""
    warnings.simplefilter("ignore")  # that it has not converged
    x, y, _, _ = digits()
    x /= 255
    steps = STEPS[classifier.__module__.split(".")[0]]

    def step():
        fitted = classifier(max_iter=steps, tol=0.0).fit(x, y)
        z = x @ fitted.coef_.T.astype(np.float32) + fitted.intercept_.astype(np.float32)
        z -= z.max(axis=1, keepdims=True)
        right = z[np.arange(len(y)), y].mean(dtype=np.float64)
        log_total = np.log(np.exp(z).sum(axis=1)).mean(dtype=np.float64)
        return float(log_total - right + 0.5 * (fitted.coef_**2).sum() / len(y))

    return step


PEERS = peers(step_of, "logistic_regression/logistic.LogisticRegression", "sklearn.linear_model.LogisticRegression")
