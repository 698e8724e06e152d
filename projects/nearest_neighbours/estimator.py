"""Nearest neighbours as people expect them: fit, predict, predict_proba, score, kneighbors."""

import numpy as np

import kdtree
from abacus import errors, inputs
from brute import Brute

ALGORITHMS = ("auto", "brute", "kd_tree")
KINDS = (*inputs.FLOATS, np.uint8)  # images stay bytes
TREE = 10  # columns up to which the boxes of a k-d tree shut out most points


class NearestNeighbours:
    """The class that most of the k nearest training rows have (Fix & Hodges 1951; Cover & Hart 1967).

    n_neighbors: k. p: 1, 2 or 3, of the distance (Σ |a − b|^p)^(1/p). algorithm: "brute", "kd_tree", or "auto": the
    tree for up to 10 columns. Of rows at equal distance the one of lower index counts as nearer; of classes equally
    common the first of classes_ wins (`majority` has another rule). Distances are those of float64 arithmetic, also
    where the search is in float32.
    After fit: classes_ (c,), n_features_in_, n_samples_fit_.
    """

    def __init__(self, n_neighbors=5, p=2, algorithm="auto"):
        self.n_neighbors = n_neighbors
        self.p = p
        self.algorithm = algorithm

    def fit(self, X, y):
        """Keep the rows of X (n, d) with their classes y (n,); uint8 stays uint8. Returns self."""
        _among("p", self.p, (1, 2, 3))
        _among("algorithm", self.algorithm, ALGORITHMS)
        x = inputs.matrix(X, name="NearestNeighbours", kinds=KINDS)
        self.classes_, self._y = inputs.labels(y, len(x))
        _count(self.n_neighbors)
        self._x = np.ascontiguousarray(x)
        self.n_samples_fit_, self.n_features_in_ = x.shape
        tree = self.algorithm == "kd_tree" or (self.algorithm == "auto" and x.shape[1] <= TREE)
        self._index = kdtree.build(x) if tree else Brute(self._x, self.p)
        return self

    def kneighbors(self, X, n_neighbors=None):
        """Distances and row indices (n, k) of the nearest training rows, nearest first."""
        inputs.fitted(self, "classes_")
        k = self.n_neighbors if n_neighbors is None else n_neighbors
        _count(k, self.n_samples_fit_)
        x = np.ascontiguousarray(inputs.matrix(X, self.n_features_in_, name="NearestNeighbours", kinds=KINDS))
        if isinstance(self._index, kdtree.Tree):
            powers, which = kdtree.query(self._index, x, k, self.p)
        else:
            powers, which = self._index.query(x, k)
        if not np.isfinite(powers).all():
            raise errors.BadInput("NearestNeighbours: the numbers are too large, their distances overflow: scale X")
        return powers ** (1.0 / self.p) if self.p != 2 else np.sqrt(powers), which  # eq. 1

    def predict(self, X):
        """The class of each row of X (n,)."""
        most = self.predict_proba(X).argmax(axis=1)  # eq. 2
        return self.classes_[most]

    def predict_proba(self, X):
        """For each row the part of the k neighbours that is of each class (n, c)."""
        _, which = self.kneighbors(X)
        return votes(self._y[which], len(self.classes_)) / which.shape[1]

    def score(self, X, y):
        """The part of the rows of X whose class is predicted rightly."""
        guess = self.predict(X)
        return float(np.mean(guess == inputs.column(y, len(guess))))


def votes(labels, classes):
    """How many of each row of labels (n, k) are of each class: (n, classes)."""
    flat = labels + classes * np.arange(len(labels))[:, None]
    return np.bincount(flat.ravel(), minlength=classes * len(labels)).reshape(-1, classes).astype(float)


def majority(labels, classes):
    """The commonest class in each row of labels (n, k), nearest first; of equally common ones that of the nearest."""
    count = votes(labels, classes)
    mine = np.take_along_axis(count, labels, axis=1)
    return labels[np.arange(len(labels)), mine.argmax(axis=1)]  # eq. 2


def _count(k, rows=None):
    whole = isinstance(k, int | np.integer) and not isinstance(k, bool)
    if not whole or k < 1 or (rows is not None and k > rows):
        most = "" if rows is None else f" and at most {rows}, the number of training rows"
        raise errors.BadInput(f"n_neighbors is {k!r}; it must be a whole number, at least 1{most}")


def _among(name, value, choices):
    if isinstance(value, bool) or value not in choices:
        raise errors.BadInput(f"{name} is {value!r}; it must be one of {', '.join(map(str, choices))}")
