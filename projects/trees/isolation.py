"""Isolation forest: a row that few random cuts set apart is unusual (Liu, Ting & Zhou 2008)."""

from numbers import Real

import numpy as np

import coding
from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator

EULER = 0.5772156649015329


class IsolationForest(Estimator):
    """n_estimators trees of random cuts, each of max_samples rows ("auto": 256 at most); the score is −2^(−E h / c), eq. (18).

    contamination: the share of the rows of fit that predict calls unusual ("auto": scores below −1/2). After fit: trees_,
    offset_, max_samples_, n_features_in_.
    """

    def __init__(self, n_estimators=100, max_samples="auto", contamination="auto", seed=0):
        self.n_estimators = n_estimators
        self.max_samples = max_samples
        self.contamination = contamination
        self.seed = seed

    def fit(self, X, y=None):
        """Learn what is usual from the rows of X (n, d); y is ignored. Returns self."""
        import cuts

        inputs.counts(n_estimators=self.n_estimators)
        inputs.seed(self.seed)
        share = self.contamination
        if share != "auto" and not (isinstance(share, Real) and 0 < share <= 0.5):
            raise BadInput(f'contamination is {share!r}; it must be "auto" or a share above 0 and at most 0.5')
        x = np.ascontiguousarray(inputs.matrix(X, name="IsolationForest").astype(np.float64, copy=False))
        if self.max_samples == "auto":
            size = min(256, len(x))
        else:
            inputs.counts(max_samples=self.max_samples)
            size = min(int(self.max_samples), len(x))
        self.max_samples_, self.n_features_in_ = size, x.shape[1]
        depth = int(np.ceil(np.log2(max(size, 2))))
        typical = usual_path(np.arange(size + 1))
        self.trees_ = []
        for seed in np.random.SeedSequence(self.seed).spawn(self.n_estimators):
            rng = np.random.default_rng(seed)
            rows = rng.choice(len(x), size, replace=False)
            # pairs of draws, one for each cut that could be made
            self.trees_.append(_tree(*cuts.grow(x, rows, depth, rng.random((2 * size, 2)), typical), x.shape[1]))
        self.offset_ = -0.5 if share == "auto" else float(np.quantile(self.score_samples(x), share))
        return self

    def score_samples(self, X):
        """−2^(−E h / c) of each row (n,): near −1 unusual, −1/2 as usual as can be expected, eq. (18)."""
        trees = inputs.fitted(self, "trees_")
        x = inputs.matrix(X, self.n_features_in_, name="IsolationForest").astype(np.float64, copy=False)
        x, total = np.ascontiguousarray(x), np.zeros((len(x), 1))
        for tree in trees:
            tree.add(x, np.arange(len(x)), total)
        typical = max(usual_path(np.array([self.max_samples_]))[0], np.finfo(float).tiny)
        return -(2.0 ** (-total[:, 0] / len(trees) / typical))  # eq. 18

    def decision_function(self, X):
        """The score less offset_: below 0 for what predict calls unusual (n,)."""
        return self.score_samples(X) - self.offset_

    def predict(self, X):
        """−1 for unusual rows, 1 for the others (n,)."""
        return np.where(self.decision_function(X) < 0, -1, 1)

    def fit_predict(self, X, y=None):
        """fit(X), then predict(X)."""
        return self.fit(X).predict(X)


def usual_path(n):
    """c(n) = 2 H(n − 1) − 2 (n − 1)/n, the mean depth of a leaf in a random tree of n rows; 0, 0, 1 for n = 0, 1, 2."""
    n = np.asarray(n, dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        many = 2 * (np.log(n - 1) + EULER) - 2 * (n - 1) / n
    return np.where(n > 2, many, np.where(n == 2, 1.0, 0.0))


def _tree(feature, threshold, left, right, length, count, d):
    nodes = len(feature)
    none, ones = np.zeros(nodes, np.bool_), np.ones(nodes)
    mask, value = np.zeros(nodes, np.uint64), length[:, None]
    return coding.Tree(feature, threshold, mask, none, left, right, value, ones, ones, count, np.zeros(d, np.bool_))
