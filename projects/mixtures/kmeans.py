"""The estimator: k-means by Lloyd's iteration, or by the same iteration with Elkan's bounds, from k-means++ starts."""

import warnings

import numpy as np

from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator

ALGORITHMS = ("auto", "lloyd", "elkan", "hamerly")
LARGE, SMALL = 2.0**480, 2.0**-480  # between them, squares and their sums over many rows are numbers, and not 0
FEW = 16  # features up to which a distance costs less than the bounds that Elkan keeps to avoid it


class EmptyClusters(UserWarning):
    """Some clusters have no rows: there are fewer different rows than clusters, or too few rounds were allowed."""


class KMeans(Estimator):
    """Centres c that minimise Σ_i min_k ‖x_i − c_k‖², eq. (15), as far as moving one after the other finds.

    n_clusters: K. init: "k-means++" (Arthur and Vassilvitskii 2007), "random" (K rows), or centres (K, d). The best of n_init
    starts drawn with `seed` is kept. algorithm: "lloyd", or "elkan" or "hamerly", which give the same rounds and leave out
    distances that bounds make needless; "auto": Hamerly's for up to 16 features, else Elkan's. A start ends when no row
    changes its centre, when the centres move by no more than tol times the mean variance of the features (in squares), or
    after max_iter rounds. A cluster that loses all of its rows takes the row that is farthest from its centre.
    After fit: cluster_centers_ (K, d), labels_ (n,), inertia_ (the objective), n_iter_.
    """

    def __init__(self, n_clusters=8, init="k-means++", n_init=10, max_iter=300, tol=1e-4, algorithm="auto", seed=0):
        self.n_clusters = n_clusters
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.tol = tol
        self.algorithm = algorithm
        self.seed = seed

    def fit(self, X, y=None):
        """Find the centres of the rows of X (n, d), n >= K; y is ignored. Returns self."""
        self._check()
        x = np.ascontiguousarray(_numbers(X, None, "KMeans"))
        if len(x) < self.n_clusters:
            raise BadInput(f"n_clusters is {self.n_clusters}, and there are only n_samples={len(x)} rows")
        if 0 < float((x.max(axis=0) / 2 - x.min(axis=0) / 2).max()) < SMALL:
            raise BadInput("KMeans: the rows are so near to each other that their squared distances are 0: scale X")
        enough = self.tol * _mean_variance(x) if self.tol > 0 else 0.0
        best = None
        for start in self._starts(x):
            result = _rounds(x, start, self.algorithm, enough, self.max_iter)
            if best is None or result[2] < best[2]:
                best = result
        centres, self.labels_, self.inertia_, self.n_iter_ = best
        self.cluster_centers_ = centres.astype(x.dtype)
        self.n_features_in_ = x.shape[1]
        empty = self.n_clusters - len(np.unique(self.labels_))
        if empty:
            different = len(np.unique(x, axis=0))
            why = (
                f"{different} different rows only"
                if different < self.n_clusters
                else f"stopped by max_iter={self.max_iter}"
            )
            warnings.warn(f"{why}: {empty} of {self.n_clusters} clusters are empty", EmptyClusters, stacklevel=2)
        return self

    def predict(self, X):
        """The nearest centre of each row (n,)."""
        import nearest

        centres = inputs.fitted(self, "cluster_centers_").astype(np.float64)
        x = np.ascontiguousarray(_numbers(X, self.n_features_in_, "KMeans"))
        labels = np.full(len(x), -1, np.int32)
        nearest.lloyd(x, centres, labels)
        return labels

    def fit_predict(self, X, y=None):
        """fit(X), then its labels (n,)."""
        return self.fit(X).labels_

    def transform(self, X):
        """The distance of each row to each centre (n, K)."""
        centres = inputs.fitted(self, "cluster_centers_")
        x = _numbers(X, self.n_features_in_, "KMeans")
        return np.stack([np.sqrt(((x - centre) ** 2).sum(axis=1)) for centre in centres], axis=1)

    def fit_transform(self, X, y=None):
        """fit(X), then transform(X)."""
        return self.fit(X).transform(X)

    def score(self, X, y=None):
        """Minus the objective of these rows, eq. (15)."""
        return -float((self.transform(X).min(axis=1) ** 2).sum())

    def _starts(self, x):
        k = self.n_clusters
        if not isinstance(self.init, str):
            given = _numbers(self.init, x.shape[1], "KMeans's init").astype(np.float64)
            if len(given) != k:
                raise BadInput(f"init has {len(given)} centres, n_clusters is {k}")
            yield given
            return
        if self.init not in ("k-means++", "random"):
            raise BadInput(f"init is {self.init!r}; it must be k-means++, random, or centres")
        for own in np.random.SeedSequence(self.seed).spawn(self.n_init):
            rng = np.random.default_rng(own)
            rows = plus_plus(x, k, rng) if self.init == "k-means++" else rng.choice(len(x), k, replace=False)
            yield x[rows].astype(np.float64)

    def _check(self):
        inputs.counts(n_clusters=self.n_clusters, n_init=self.n_init, max_iter=self.max_iter)
        inputs.tolerance(self.tol)
        inputs.seed(self.seed)
        if not isinstance(self.algorithm, str) or self.algorithm not in ALGORITHMS:
            raise BadInput(f"algorithm is {self.algorithm!r}; it must be one of {', '.join(ALGORITHMS)}")


