"""The estimators of one tree: CART for classes and for numbers (Breiman, Friedman, Olshen, Stone 1984)."""

from numbers import Integral, Real

import numpy as np

import coding
import pruning
from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator, r_squared

CRITERIA = {"gini": coding.SQUARES, "entropy": coding.ENTROPY}
WITHOUT_END = 2**31
LARGE = 1e100  # of weights and targets: their sums and squares stay far from the ends of float64


class _Tree(Estimator):
    def apply(self, X):
        """The node at which each row ends (n,)."""
        tree = inputs.fitted(self, "tree_")
        return tree.leaves(coding.matrix(X, self.n_features_in_, type(self).__name__))

    def cost_complexity_pruning_path(self, X, y, sample_weight=None):
        """The values of ccp_alpha (m,) at which the tree of these rows becomes smaller, from 0 on."""
        whole = type(self)(**(self.get_params() | {"ccp_alpha": 0.0})).fit(X, y, sample_weight)
        return pruning.steps(pruning.collapses(whole.tree_, _risk(self, whole.tree_)))


class DecisionTreeClassifier(_Tree):
    """A tree of questions for classes: each split lowers Gini's index or the entropy most, eqs. (1) to (4).

    A missing value (NaN) goes to the side that learns more from it; categorical: places of features that are categories, whole
    numbers from 0 to 63, of which any set may go left. max_depth, max_leaf_nodes (then the best split is made first),
    min_samples_split, min_samples_leaf: rows. max_features: so many drawn at each node ("sqrt", "log2", a share, None: all).
    ccp_alpha: links weaker than this are cut, R(t) being the impurity by the whole weight.
    After fit: classes_, tree_ (coding.Tree), feature_importances_, n_features_in_.
    """

    def __init__(self, criterion="gini", max_depth=None, min_samples_split=2, min_samples_leaf=1, max_leaf_nodes=None,
                 max_features=None, ccp_alpha=0.0, categorical=None, seed=0):  # fmt: skip
        self.criterion = criterion
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_leaf_nodes = max_leaf_nodes
        self.max_features = max_features
        self.ccp_alpha = ccp_alpha
        self.categorical = categorical
        self.seed = seed

    def fit(self, X, y, sample_weight=None):
        """Learn from the rows of X (n, d) and their classes y (n,). Returns self."""
        if self.criterion not in CRITERIA:
            raise BadInput(f"criterion is {self.criterion!r}; it must be one of {', '.join(CRITERIA)}")
        x = coding.matrix(X, name="DecisionTreeClassifier")
        self.classes_, index = inputs.labels(y, len(x))
        w = weights(sample_weight, len(x))
        self.tree_ = _grow(self, x, index, np.ones(len(x)), w, len(self.classes_), CRITERIA[self.criterion])
        self.feature_importances_ = importances(self.tree_, x.shape[1])
        self.n_features_in_ = x.shape[1]
        return self

    def predict_proba(self, X):
        """The share of each class in the leaf of each row (n, classes)."""
        return _means(self, X)

    def predict(self, X):
        """The largest class of the leaf of each row (n,)."""
        return inputs.fitted(self, "classes_")[self.predict_proba(X).argmax(axis=1)]

    def score(self, X, y, sample_weight=None):
        """The share of rows whose class is right."""
        return accuracy(self, X, y, sample_weight)


class DecisionTreeRegressor(_Tree):
    """A tree of questions for numbers: each split lowers the sum of squares most, eqs. (2) to (4). Settings as the
    classifier's. After fit: tree_, feature_importances_, n_features_in_."""

    def __init__(self, max_depth=None, min_samples_split=2, min_samples_leaf=1, max_leaf_nodes=None, max_features=None,
                 ccp_alpha=0.0, categorical=None, seed=0):  # fmt: skip
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_leaf_nodes = max_leaf_nodes
        self.max_features = max_features
        self.ccp_alpha = ccp_alpha
        self.categorical = categorical
        self.seed = seed

    def fit(self, X, y, sample_weight=None):
        """Learn from the rows of X (n, d) and their numbers y (n,). Returns self."""
        x = coding.matrix(X, name="DecisionTreeRegressor")
        y, w = targets(y, len(x)), weights(sample_weight, len(x))
        self._middle = np.average(y, weights=w)  # sums about it lose no digits
        self.tree_ = _grow(self, x, np.zeros(len(x), np.int64), y - self._middle, w, 1, coding.SQUARES)
        self.feature_importances_ = importances(self.tree_, x.shape[1])
        self.n_features_in_ = x.shape[1]
        return self

    def predict(self, X):
        """The mean of the leaf of each row (n,)."""
        return _means(self, X)[:, 0] + self._middle

    def score(self, X, y, sample_weight=None):
        """R², the share of the variance of y that is explained."""
        return r2(self, X, y, sample_weight)


