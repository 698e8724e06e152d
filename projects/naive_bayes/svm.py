"""A linear support vector machine by dual coordinate descent (Hsieh et al. 2008), and its mixture with naive Bayes."""

import warnings

import numpy as np
import scipy.sparse

import parameters
import posterior
import tally
from abacus import inputs
from abacus.errors import BadInput


class LinearSVM:
    """min_w ½ ‖w‖² + C Σ_i max(0, 1 - y_i w·x_i)², eq. (10), two classes, no intercept (as in LIBLINEAR's -s 1).

    Its dual is solved one α_i at a time, eq. (11), in a fresh random order each pass, until the largest violation of
    the optimality conditions in a pass falls below `tol`; where `passes` were too few, it warns.
    Fitted: classes_, coef_ (features,), n_iter_ (passes).
    """

    def __init__(self, C=1.0, tol=1e-3, passes=1000, rng=None):
        self.C = C
        self.tol = tol
        self.passes = passes
        self.rng = rng

    def fit(self, x, y):
        for name in ("C", "tol", "passes"):
            parameters.positive(name, getattr(self, name))
        x, index = _two_classes(self, x, y)
        rng = np.random.default_rng(0) if self.rng is None else self.rng
        self.coef_, self.n_iter_ = _descend(x, 2.0 * index - 1, self.C, self.tol, self.passes, rng)
        return self

    def decision_function(self, x):
        """w·x for every sample: above 0 for the second class."""
        coef = inputs.fitted(self, "coef_")
        return inputs.matrix(x, self.n_features_in_, name=type(self).__name__, sparse=True) @ coef

    def predict(self, x):
        side = (self.decision_function(x) > 0).astype(np.int64)
        return self.classes_[side]

    score = posterior.score


class NBSVM:
    """A linear SVM on features scaled by naive Bayes' log-count ratio r, eq. (12), its weights pulled to their mean.

    w' = (1 - β) mean|w| + β w, eq. (13) (Wang & Manning 2012, p. 91): β = 0 is naive Bayes, β = 1 the SVM.
    """

    def __init__(self, C=1.0, beta=0.25, alpha=1.0, tol=1e-3, rng=None):
        self.C = C
        self.beta = beta
        self.alpha = alpha
        self.tol = tol
        self.rng = rng

    def fit(self, x, y):
        parameters.smoothing(self.alpha)
        parameters.between("beta", self.beta, 0, 1)
        x, index = _two_classes(self, x, y)
        tally.reject_negative(x, type(self).__name__)
        smoothed = tally.sums(x, index, 2) + self.alpha
        log_theta = np.log(smoothed / smoothed.sum(axis=1, keepdims=True))
        self.ratio_ = log_theta[1] - log_theta[0]  # eq. 12
        machine = LinearSVM(self.C, self.tol, rng=self.rng).fit(_scaled(x, self.ratio_), index)
        self.coef_ = (1 - self.beta) * np.abs(machine.coef_).mean() + self.beta * machine.coef_  # eq. 13
        return self

    def decision_function(self, x):
        coef = inputs.fitted(self, "coef_")
        return inputs.matrix(x, self.n_features_in_, name=type(self).__name__, sparse=True) @ (coef * self.ratio_)

    predict = LinearSVM.predict
    score = posterior.score


def _two_classes(self, x, y):
    """What both fits begin with: the samples as CSR, and 0 or 1 for the class of each."""
    x = scipy.sparse.csr_array(inputs.matrix(x, name=type(self).__name__, sparse=True))
    self.classes_, index = inputs.labels(y, x.shape[0])
    if len(self.classes_) != 2:
        raise BadInput(f"Only binary classification is supported: y has {len(self.classes_)} class(es)")
    self.n_features_in_ = x.shape[1]
    return x, index


def _scaled(x, ratio):
    """x with column j times ratio_j."""
    return scipy.sparse.csr_array((x.data * ratio[x.indices], x.indices, x.indptr), x.shape)


def _descend(x, sign, C, tol, passes, rng):
    """The weights at the dual's optimum, and the passes it took."""
    import loops

    squares = np.add.reduceat(np.append(x.data**2, 0.0), x.indptr[:-1]) * (np.diff(x.indptr) > 0)
    alpha, w = np.zeros(len(sign)), np.zeros(x.shape[1])
    for done in range(1, passes + 1):
        order = rng.permutation(len(sign))
        worst = loops.dual_pass(x.data, x.indices, x.indptr, sign, squares, 1 / (2 * C), order, alpha, w)
        if worst < tol:
            return w, done
    warnings.warn(f"passes={passes} left a violation of {worst:.2g}, above tol={tol}", RuntimeWarning, stacklevel=3)
    return w, passes