def _numbers(x, features, name):
    """The matrix, BadInput where the squares of its numbers overflow."""
    x = inputs.matrix(x, features, name=name)
    if x.dtype == np.float64 and max(x.max(), -x.min()) > LARGE:  # of float32, squares are summed in float64
        raise BadInput(f"{name}: the numbers are too large, their distances overflow: scale X")
    return x


def _mean_variance(x):
    """The mean of the features' variances, in double precision, without a copy of x."""
    mean = x.mean(axis=0, dtype=np.float64)
    return sum(((block - mean) ** 2).sum() for block in np.array_split(x, len(x) // ROWS + 1)) / x.size


ROWS = 4096  # of a block


def plus_plus(x, k, rng):
    """k rows of x (their numbers): each drawn with probability ∝ the squared distance to those before it, eq. (17).

    Of 2 + log k draws the one is taken that leaves the smallest sum of squares.
    """
    import nearest

    trials = 2 + int(np.log(k))
    rows = [int(rng.integers(len(x)))]
    squares, trial = np.full(len(x), np.inf), np.empty(len(x))
    nearest.closer(x, x[rows[0]].astype(np.float64), squares, trial)
    squares[:] = trial
    while len(rows) < k:
        mass = np.cumsum(squares)
        if mass[-1] == 0:  # no row is different from all before
            rows += [int(i) for i in rng.integers(len(x), size=k - len(rows))]
            break
        drawn = np.searchsorted(mass, rng.random(trials) * mass[-1], side="right").clip(max=len(x) - 1)  # eq. 17
        best, kept = np.inf, squares
        for i in drawn:
            total = nearest.closer(x, x[i].astype(np.float64), squares, trial)
            if total < best:
                best, kept, chosen = total, trial.copy(), int(i)
        rows.append(chosen)
        squares = kept
    return np.array(rows)


def _rounds(x, centres, algorithm, enough, most):
    """(centres, labels, objective, rounds) from these centres (K, d)."""
    import nearest

    if algorithm == "lloyd":
        labels, steps = _lloyd(x, centres, enough, most)
    else:
        few = algorithm == "hamerly" or (algorithm == "auto" and x.shape[1] <= FEW)
        labels, steps = _bounded(x, centres, enough, most, few)

    sums, counts = np.zeros(centres.shape), np.zeros(len(centres))
    nearest.totals(x, labels, centres, sums, counts)
    centres = np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres)
    inertia = nearest.totals(x, labels, centres, sums, counts)
    return centres, labels, float(inertia), steps


def _lloyd(x, centres, enough, most):
    import nearest

    labels, steps, ended = np.full(len(x), -1, np.int32), 0, False
    while steps < most and not ended:
        steps += 1
        changed = nearest.lloyd(x, centres, labels)
        sums, counts = np.zeros(centres.shape), np.zeros(len(centres))
        nearest.totals(x, labels, centres, sums, counts)
        new = _means(x, labels, centres, sums, counts, np.empty(len(x)))
        ended = changed == 0 or ((new - centres) ** 2).sum() <= enough
        centres = new
    nearest.lloyd(x, centres, labels)
    return labels, steps


def _bounded(x, centres, enough, most, few):
    """Lloyd's rounds by Hamerly's bounds (`few`) or Elkan's."""
    import nearest

    n, k = len(x), len(centres)
    labels, upper, lower = np.empty(n, np.int32), np.empty(n), np.empty(n if few else (n, k))
    sums, counts = np.zeros(centres.shape), np.zeros(k)
    begin = nearest.hamerly_start if few else nearest.elkan_start
    begin(x, centres, labels, upper, lower, sums, counts)
    changed, steps, ended = n, 0, False
    while steps < most and not ended:
        steps += 1
        new = _means(x, labels, centres, sums, counts, lower)
        moved = np.sqrt(((new - centres) ** 2).sum(axis=1))
        centres = new
        ended = changed == 0 or (moved**2).sum() <= enough
        between = 0.5 * np.sqrt(((centres[:, None] - centres) ** 2).sum(axis=2))
        half = (between + np.where(np.eye(k, dtype=bool), np.inf, 0.0)).min(axis=1)
        if few:
            changed = nearest.hamerly(x, centres, half, moved, labels, upper, lower, sums, counts)
        else:
            changed = nearest.elkan(x, centres, between, half, moved, labels, upper, lower, sums, counts)
    return labels, steps


def _means(x, labels, centres, sums, counts, lower):
    """The clusters' means. An empty cluster takes the row that is farthest from its centre, whose bounds are forgotten."""
    empty = np.flatnonzero(counts == 0)
    if len(empty):
        far = ((x - centres[labels]) ** 2).sum(axis=1)
        for k in empty:
            row = int(np.where(counts[labels] > 1, far, 0.0).argmax())
            if far[row] == 0 or counts[labels[row]] == 1:
                break
            old, labels[row], far[row], lower[row] = labels[row], k, 0.0, 0.0
            sums[old] -= x[row]
            counts[old] -= 1
            sums[k], counts[k] = x[row], 1
    return np.where(counts[:, None] > 0, sums / np.maximum(counts, 1)[:, None], centres)
