"""Linear models under any of the seven losses, and what a few gross errors do to them."""

import numpy as np

import design
import lbfgs
import losses
import quantile
from abacus import inputs
from abacus.errors import BadInput


class LossRegression:
    """y ≈ w·x + b with the smallest mean of one of the losses for numbers.

    Fitted: coef_ (p,), intercept_, n_features_in_. score is R², 1 - Σ r² / Σ (y - mean)², whatever the loss.
    """

    def __init__(self, loss="huber"):
        self.loss = loss

    def fit(self, x, y):
        if self.loss not in losses.REGRESSION:
            raise BadInput(f"loss must be one of {', '.join(losses.REGRESSION)}, got {self.loss!r}")
        x = inputs.matrix(x, name="LossRegression")
        y = inputs.targets(y, len(x))
        beta = fit(np.column_stack([np.ones(len(x)), x]), y, self.loss)
        self.intercept_, self.coef_, self.n_features_in_ = beta[0], beta[1:], x.shape[1]
        return self

    def predict(self, x):
        coef = inputs.fitted(self, "coef_")
        return inputs.matrix(x, self.n_features_in_, name="LossRegression") @ coef + self.intercept_

    def score(self, x, y):
        predicted = self.predict(x)
        y = inputs.targets(y, len(predicted))
        return float(1 - ((predicted - y) ** 2).sum() / ((y - y.mean()) ** 2).sum())


def fit(x, y, name):
    """The β that minimises the mean loss `name` of x β: by L-BFGS where the loss is smooth, exactly where it has kinks.

    The hinge is ρ_q of eq. (10) at q = 1: max(0, 1 - s x·β) = ρ₁(1 - s x·β).
    """
    if name in losses.QUANTILES:
        return quantile.fit(x, y, losses.QUANTILES[name]).coefficients
    if name == "hinge":
        return quantile.descend(*design.checked(x * y[:, None], np.ones(len(y)), "the hinge loss"), 1.0)[0]
    loss = (losses.REGRESSION | losses.CLASSIFICATION)[name]
    z, back = design.whitened(x.astype(np.float64))

    def mean_loss(gamma):
        value, slope = loss(z @ gamma, y)
        return value.mean(), z.T @ slope / len(y)

    least_squares = z.T @ y / len(y)
    if name == "squared":
        return back @ least_squares
    start = least_squares if name in losses.REGRESSION else np.zeros(z.shape[1])
    return back @ lbfgs.minimise(mean_loss, start, np.sqrt(np.finfo(np.float64).eps))[0]


def huber_regression(x, y, width=1.345, tol=1e-10, steps=1000):
    """Huber's M-estimate with its own scale: weights min(1, width / |r/s|), s = median |r| / 0.6745, eq. (9), to rest."""
    beta = np.linalg.lstsq(x, y, rcond=None)[0]
    for _ in range(steps):
        r = y - x @ beta
        scale = np.median(np.abs(r)) / 0.6745
        root = np.sqrt(np.minimum(1, width * scale / np.maximum(np.abs(r), 1e-300)))  # eq. 9
        moved = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
        if np.abs(moved - beta).max() <= tol * np.abs(moved).max():
            return moved
        beta = moved
    raise ArithmeticError(f"Huber's weights have not settled after {steps} steps")


def angle(beta, truth):
    """Degrees between two directions: a measure that regression and classification share."""
    cosine = beta @ truth / (np.linalg.norm(beta) * np.linalg.norm(truth))
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))))


def sample(n, p, share, kind, rng):
    """x (n, p) normal; y = x·β + noise, or its sign; a share of the samples lies far out and says the opposite."""
    truth = np.ones(p) / np.sqrt(p)
    x = rng.standard_normal((n, p))
    y = x @ truth + 0.5 * rng.standard_normal(n)
    bad = rng.random(n) < share
    x[bad] *= 3.0
    y[bad] = -(x[bad] @ truth)
    return x, (np.where(y > 0, 1.0, -1.0) if kind == "classification" else y), truth
