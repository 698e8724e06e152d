"""Gradient boosting with histograms: each tree is a step down the gradient of the loss (Friedman 2001)."""

from numbers import Real

import numpy as np

import bins
import cart
import coding
from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator


class _Boosting(Estimator):
    def __init__(self, learning_rate=0.1, max_iter=100, max_leaf_nodes=31, max_depth=None, min_samples_leaf=20,
                 l2_regularization=0.0, max_bins=255, categorical=None, early_stopping=False, validation_fraction=0.1,
                 n_iter_no_change=10, tol=1e-7, seed=0):  # fmt: skip
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.max_leaf_nodes = max_leaf_nodes
        self.max_depth = max_depth
        self.min_samples_leaf = min_samples_leaf
        self.l2_regularization = l2_regularization
        self.max_bins = max_bins
        self.categorical = categorical
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.n_iter_no_change = n_iter_no_change
        self.tol = tol
        self.seed = seed


class HistGradientBoostingRegressor(_Boosting):
    """F = mean + Σ trees, each fitted to the residuals (squared error), eqs. (14) to (17).

    learning_rate shrinks each tree; max_iter trees of max_leaf_nodes leaves (None: any), max_depth, min_samples_leaf rows;
    l2_regularization is λ. max_bins: of a feature (2 to 255). categorical: places of features that are categories, whole numbers
    0 to 63. Missing values (NaN) go to the side that gains more. With early_stopping, validation_fraction of the rows are kept
    out, and it ends after n_iter_no_change rounds in which their loss has not fallen by tol.
    After fit: trees_ (a list of rounds), n_iter_, train_score_ and validation_score_ (losses by round), feature_importances_.
    """

    def fit(self, X, y, sample_weight=None):
        """Learn from the rows of X (n, d) and their numbers y (n,). Returns self."""
        x = coding.matrix(X, name="HistGradientBoostingRegressor", samples=2)
        y, w = cart.targets(y, len(x)), cart.weights(sample_weight, len(x))
        self._start = np.array([np.average(y, weights=w)])
        _boost(self, x, y, w, lambda raw, rows: ((y[rows] - raw[0]) ** 2 / 2, w[rows]), _residuals, 1)
        return self

    def predict(self, X):
        """F of each row (n,)."""
        return _raw(self, X)[0]

    def staged_predict(self, X):
        """F of each row (n,) after each round, one after another."""
        for raw in _stages(self, X):
            yield raw[0].copy()

    def score(self, X, y, sample_weight=None):
        """R², the share of the variance of y that is explained."""
        return cart.r2(self, X, y, sample_weight)


class HistGradientBoostingClassifier(_Boosting):
    """log odds = Σ trees by −log p of the class; with more than two classes a tree for each in each round, eq. (16).

    Settings as the regressor's. After fit: classes_ too.
    """

    def fit(self, X, y, sample_weight=None):
        """Learn from the rows of X (n, d) and their classes y (n,), two or more. Returns self."""
        x = coding.matrix(X, name="HistGradientBoostingClassifier", samples=2)
        self.classes_, index = inputs.labels(y, len(x))
        w = cart.weights(sample_weight, len(x))
        shares = np.bincount(index, w, minlength=len(self.classes_)) / w.sum()
        if (shares > 0).sum() < 2:
            raise BadInput("HistGradientBoostingClassifier got one class: wanted at least two")
        shares = np.maximum(shares, np.finfo(float).eps)
        if len(self.classes_) == 2:
            self._start = np.log(shares[1:] / shares[:1])
            _boost(
                self, x, index.astype(float), w, lambda raw, rows: (_log_loss(raw[0], index[rows]), w[rows]), _two, 1
            )
        else:
            self._start = np.log(shares)
            loss = lambda raw, rows: (-_log_shares(raw)[index[rows], np.arange(len(rows))], w[rows])  # noqa: E731
            _boost(self, x, index, w, loss, _many, len(self.classes_))
        return self

    def decision_function(self, X):
        """The log odds of the second class (n,), or F of each class (n, classes)."""
        raw = _raw(self, X)
        return raw[0] if len(raw) == 1 else raw.T

    def predict_proba(self, X):
        """The probability of each class (n, classes)."""
        return _shares(_raw(self, X))

    def predict(self, X):
        """The likeliest class (n,)."""
        return self.classes_[_likeliest(_raw(self, X))]

    def staged_predict(self, X):
        """The likeliest class (n,) after each round, one after another."""
        for raw in _stages(self, X):
            yield self.classes_[_likeliest(raw)]

    def score(self, X, y, sample_weight=None):
        """The share of rows whose class is right."""
        return cart.accuracy(self, X, y, sample_weight)


