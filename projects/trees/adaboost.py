"""AdaBoost: each tree learns from the rows that those before it got wrong (Freund & Schapire 1996; Zhu et al. 2009)."""

from numbers import Real

import numpy as np

import cart
import coding
from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator


class AdaBoostClassifier(Estimator):
    """The weighted vote of trees, eqs. (11) to (13): by default stumps, or of any max_depth or max_leaf_nodes (None: whole).

    Weights are given to the trees, or with `resample` a sample of n rows is drawn by them and its tree grown (Breiman's arc-fs,
    1998): whole trees err on the rows that were not drawn; where one makes no error, or more than by chance, the weights begin
    anew. After fit: classes_, trees_, votes_ (the weight of each), n_features_in_.
    """

    def __init__(self, n_estimators=50, learning_rate=1.0, max_depth=1, max_leaf_nodes=None, min_samples_split=2,
                 min_samples_leaf=1, max_features=None, resample=False, categorical=None, seed=0):  # fmt: skip
        self.n_estimators = n_estimators
        self.learning_rate = learning_rate
        self.max_depth = max_depth
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_split = min_samples_split
        self.min_samples_leaf = min_samples_leaf
        self.max_features = max_features
        self.resample = resample
        self.categorical = categorical
        self.seed = seed

    def fit(self, X, y, sample_weight=None):
        """Learn from the rows of X (n, d) and their classes y (n,). Returns self."""
        inputs.counts(n_estimators=self.n_estimators)
        if not (isinstance(self.learning_rate, Real) and 0 < self.learning_rate < np.inf):
            raise BadInput(f"learning_rate is {self.learning_rate!r}; it must be a number above 0")
        x = coding.matrix(X, name="AdaBoostClassifier")
        self.classes_, index = inputs.labels(y, len(x))
        start = cart.weights(sample_weight, len(x))
        rows, limits = coding.coded(x, coding.categories(self.categorical, x)), cart.limits(self, x.shape[1])
        w, k, rng = start / start.sum(), len(self.classes_), np.random.default_rng(self.seed)
        self.trees_, votes = [], []
        for _ in range(self.n_estimators):
            used = np.bincount(rng.choice(len(x), len(x), p=w), minlength=len(x)).astype(float) if self.resample else w
            tree = coding.grown(rows, index, np.ones(len(x)), used, k, coding.SQUARES, limits, rng)
            wrong = tree.value.argmax(axis=1)[tree.leaves(x)] != index
            error = w[wrong].sum()
            if error <= 0 or error >= 1 - 1 / k:
                if self.resample:
                    w = start / start.sum()
                elif not votes or error <= 0:  # one that is always right is heard alone
                    self.trees_, votes = [tree], [1.0]
                if not self.resample:
                    break
                continue
            alpha = self.learning_rate * (np.log((1 - error) / error) + np.log(k - 1))  # eq. 12
            self.trees_.append(tree)
            votes.append(alpha)
            w = np.where(wrong, w * np.exp(alpha), w)  # eq. 13
            w /= w.sum()
        if not votes:
            self.trees_, votes = [tree], [1.0]
        self.votes_, self.n_features_in_ = np.array(votes), x.shape[1]
        return self

    def staged_votes(self, X):
        """After each tree the share of the votes of each class (n, classes), one after another."""
        trees = inputs.fitted(self, "trees_")
        x = coding.matrix(X, self.n_features_in_, "AdaBoostClassifier")
        total, rows, given = np.zeros((len(x), len(self.classes_))), np.arange(len(x)), 0.0
        for tree, vote in zip(trees, self.votes_):
            total[rows, tree.value.argmax(axis=1)[tree.leaves(x)]] += vote  # eq. 11
            given += vote
            yield total / given

    def staged_predict(self, X):
        """After each tree the class of most votes (n,), one after another."""
        for votes in self.staged_votes(X):
            yield self.classes_[votes.argmax(axis=1)]

    def predict_proba(self, X):
        """The share of the votes of each class (n, classes): no probability that was estimated."""
        *_, votes = self.staged_votes(X)
        return votes

    def predict(self, X):
        """The class of most votes (n,)."""
        return inputs.fitted(self, "classes_")[self.predict_proba(X).argmax(axis=1)]

    def score(self, X, y, sample_weight=None):
        """The share of rows whose class is right."""
        return cart.accuracy(self, X, y, sample_weight)
