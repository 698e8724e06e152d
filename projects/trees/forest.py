"""Many trees on bootstrap samples: bagging, random forests, what the rows that a tree has not seen say (Breiman 1996, 2001)."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

import cart
import coding
from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator


class RandomForestClassifier(Estimator):
    """The mean of the class shares of n_estimators trees, each grown on n rows drawn with repetition; at each node the best of
    max_features features drawn ("sqrt", "log2": int(log2 d + 1), a number, a share, None: all, which is bagging), eq. (8).

    Other settings as of cart.DecisionTreeClassifier. n_jobs: threads; they change no result.
    After fit: classes_, trees_, feature_importances_, n_features_in_, and with oob_score oob_decision_ (n, classes; NaN where
    every tree has seen the row) and oob_score_.
    """

    def __init__(self, n_estimators=100, criterion="gini", max_depth=None, min_samples_split=2, min_samples_leaf=1,
                 max_leaf_nodes=None, max_features="sqrt", bootstrap=True, oob_score=True, categorical=None,
                 n_jobs=1, seed=0):  # fmt: skip
        self.n_estimators = n_estimators
        self.criterion = criterion
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_leaf_nodes = max_leaf_nodes
        self.max_features = max_features
        self.bootstrap = bootstrap
        self.oob_score = oob_score
        self.categorical = categorical
        self.n_jobs = n_jobs
        self.seed = seed

    def fit(self, X, y, sample_weight=None):
        """Learn from the rows of X (n, d) and their classes y (n,). Returns self."""
        if self.criterion not in cart.CRITERIA:
            raise BadInput(f"criterion is {self.criterion!r}; it must be one of {', '.join(cart.CRITERIA)}")
        x = coding.matrix(X, name="RandomForestClassifier")
        self.classes_, index = inputs.labels(y, len(x))
        total = _fit(self, x, index, np.ones(len(x)), sample_weight, len(self.classes_), cart.CRITERIA[self.criterion])
        if not self.oob_score:
            return self
        with np.errstate(invalid="ignore"):
            self.oob_decision_ = total / total.sum(axis=1, keepdims=True)
        known = np.isfinite(self.oob_decision_[:, 0])
        right = self.oob_decision_[known].argmax(axis=1) == index[known]
        self.oob_score_ = float(right.mean()) if known.any() else np.nan
        return self

    def predict_proba(self, X):
        """The mean over the trees of the class shares of a row's leaf (n, classes), eq. (8)."""
        return _mean(self, X)

    def predict(self, X):
        """The class of the largest mean share (n,)."""
        return inputs.fitted(self, "classes_")[self.predict_proba(X).argmax(axis=1)]

    def score(self, X, y, sample_weight=None):
        """The share of rows whose class is right."""
        return cart.accuracy(self, X, y, sample_weight)

    def permutation_importances(self, X, y):
        """Mean and standard error over the trees of what a permuted feature adds to the out-of-bag error (2, d), eq. (10).

        X and y are those of fit.
        """
        x = coding.matrix(X, inputs.fitted(self, "n_features_in_"), "RandomForestClassifier")
        y = inputs.column(y, len(x))
        if not np.isin(y, self.classes_).all():
            raise BadInput("permutation_importances: y has a class that fit has not seen")
        index = np.searchsorted(self.classes_, y)
        return _permuted(self, x, lambda tree, leaf, rows: tree.value[leaf].argmax(axis=1) != index[rows])


