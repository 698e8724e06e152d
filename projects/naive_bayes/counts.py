"""Naive Bayes for counts and for presence: multinomial, complement and Bernoulli, on dense or sparse matrices."""

import numpy as np

import parameters
import posterior
import tally
from abacus import inputs
from abacus.errors import BadInput


class MultinomialNB:
    """p(x | c) ∝ Π_j θ_cj^{x_j}, θ_cj = (N_cj + α) / (N_c + α |V|), eqs. (6) and (7).

    Fitted: classes_, feature_count_ and feature_log_prob_ (classes, features), class_log_prior_, n_features_in_.
    """

    def __init__(self, alpha=1.0, class_prior=None):
        self.alpha = alpha
        self.class_prior = class_prior

    def fit(self, x, y):
        x, index = _learn(self, x, y)
        self.feature_count_ = tally.sums(x, index, len(self.classes_))
        smoothed = self.feature_count_ + self.alpha
        self.feature_log_prob_ = np.log(smoothed / smoothed.sum(axis=1, keepdims=True))  # eq. 7
        return self

    def joint_log_likelihood(self, x):
        """log p(c) + Σ_j x_j log θ_cj, (samples, classes)."""
        weights = inputs.fitted(self, "feature_log_prob_")
        return _product(_counts(self, x), weights) + self.class_log_prior_  # eq. 1, in logarithms

    predict = posterior.predict
    predict_log_proba = posterior.predict_log_proba
    predict_proba = posterior.predict_proba
    score = posterior.score


class ComplementNB:
    """Weights from all classes but c, eq. (9) (Rennie et al. 2003): steadier where classes are of unequal size.

    With `norm`, the weights of a class are divided by their absolute sum. Fitted as MultinomialNB.
    """

    def __init__(self, alpha=1.0, norm=False):
        self.alpha = alpha
        self.norm = norm

    def fit(self, x, y):
        x, index = _learn(self, x, y)
        self.feature_count_ = tally.sums(x, index, len(self.classes_))
        others = self.feature_count_.sum(axis=0) - self.feature_count_ + self.alpha
        weights = np.log(others.sum(axis=1, keepdims=True)) - np.log(others)  # eq. 9
        self.feature_log_prob_ = weights / _nonzero(weights.sum(axis=1, keepdims=True)) if self.norm else weights
        return self

    def joint_log_likelihood(self, x):
        """-Σ_j x_j log θ_{not c, j}, (samples, classes): a score rather than a likelihood; no class prior enters."""
        weights = inputs.fitted(self, "feature_log_prob_")
        return _product(_counts(self, x), weights)

    predict = posterior.predict
    predict_log_proba = posterior.predict_log_proba
    predict_proba = posterior.predict_proba
    score = posterior.score


class BernoulliNB:
    """p(x | c) = Π_j p_cj^{b_j} (1 - p_cj)^{1 - b_j}, b_j = [x_j > threshold], eq. (8).

    p_cj = (n_cj + α) / (n_c + 2 α). Absent features count as well: that is what sets it apart. Fitted as MultinomialNB.
    """

    def __init__(self, alpha=1.0, threshold=0.0, class_prior=None):
        self.alpha = alpha
        self.threshold = threshold
        self.class_prior = class_prior

    def fit(self, x, y):
        self._check_threshold(x)
        x, index = _learn(self, x, y, signed=True)
        classes = len(self.classes_)
        self.feature_count_ = tally.presences(x, index, classes, self.threshold)
        total = np.bincount(index, minlength=classes)[:, None] + 2 * self.alpha
        self.feature_log_prob_ = np.log(self.feature_count_ + self.alpha) - np.log(total)  # eq. 8
        self._log_absent = np.log(total - self.feature_count_ - self.alpha) - np.log(total)
        return self

    def joint_log_likelihood(self, x):
        """log p(c) + Σ_j log(1 - p_cj) + Σ_{j present} log(p_cj / (1 - p_cj)), (samples, classes)."""
        present = inputs.fitted(self, "feature_log_prob_")
        self._check_threshold(x)
        x = inputs.matrix(x, self.n_features_in_, name=type(self).__name__, sparse=True)
        constant = self._log_absent.sum(axis=1) + self.class_log_prior_
        return _product(x, present - self._log_absent, self.threshold) + constant

    def _check_threshold(self, x):
        if not np.isfinite(self.threshold):
            raise BadInput(f"threshold must be a finite number, got {self.threshold}")
        if hasattr(x, "tocsr") and self.threshold < 0:
            raise BadInput(
                f"threshold {self.threshold} would make every zero of a sparse matrix present: pass X.toarray()"
            )

    predict = posterior.predict
    predict_log_proba = posterior.predict_log_proba
    predict_proba = posterior.predict_proba
    score = posterior.score


def _learn(self, x, y, signed=False):
    """What the three fits have in common: checks, classes, prior. Returns the matrix and the index of each class."""
    parameters.smoothing(self.alpha)
    x = inputs.matrix(x, name=type(self).__name__, sparse=True)
    if not signed:
        tally.reject_negative(x, type(self).__name__)
    self.classes_, index = inputs.labels(y, x.shape[0])
    self.class_log_prior_ = posterior.priors(index, len(self.classes_), getattr(self, "class_prior", None))
    self.n_features_in_ = x.shape[1]
    return x, index


def _nonzero(total):
    """1 for 0: of one feature all weights are 0, and remain so."""
    return np.where(total > 0, total, 1.0)


def _counts(self, x):
    x = inputs.matrix(x, self.n_features_in_, name=type(self).__name__, sparse=True)
    tally.reject_negative(x, type(self).__name__)
    return x


def _product(x, weights, threshold=None):
    """x weightsᵀ in double precision, or, with a threshold, [x > threshold] weightsᵀ."""
    if hasattr(x, "indptr"):
        if threshold is not None:
            x = x.copy()
            x.data = (x.data > threshold).astype(np.float64)
        return np.stack([x @ w for w in weights], axis=1)  # class by class: a transposed copy would cost more
    weights = weights.T.copy()
    out = np.empty((len(x), weights.shape[1]))
    for rows in posterior.blocks(len(x)):
        block = x[rows].astype(np.float64) if threshold is None else (x[rows] > threshold).astype(np.float64)
        out[rows] = block @ weights
    return out