def weights(given, n):
    """The weights of n rows: as given, finite and not negative, not all of them 0; ones where None."""
    if given is None:
        return np.ones(n)
    try:
        w = np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as wrong:
        raise BadInput(f"sample_weight got something that is no number: {wrong}") from None
    if w.ndim == 0:
        w = np.full(n, float(w))
    if w.shape != (n,):
        raise BadInput(f"sample_weight has shape {w.shape}; wanted ({n},)")
    if not (np.isfinite(w).all() and (w >= 0).all() and w.any() and w.max() < LARGE):
        raise BadInput(f"sample_weight: wanted numbers from 0 on and below {LARGE:g}, not all of them 0")
    return w


def targets(y, n):
    """The n numbers that a tree of squared errors learns; BadInput where the square of their span is no number, or is lost."""
    y = inputs.targets(y, n)
    span = y.max() / 2 - y.min() / 2
    if span > LARGE or 0 < span < 1 / LARGE:
        raise BadInput(
            f"y is from {y.min():g} to {y.max():g}, and squared errors of such numbers are lost: give y in another unit"
        )
    return y


def limits(settings, d):
    """(depth, leaves, rows of a split, rows of a leaf, features drawn) of an estimator's settings, checked."""
    inputs.counts(min_samples_leaf=settings.min_samples_leaf, min_samples_split=settings.min_samples_split)
    for name in ("max_depth", "max_leaf_nodes"):
        if getattr(settings, name) is not None:
            inputs.counts(**{name: getattr(settings, name)})
    inputs.seed(settings.seed)
    depth, most = settings.max_depth or WITHOUT_END, settings.max_leaf_nodes or 0
    return (
        int(depth),
        int(most),
        int(settings.min_samples_split),
        int(settings.min_samples_leaf),
        drawn(settings.max_features, d),
    )


def drawn(given, d):
    """How many of d features are drawn at a node."""
    named = {"sqrt": np.sqrt(d), "log2": np.log2(d) + 1 if d > 1 else 1}  # int(log2 M + 1): Breiman 2001, p. 11
    if given is None:
        return d
    if isinstance(given, str) and given in named:
        return max(1, int(named[given]))
    if isinstance(given, Integral) and not isinstance(given, bool) and 1 <= given <= d:
        return int(given)
    if isinstance(given, Real) and not isinstance(given, Integral) and 0 < given <= 1:
        return max(1, int(given * d))
    raise BadInput(
        f'max_features is {given!r}; it must be "sqrt", "log2", None, a share above 0 or a number from 1 to {d}'
    )


def importances(tree, d):
    """By how much the splits of each feature lower the impurity, as shares of the sum (d,)."""
    inner = tree.feature != coding.LEAF
    children = tree.score[tree.left[inner]] + tree.score[tree.right[inner]]
    found = np.bincount(tree.feature[inner], np.maximum(children - tree.score[inner], 0), minlength=d)
    return found / found.sum() if found.sum() > 0 else found


def accuracy(model, X, y, sample_weight=None):
    """The (weighted) share of rows whose class is predicted."""
    found = model.predict(X)
    return float(np.average(found == inputs.column(y, len(found)), weights=weights(sample_weight, len(found))))


def r2(model, X, y, sample_weight=None):
    """1 − Σ (y − predicted)² / Σ (y − mean)², weighted; of a constant y 1 where it is hit and else 0."""
    found = model.predict(X)
    return r_squared(inputs.targets(y, len(found)), found, weights(sample_weight, len(found)))


def _grow(model, x, labels, y, w, classes, criterion):
    if not (isinstance(model.ccp_alpha, Real) and model.ccp_alpha >= 0):
        raise BadInput(f"ccp_alpha is {model.ccp_alpha!r}; it must be a number from 0 on")
    rows = coding.coded(x, coding.categories(model.categorical, x))
    bounds = limits(model, x.shape[1])
    tree = coding.grown(rows, labels, y, w, classes, criterion, bounds, np.random.default_rng(model.seed))
    if model.ccp_alpha > 0:
        tree = pruning.pruned(tree, pruning.collapses(tree, _risk(model, tree)), model.ccp_alpha)
    return tree


def _risk(model, tree):
    """R(t) by the whole weight, up to a constant that all prunings share; entropies in bits, as scikit-learn's."""
    unit = np.log(2) if getattr(model, "criterion", None) == "entropy" else 1.0
    return -tree.score / tree.weight[0] / unit


def _means(model, X):
    return inputs.fitted(model, "tree_").means()[model.apply(X)]
