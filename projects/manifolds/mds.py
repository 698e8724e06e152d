"""Maps from distances: classical scaling, the same of paths through a graph (Isomap), and SMACOF."""

import numpy as np
import scipy.linalg

import neighbours
from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator

METRICS = ("euclidean", "precomputed")


def signed(vectors):
    """Each column (n, c) turned so that its entry farthest from 0 is positive: an eigenvector's sign is arbitrary."""
    far = np.abs(vectors).argmax(axis=0)
    return vectors * np.where(vectors[far, np.arange(vectors.shape[1])] < 0, -1.0, 1.0)


def centred(squares):
    """B = −½ J D² J of squared distances (n, n), J = I − 11ᵀ/n (eq. 3)."""
    rows = squares.mean(axis=1)
    return -0.5 * (squares - rows[:, None] - rows[None, :] + rows.mean())  # eq. 3


def scaled(b, count):
    """The largest eigenvalues of B (count,), falling, and the map V √Λ (n, count) (eq. 4); negative ones give 0."""
    n = len(b)
    values, vectors = scipy.linalg.eigh(b, subset_by_index=(n - count, n - 1))
    values, vectors = values[::-1], signed(vectors[:, ::-1])
    return values, vectors * np.sqrt(np.maximum(values, 0.0))  # eq. 4


def components(x, count):
    """The first principal components (n, count) of x (n, d): from d columns of products, or from n rows where these are fewer."""
    off = x - x.mean(axis=0)
    n, d = x.shape
    y = np.zeros((n, count))
    some = min(count, d, n)
    if d <= n:
        y[:, :some] = signed(off @ scipy.linalg.eigh(off.T @ off, subset_by_index=(d - some, d - 1))[1][:, ::-1])
    else:
        y[:, :some] = scaled(off @ off.T, some)[1]
    return y


def distances(X, metric, name):
    """The distances (n, n) of the rows of X, or X itself where it is such a matrix."""
    if metric not in METRICS:
        raise BadInput(f"metric is {metric!r}; it must be one of {', '.join(METRICS)}")
    x = inputs.matrix(X, name=name, samples=2).astype(np.float64)
    return given(x, name) if metric == "precomputed" else neighbours.pairwise(x)


def given(d, name):
    """BadInput unless d is a matrix of distances: square, symmetric but for rounding, not negative, 0 from each to itself."""
    if d.shape[0] != d.shape[1]:
        raise BadInput(f"{name}: distances of shape {d.shape}: wanted as many rows as columns")
    if (d < 0).any() or np.diag(d).any() or np.abs(d - d.T).max() > 8 * np.finfo(d.dtype).eps * d.max():
        raise BadInput(f"{name}: distances must be symmetric, not negative, and 0 from each row to itself")
    return d


class ClassicalMDS(Estimator):
    """The map whose inner products are nearest to those that the distances imply (Torgerson 1952), eqs. 3 and 4.

    metric: "euclidean" of the rows of X (n, d), or "precomputed": X (n, n) holds the distances. After fit: embedding_
    (n, n_components), eigenvalues_ (n_components,), falling, dissimilarity_matrix_ (n, n). Of Euclidean distances the
    map is that of the principal components.
    """

    def __init__(self, n_components=2, metric="euclidean"):
        self.n_components = n_components
        self.metric = metric

    def fit(self, X, y=None):
        """Map the rows of X; y is ignored. Returns self."""
        self.dissimilarity_matrix_ = distances(X, self.metric, "ClassicalMDS")
        dimensions(self.n_components, len(self.dissimilarity_matrix_))
        self.eigenvalues_, self.embedding_ = scaled(centred(self.dissimilarity_matrix_**2), self.n_components)
        self.n_features_in_ = np.shape(X)[1]
        return self

    def fit_transform(self, X, y=None):
        """The map (n, n_components) of the rows of X."""
        return self.fit(X).embedding_


class Isomap(Estimator):
    """Classical scaling of the lengths of shortest paths from neighbour to neighbour (Tenenbaum et al. 2000), eq. 5.

    Each row of X (n, d) is joined to its n_neighbors nearest, or where `radius` is given to all rows within it. After fit:
    embedding_ (n, n_components), eigenvalues_, dist_matrix_ (n, n), the lengths. BadInput where the graph is in several parts.
    """

    def __init__(self, n_neighbors=5, radius=None, n_components=2, n_jobs=1):
        self.n_neighbors = n_neighbors
        self.radius = radius
        self.n_components = n_components
        self.n_jobs = n_jobs

    def fit(self, X, y=None):
        """Map the rows of X; y is ignored. Returns self."""
        self._x = inputs.matrix(X, name="Isomap", samples=2).astype(np.float64)
        inputs.counts(n_jobs=self.n_jobs)
        dimensions(self.n_components, len(self._x))
        if self.radius is None:
            neighbours.enough(self.n_neighbors, len(self._x))
            what = f"{self.n_neighbors} neighbours"
        else:
            positive(radius=self.radius)
            what = f"radius {self.radius}"
        edges = neighbours.graph(self._x, self.n_neighbors, self.radius, self.n_jobs)
        neighbours.connected(edges, what)
        self.dist_matrix_ = neighbours.shortest(edges)  # eq. 5
        self._rows = (self.dist_matrix_**2).mean(axis=1)
        self._b = centred(self.dist_matrix_**2)
        self.eigenvalues_, self.embedding_ = scaled(self._b, self.n_components)
        self.n_features_in_ = self._x.shape[1]
        return self

    def fit_transform(self, X, y=None):
        """The map (n, n_components) of the rows of X."""
        return self.fit(X).embedding_

    def transform(self, X):
        """Where new rows (m, d) lie in the map (m, n_components): their paths begin at their neighbours among the old rows."""
        inputs.fitted(self, "embedding_")
        x = inputs.matrix(X, self.n_features_in_, "Isomap").astype(np.float64)
        if self.radius is None:
            near, which = neighbours.among(self._x, x, self.n_neighbors, self.n_jobs)
            paths = (near[:, :, None] + self.dist_matrix_[which]).min(axis=1)
        else:
            near = neighbours.pairwise(x, self._x)
            near[near > self.radius] = np.inf
            paths = np.stack([(row[:, None] + self.dist_matrix_).min(axis=0) for row in near])
            if not np.isfinite(paths).all():
                raise BadInput(f"Isomap: a new row has no old row within the radius {self.radius}")
        squares = paths**2
        b = -0.5 * (squares - squares.mean(axis=1, keepdims=True) - self._rows + self._rows.mean())
        return b @ self.embedding_ / np.where(self.eigenvalues_ > 0, self.eigenvalues_, np.inf)

    def reconstruction_error(self):
        """‖B − YYᵀ‖ / n (Frobenius), B of the path lengths (eq. 3): 0 where the map keeps every length."""
        y = inputs.fitted(self, "embedding_")
        return float(np.linalg.norm(self._b - y @ y.T) / len(y))


