"""Gaussian naive Bayes: every feature of every class has a mean and a variance of its own."""

import numpy as np

import parameters
import posterior
import tally
from abacus import inputs
from abacus.errors import BadInput

FAR = 1 / np.sqrt(
    np.finfo(np.float64).eps
)  # squared deviations: beyond it a product keeps less than half of its digits


class GaussianNB:
    """p(x | c) = Π_j N(x_j; μ_cj, σ²_cj), eq. (4), with maximum-likelihood means and variances.

    `var_smoothing` times the largest variance of a feature is added to every variance, so that a constant feature
    does no harm. Fitted: classes_, class_prior_, theta_ and var_ (classes, features), n_features_in_.
    """

    def __init__(self, class_prior=None, var_smoothing=1e-9):
        self.class_prior = class_prior
        self.var_smoothing = var_smoothing

    def fit(self, x, y):
        x = inputs.matrix(x, name=type(self).__name__)
        self.classes_, index = inputs.labels(y, len(x))
        parameters.between("var_smoothing", self.var_smoothing, 0, np.inf)
        classes = len(self.classes_)
        self._log_prior = posterior.priors(index, classes, self.class_prior)
        count = np.bincount(index, minlength=classes)[:, None]
        self.theta_ = tally.sums(x, index, classes) / count
        self.var_ = tally.squares(x, index, self.theta_) / count
        self.var_ += self.var_smoothing * self._largest_variance(count)
        if (self.var_ == 0).any():
            raise BadInput("a feature is constant within a class: its variance is 0; set var_smoothing above 0")
        self.class_prior_, self.n_features_in_ = np.exp(self._log_prior), x.shape[1]
        return self

    def _largest_variance(self, count):
        """Of a feature over all samples: within the classes and between them; 1 if all are constant."""
        share = count / count.sum()
        between = (share * (self.theta_ - (share * self.theta_).sum(axis=0)) ** 2).sum(axis=0)
        return ((share * self.var_).sum(axis=0) + between).max() or 1.0

    def joint_log_likelihood(self, x):
        """log p(c) + Σ_j log N(x_j; μ_cj, σ²_cj), (samples, classes): eq. (5), two matrix products on x - center.

        Features of which a class lies so far from the center that its square would cancel count term by term.
        """
        theta = inputs.fitted(self, "theta_")
        x = inputs.matrix(x, self.n_features_in_, name=type(self).__name__)
        center = theta.mean(axis=0)
        mean, precision = theta - center, 1 / self.var_
        far = ~((mean**2 * precision).max(axis=0) < FAR)
        if far.any():
            mean, precision = mean * ~far, precision * ~far
        constant = self._log_prior - 0.5 * (np.log(2 * np.pi * self.var_) + mean**2 * precision).sum(axis=1)
        linear, quadratic = (mean * precision).T.copy(), (-0.5 * precision).T.copy()
        joint = np.empty((len(x), len(theta)))
        for rows in posterior.blocks(len(x)):
            block = x[rows] - center
            part = block @ linear
            block *= block
            joint[rows] = part + block @ quadratic + constant  # eq. 5
            if far.any():
                joint[rows] -= self._terms(x[rows][:, far], far)
        return joint

    def _terms(self, x, far):
        """½ Σ_j (x_j - μ_cj)² / σ²_cj over the features that lie far, (samples, classes)."""
        classes = zip(self.theta_[:, far], self.var_[:, far])
        return np.stack([0.5 * ((x - mean) ** 2 / var).sum(axis=1) for mean, var in classes], axis=1)

    predict = posterior.predict
    predict_log_proba = posterior.predict_log_proba
    predict_proba = posterior.predict_proba
    score = posterior.score