def _boost(model, x, y, w, loss, gradients, classes):
    import histograms

    limits = _checked(model, len(x))
    rng, n = np.random.default_rng(model.seed), len(x)
    categorical = coding.categories(model.categorical, x)
    train, held = np.flatnonzero(w), None
    if model.early_stopping:
        order = rng.permutation(train)
        kept = max(1, round(len(order) * model.validation_fraction))
        held, train = np.sort(order[:kept]), np.sort(order[kept:])
    seen = x[train] if len(train) <= bins.SAMPLE else x[rng.choice(train, bins.SAMPLE, replace=False)]
    borders = bins.ends(seen, categorical, model.max_bins)
    places = bins.binned(x[train] if len(train) < n else x, categorical, borders)
    starts = np.cumsum([0, *(len(border) + 2 for border in borders)])
    whole, grow, raised = np.empty(len(train), np.int64), histograms.grow, histograms.raised
    leaves = min(limits[0] or len(train), len(train))
    pool = np.empty((leaves, starts[-1], 2), np.int64)
    raw, gradient, hessian = np.tile(model._start[:, None], len(train)), np.empty(len(train)), np.empty(len(train))
    held_raw = None if held is None else np.tile(model._start[:, None], len(held))
    own_y, own_w, best, since = y[train], w[train], np.inf, 0
    model.trees_, model.train_score_, model.validation_score_ = [], [], []
    shape = np.zeros(x.shape[1])
    for _ in range(model.max_iter):
        new, before = [], raw if classes == 1 else _shares(raw)
        for k in range(classes):
            gradients(before, own_y, own_w, k, gradient, hessian)
            scales = histograms.rounded(gradient, hessian, whole)
            samples, most = np.arange(len(train)), 2 * leaves
            tree = _empty(most)
            begins, stops = np.empty((2, most), np.int64)
            nodes = grow(places, starts, categorical, whole, scales, gradient, hessian, float(model.learning_rate),
                         float(model.l2_regularization), samples, (leaves, *limits[1:]), pool, tree, begins, stops)  # fmt: skip
            raised(raw[k], samples, tree, nodes, begins, stops)  # eq. 14
            new.append(_named(tree, nodes, borders, categorical))
            shape += _gains(new[-1], x.shape[1])
        model.trees_.append(new)
        if held is not None:
            model.train_score_.append(float(np.average(*_pair(loss(raw, train)))))
            for k, tree in enumerate(new):
                total = np.zeros((n, 1))
                tree.add(x, held, total)
                held_raw[k] += total[held, 0]
            model.validation_score_.append(float(np.average(*_pair(loss(held_raw, held)))))
            since = 0 if model.validation_score_[-1] < best - model.tol else since + 1
            best = min(best, model.validation_score_[-1])
            if since == model.n_iter_no_change:
                break
    model.n_iter_, model.n_features_in_ = len(model.trees_), x.shape[1]
    model.feature_importances_ = shape / shape.sum() if shape.sum() > 0 else shape


def _pair(found):
    return found[0], None, found[1]


def _empty(most):
    whole = np.empty((4, most), np.int32)
    low, mask, missing_left = np.zeros(most, np.int64), np.zeros(most, np.uint64), np.zeros(most, np.bool_)
    return whole[0], low, mask, missing_left, whole[1], whole[2], np.empty((most, 1)), np.full(most, np.nan), whole[3]