class MDS(Estimator):
    """The map that makes Σ_{i<j} (δ_ij − ‖y_i − y_j‖)² small, by SMACOF (de Leeuw 1977), eqs. 6 and 7.

    metric: as of ClassicalMDS. init: "classical" (one start, that map), "random" (n_init starts, the best is kept), or a map
    (n, n_components). A start ends when a step lowers the stress by no more than eps of it, or after max_iter steps.
    After fit: embedding_, stress_ (eq. 6), n_iter_, dissimilarity_matrix_ (n, n).
    """

    def __init__(self, n_components=2, metric="euclidean", init="classical", n_init=4, max_iter=300, eps=1e-6, seed=0):
        self.n_components = n_components
        self.metric = metric
        self.init = init
        self.n_init = n_init
        self.max_iter = max_iter
        self.eps = eps
        self.seed = seed

    def fit(self, X, y=None):
        """Map the rows of X; y is ignored. Returns self."""
        inputs.counts(n_init=self.n_init, max_iter=self.max_iter)
        inputs.seed(self.seed)
        positive(eps=self.eps, zero=True)
        delta = self.dissimilarity_matrix_ = distances(X, self.metric, "MDS")
        dimensions(self.n_components, len(delta))
        found = [_smacof(delta, start, self.max_iter, self.eps) for start in self._starts(delta)]
        self.embedding_, self.stress_, self.n_iter_ = min(found, key=lambda result: result[1])
        self.n_features_in_ = np.shape(X)[1]
        return self

    def fit_transform(self, X, y=None):
        """The map (n, n_components) of the rows of X."""
        return self.fit(X).embedding_

    def _starts(self, delta):
        shape = len(delta), self.n_components
        if isinstance(self.init, str) and self.init == "classical":
            return [scaled(centred(delta**2), self.n_components)[1]]
        if isinstance(self.init, str) and self.init == "random":
            rng = np.random.default_rng(self.seed)
            return [delta.max() * rng.uniform(-0.5, 0.5, shape) for _ in range(self.n_init)]
        return [start(self.init, shape, "classical, random")]


def _smacof(delta, y, steps, eps):
    """(map, its stress, steps taken) by Guttman's transform from the map y (n, c)."""
    n, d = len(y), neighbours.pairwise(y)
    stress, taken = np.inf, 0
    while taken < steps:
        taken += 1
        ratio = np.divide(delta, d, out=np.zeros_like(d), where=d > 0)
        y = (ratio.sum(axis=1)[:, None] * y - ratio @ y) / n  # eq. 7
        d = neighbours.pairwise(y)
        before, stress = stress, float(((delta - d) ** 2).sum() / 2)  # eq. 6
        if stress >= (1.0 - eps) * before:
            break
    return y - y.mean(axis=0), stress, taken


def residual_variance(d, y):
    """1 − r² of the distances d (n, n) and those in the map y (n, c), over all pairs (eq. 8)."""
    i, j = np.triu_indices(len(y), 1)
    return float(1.0 - np.corrcoef(d[i, j], neighbours.pairwise(y)[i, j])[0, 1] ** 2)  # eq. 8


def dimensions(n_components, rows):
    """BadInput unless a map of so many rows can have so many dimensions."""
    inputs.counts(n_components=n_components)
    if n_components >= rows:
        raise BadInput(f"n_components is {n_components}; {rows} rows have maps of at most {rows - 1} dimensions")


def positive(zero=False, **settings):
    """BadInput unless each of these settings is a finite number above 0 (or 0, with `zero`)."""
    for name, value in settings.items():
        number = isinstance(value, int | float | np.number) and not isinstance(value, bool) and np.isfinite(value)
        if not number or value < 0 or (value == 0 and not zero):
            raise BadInput(f"{name} is {value!r}; it must be a number {'from 0 on' if zero else 'above 0'}")


def start(init, shape, words):
    """The map to begin with, given as an array of this shape; BadInput where it is neither that nor one of the words."""
    if isinstance(init, str) or np.shape(init) != shape:
        what = repr(init) if isinstance(init, str) else f"an array of shape {np.shape(init)}"
        raise BadInput(f"init is {what}; it must be one of {words}, or a map of shape {shape}")
    return inputs.matrix(init, name="init").astype(np.float64)