class RandomForestRegressor(Estimator):
    """The mean of n_estimators trees for numbers; settings as the classifier's.

    After fit: trees_, feature_importances_, n_features_in_, and with oob_score oob_prediction_ (n,) and oob_score_ (its R²).
    """

    def __init__(self, n_estimators=100, max_depth=None, min_samples_split=2, min_samples_leaf=1, max_leaf_nodes=None,
                 max_features=1 / 3, bootstrap=True, oob_score=True, categorical=None,
                 n_jobs=1, seed=0):  # fmt: skip
        self.n_estimators = n_estimators
        self.max_depth = max_depth
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_leaf_nodes = max_leaf_nodes
        self.max_features = max_features
        self.bootstrap = bootstrap
        self.oob_score = oob_score
        self.categorical = categorical
        self.n_jobs = n_jobs
        self.seed = seed

    def fit(self, X, y, sample_weight=None):
        """Learn from the rows of X (n, d) and their numbers y (n,). Returns self."""
        x = coding.matrix(X, name="RandomForestRegressor")
        y = cart.targets(y, len(x))
        self._middle = np.average(y, weights=cart.weights(sample_weight, len(x)))
        labels = np.zeros(len(x), np.int64)
        total = _fit(self, x, labels, y - self._middle, sample_weight, 1, coding.SQUARES)
        if not self.oob_score:
            return self
        with np.errstate(invalid="ignore"):
            self.oob_prediction_ = total[:, 0] / self._left_out + self._middle
        known = self._left_out > 0
        off, spread = (y[known] - self.oob_prediction_[known]) ** 2, np.var(y[known]) if known.any() else 0.0
        self.oob_score_ = float(1 - off.mean() / spread) if spread > 0 else np.nan
        return self

    def predict(self, X):
        """The mean over the trees of the mean of a row's leaf (n,)."""
        return _mean(self, X)[:, 0] + self._middle

    def score(self, X, y, sample_weight=None):
        """R², the share of the variance of y that is explained."""
        return cart.r2(self, X, y, sample_weight)

    def permutation_importances(self, X, y):
        """As the classifier's, of the squared error (2, d)."""
        x = coding.matrix(X, inputs.fitted(self, "n_features_in_"), "RandomForestRegressor")
        y = inputs.targets(y, len(x)) - self._middle
        return _permuted(self, x, lambda tree, leaf, rows: (tree.means()[leaf, 0] - y[rows]) ** 2)


class BaggingClassifier(Estimator):
    """The vote of copies of any classifier, each fitted to n rows drawn with repetition (Breiman 1996). `estimator` has fit and
    predict, by default a whole tree. After fit: estimators_, classes_, n_features_in_."""

    def __init__(self, estimator=None, n_estimators=50, seed=0):
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.seed = seed

    def fit(self, X, y):
        """Learn from the rows of X (n, d) and their classes y (n,). Returns self."""
        x = coding.matrix(X, name="BaggingClassifier")
        self.classes_, index = inputs.labels(y, len(x))
        self.estimators_, self.n_features_in_ = _bag(self, x, index, cart.DecisionTreeClassifier()), x.shape[1]
        return self

    def predict_proba(self, X):
        """The share of the votes that each class has (n, classes)."""
        members = inputs.fitted(self, "estimators_")
        x = coding.matrix(X, self.n_features_in_, "BaggingClassifier")
        votes = sum(member.predict(x)[:, None] == np.arange(len(self.classes_)) for member in members)
        return votes / len(members)

    def predict(self, X):
        """The class of most votes, the first of equal ones (n,)."""
        return inputs.fitted(self, "classes_")[self.predict_proba(X).argmax(axis=1)]

    def score(self, X, y, sample_weight=None):
        """The share of rows whose class is right."""
        return cart.accuracy(self, X, y, sample_weight)


class BaggingRegressor(Estimator):
    """The mean of copies of any regressor, each fitted to n rows drawn with repetition.

    After fit: estimators_, n_features_in_.
    """

    def __init__(self, estimator=None, n_estimators=25, seed=0):
        self.estimator = estimator
        self.n_estimators = n_estimators
        self.seed = seed

    def fit(self, X, y):
        """Learn from the rows of X (n, d) and their numbers y (n,). Returns self."""
        x = coding.matrix(X, name="BaggingRegressor")
        y = inputs.targets(y, len(x))
        self.estimators_, self.n_features_in_ = _bag(self, x, y, cart.DecisionTreeRegressor()), x.shape[1]
        return self

    def predict(self, X):
        """The mean of what the copies predict (n,)."""
        members = inputs.fitted(self, "estimators_")
        x = coding.matrix(X, self.n_features_in_, "BaggingRegressor")
        return sum(member.predict(x) for member in members) / len(members)

    def score(self, X, y, sample_weight=None):
        """R², the share of the variance of y that is explained."""
        return cart.r2(self, X, y, sample_weight)


def drawn_weights(n, rng):
    """How often each of n rows is among n draws with repetition (n,)."""
    return np.bincount(rng.integers(n, size=n), minlength=n).astype(np.float64)  # eq. 9