def _named(tree, nodes, borders, categorical):
    """The coding.Tree of what `histograms.grow` filled."""
    feature, low, mask, missing_left, left, right, value, score, count = (a[:nodes].copy() for a in tree)
    threshold = np.full(nodes, np.inf)
    for k in np.flatnonzero(feature != coding.LEAF):
        if not categorical[feature[k]] and low[k] < len(borders[feature[k]]):
            threshold[k] = borders[feature[k]][low[k]]
    return coding.Tree(
        feature, threshold, mask, missing_left, left, right, value, np.ones(nodes), score, count, categorical
    )


def _gains(tree, d):
    inner = tree.feature != coding.LEAF
    gain = tree.score[tree.left[inner]] + tree.score[tree.right[inner]] - tree.score[inner]
    return np.bincount(tree.feature[inner], np.maximum(gain, 0), minlength=d)


def _residuals(raw, y, w, k, gradient, hessian):
    gradient[:] = w * (raw[0] - y)
    hessian[:] = w


def _two(raw, y, w, k, gradient, hessian):
    import histograms

    histograms.logistic(raw[0], y, w, gradient, hessian)


def _many(shares, y, w, k, gradient, hessian):
    p = shares[:, k]
    gradient[:] = w * (p - (y == k))  # eq. 16
    hessian[:] = w * p * (1 - p)


def _log_loss(raw, y):
    return np.logaddexp(0, np.where(y == 1, -raw, raw))


def _log_shares(raw):
    top = raw - raw.max(axis=0)
    return top - np.log(np.exp(top).sum(axis=0))


def _shares(raw):
    """The probabilities (n, classes) of F (classes, n), or of the log odds (1, n)."""
    if len(raw) == 1:
        p = 0.5 * (1 + np.tanh(raw[0] / 2))
        return np.column_stack([1 - p, p])
    return np.exp(_log_shares(raw)).T


def _likeliest(raw):
    """The place of the likeliest class (n,) by F (classes, n), or by the log odds (1, n)."""
    return (raw[0] > 0).astype(int) if len(raw) == 1 else raw.argmax(axis=0)


def _stages(model, X):
    """F (classes, n) after each round, one after another, in the same array."""
    trees = inputs.fitted(model, "trees_")
    x = coding.matrix(X, model.n_features_in_, type(model).__name__)
    total, rows = np.empty((len(model._start), len(x), 1)), np.arange(len(x))
    total[:] = model._start[:, None, None]
    for group in trees:
        for k, tree in enumerate(group):
            tree.add(x, rows, total[k])
        yield total[:, :, 0]


def _raw(model, X):
    """F (classes, n) after the last round."""
    *_, raw = _stages(model, X)
    return raw


def _checked(model, n):
    """(leaves, depth, rows of a leaf), every setting checked."""
    inputs.counts(
        max_iter=model.max_iter, min_samples_leaf=model.min_samples_leaf, n_iter_no_change=model.n_iter_no_change
    )
    inputs.seed(model.seed)
    inputs.tolerance(model.tol)
    inputs.counts(
        **{name: getattr(model, name) for name in ("max_leaf_nodes", "max_depth") if getattr(model, name) is not None}
    )
    inputs.counts(max_bins=model.max_bins)
    if not 2 <= model.max_bins <= 255:
        raise BadInput(f"max_bins is {model.max_bins!r}; it must be a whole number from 2 to 255")
    for name, low, high in (("learning_rate", 0, np.inf), ("validation_fraction", 0, 1)):
        if not (isinstance(getattr(model, name), Real) and low < getattr(model, name) < high):
            raise BadInput(f"{name} is {getattr(model, name)!r}; it must be a number above {low} and below {high}")
    if not (isinstance(model.l2_regularization, Real) and 0 <= model.l2_regularization < np.inf):
        raise BadInput(f"l2_regularization is {model.l2_regularization!r}; it must be a number from 0 on")
    if not isinstance(model.early_stopping, bool | np.bool_):
        raise BadInput(f"early_stopping is {model.early_stopping!r}; it must be True or False")
    if model.early_stopping and n < 3:
        raise BadInput(f"early_stopping of {n} rows: wanted at least 3")
    return int(model.max_leaf_nodes or 0), int(model.max_depth or cart.WITHOUT_END), int(model.min_samples_leaf)
