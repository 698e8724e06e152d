"""A linear machine by dual coordinate descent, which keeps w and never a kernel value (Hsieh et al. 2008)."""

import warnings

import numpy as np
import scipy.sparse

from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator
from kernelised import number
from machines import _Classifier, class_weights


class LinearSVC(Estimator):
    """min ½ (‖w‖² + b²) + C Σ max(0, 1 − s_i (w·x_i + b))^p, p = 1 ("hinge") or 2 ("squared_hinge"), eq. 24.

    Of more than two classes each has a machine against the rest. C, class_weight: as in SVC. fit_intercept: with b, which is
    the weight of a feature that is intercept_scaling everywhere, and is therefore shrunk like the others. tol: the projected
    gradients of a pass lie within it. max_iter: passes. X may be sparse.
    After fit: classes_, coef_ (1 or classes, d), intercept_, n_iter_ (passes of the longest).
    """

    def __init__(self, C=1.0, loss="squared_hinge", tol=1e-4, fit_intercept=True, intercept_scaling=1.0, class_weight=None,
                 max_iter=1000, seed=0):  # fmt: skip
        self.C = C
        self.loss = loss
        self.tol = tol
        self.fit_intercept = fit_intercept
        self.intercept_scaling = intercept_scaling
        self.class_weight = class_weight
        self.max_iter = max_iter
        self.seed = seed

    def fit(self, X, y):
        """Find the planes for samples X (n, d) of the classes y (n,), two at least. Returns self."""
        self._check()
        x = inputs.matrix(X, name="LinearSVC", sparse=True).astype(np.float64, copy=False)
        self.classes_, index = inputs.labels(y, x.shape[0])
        if len(self.classes_) < 2:
            raise BadInput(f"y has {len(self.classes_)} class only; a classifier needs two at least")
        self.n_features_in_ = x.shape[1]
        weights = class_weights(self.class_weight, self.classes_, index)
        scale = float(self.intercept_scaling) if self.fit_intercept else 0.0
        sides = [index == c for c in range(len(self.classes_))] if len(self.classes_) > 2 else [index == 1]
        rng = np.random.default_rng(self.seed)
        found = [
            descend(x, np.where(side, 1.0, -1.0), self.C * weights, self.loss, scale, self.tol, self.max_iter, rng)
            for side in sides
        ]
        self.coef_ = np.stack([w[:-1] for w, _ in found])
        self.intercept_ = np.array([w[-1] * scale for w, _ in found])
        self.n_iter_ = max(passes for _, passes in found)
        return self

    def decision_function(self, X):
        """w·x + b: (n,) for two classes, above 0 for the second; else (n, classes)."""
        coef = inputs.fitted(self, "coef_")
        found = inputs.matrix(X, self.n_features_in_, name="LinearSVC", sparse=True) @ coef.T + self.intercept_
        return found[:, 0] if len(self.classes_) == 2 else found

    def predict(self, X):
        """The class of each row of X (n,)."""
        values = self.decision_function(X)
        return self.classes_[(values > 0).astype(np.int64) if values.ndim == 1 else values.argmax(axis=1)]

    score = _Classifier.score

    def _check(self):
        for name in ("C", "tol", "intercept_scaling"):
            number(name, getattr(self, name))
        if not isinstance(self.loss, str) or self.loss not in ("hinge", "squared_hinge"):
            raise BadInput(f"loss is {self.loss!r}; it must be hinge or squared_hinge")
        if not isinstance(self.fit_intercept, bool | np.bool_):
            raise BadInput(f"fit_intercept is {self.fit_intercept!r}; it must be True or False")
        inputs.counts(max_iter=self.max_iter)
        inputs.seed(self.seed)


BLOCK = 16  # samples that follow one another in memory, and are read together


def _blocks(order, n, rng):
    """The samples of this pass, of n in all: blocks of neighbours, in random order."""
    active = np.zeros(n, dtype=bool)
    active[order] = True
    order = np.flatnonzero(active)  # in order, as they lie in memory
    cut = len(order) // BLOCK * BLOCK
    return np.concatenate([rng.permutation(order[:cut].reshape(-1, BLOCK)).ravel(), order[cut:]])


def descend(x, s, C, loss, scale, tol, passes, rng):
    """(w with b / scale at its end, passes that it took) of one plane; s (n,) ±1, C (n,) the price of each sample.

    The order of each pass is drawn anew, block by block. A sample whose α rests at a bound, and whose gradient is farther out
    than that of any in the pass before, is left out until the rest is done (eq. 25); then all are looked at once more.
    """
    import descent

    n, d = x.shape
    squared = loss == "squared_hinge"
    ridge = 1 / (2 * C) if squared else np.zeros(n)  # D and U of eq. 24
    limit = np.full(n, np.inf) if squared else C.astype(np.float64)
    alpha, w = np.zeros(n), np.zeros(d + 1)
    if scipy.sparse.issparse(x):
        with np.errstate(over="ignore"):
            squares = np.asarray(x.multiply(x).sum(axis=1)).ravel() + scale**2
        data, one_pass = (x.data, x.indices.astype(np.uint32), x.indptr.astype(np.int64)), descent.sparse
    else:
        with np.errstate(over="ignore"):
            squares = np.einsum("ij,ij->i", x, x) + scale**2
        data, one_pass = (np.ascontiguousarray(x),), descent.dense
    if not np.isfinite(squares).all():
        raise BadInput("the squares of X overflow: scale X")
    squares = np.where(squares + ridge > 0, squares, 1.0)  # a row of zeros without b: nothing moves w
    order, active, highest, lowest = np.arange(n), n, np.inf, -np.inf
    for done in range(1, passes + 1):
        order[:active] = _blocks(order[:active], n, rng)
        active, top, bottom = one_pass(*data, s, squares, ridge, limit, scale, order, active, alpha, w, highest, lowest)
        if top - bottom <= tol or active == 0:
            if active == n:
                return w, done
            active, highest, lowest = n, np.inf, -np.inf
            continue
        highest, lowest = (top if top > 0 else np.inf), (bottom if bottom < 0 else -np.inf)
    warnings.warn(f"max_iter={passes} passes left projected gradients {top - bottom:.2g} apart, above tol={tol}",
                  RuntimeWarning, stacklevel=3)  # fmt: skip
    return w, passes