def _bag(bag, x, y, default):
    inputs.counts(n_estimators=bag.n_estimators)
    inputs.seed(bag.seed)
    rng, like = np.random.default_rng(bag.seed), default if bag.estimator is None else bag.estimator
    if not all(hasattr(like, name) for name in ("fit", "predict", "get_params")):
        raise BadInput(f"estimator is {like!r}; it must have fit, predict and get_params")
    found = []
    for _ in range(bag.n_estimators):
        rows = rng.integers(len(x), size=len(x))
        found.append(type(like)(**like.get_params(deep=False)).fit(x[rows], y[rows]))
    return found


def _fit(forest, x, labels, y, sample_weight, classes, criterion):
    """Grow the trees; the sum of the means of those trees that have not seen a row (n, classes)."""
    inputs.counts(n_estimators=forest.n_estimators, n_jobs=forest.n_jobs)
    for name in ("bootstrap", "oob_score"):
        if not isinstance(getattr(forest, name), bool | np.bool_):
            raise BadInput(f"{name} is {getattr(forest, name)!r}; it must be True or False")
    n, given = len(x), cart.weights(sample_weight, len(x))
    rows, limits = coding.coded(x, coding.categories(forest.categorical, x)), cart.limits(forest, x.shape[1])
    forest._seeds = np.random.SeedSequence(forest.seed).spawn(forest.n_estimators)

    def one(seed):
        rng = np.random.default_rng(seed)
        w = given * drawn_weights(n, rng) if forest.bootstrap else given
        while not w.any():
            w = given * drawn_weights(n, rng)
        return coding.grown(rows, labels, y, w, classes, criterion, limits, rng)

    forest.trees_ = _each(one, forest._seeds, forest.n_jobs)
    total, forest._left_out = np.zeros((n, classes)), np.zeros(n)
    if forest.bootstrap and forest.oob_score:
        for tree, seed in zip(forest.trees_, forest._seeds):
            out = np.flatnonzero(drawn_weights(n, np.random.default_rng(seed)) == 0)
            tree.add(x, out, total)
            forest._left_out[out] += 1
    forest.feature_importances_ = np.mean([cart.importances(tree, x.shape[1]) for tree in forest.trees_], axis=0)
    forest.n_features_in_ = x.shape[1]
    return total


def _each(work, items, threads):
    if threads == 1:
        return [work(item) for item in items]
    with ThreadPoolExecutor(int(threads)) as pool:
        return list(pool.map(work, items))


def _mean(forest, X):
    trees = inputs.fitted(forest, "trees_")
    x = coding.matrix(X, forest.n_features_in_, type(forest).__name__)
    total, rows = np.zeros((len(x), trees[0].value.shape[1])), np.arange(len(x))
    for tree in trees:
        tree.add(x, rows, total)
    return total / len(trees)  # eq. 8


def left_out(forest, n):
    """For each tree the rows of fit that it has not seen."""
    if not forest.bootstrap:
        raise BadInput("bootstrap is False: every tree has seen every row, and none is left to ask")
    for tree, seed in zip(forest.trees_, forest._seeds):
        rng = np.random.default_rng(seed)
        yield tree, np.flatnonzero(drawn_weights(n, rng) == 0), rng


def _permuted(forest, x, loss):
    """Mean and standard error over the trees of the rise of the mean loss of left-out rows, feature by feature (2, d)."""
    if len(x) != len(forest._left_out):
        raise BadInput(f"permutation_importances: X has {len(x)} rows; wanted the {len(forest._left_out)} of fit")
    rises = []
    for tree, rows, rng in left_out(forest, len(x)):
        if not len(rows):
            continue
        rise, before = np.zeros(x.shape[1]), loss(tree, tree.leaves(x, rows), rows).mean()
        for f in np.unique(tree.feature[tree.feature != coding.LEAF]):
            rise[f] = loss(tree, tree.leaves(x, rows, f, rng.permutation(rows)), rows).mean() - before  # eq. 10
        rises.append(rise)
    rises = np.array(rises)
    return np.stack([rises.mean(axis=0), rises.std(axis=0) / np.sqrt(len(rises))])
