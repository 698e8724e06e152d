"""Maps from the smallest eigenvectors of a sparse matrix: Laplacian eigenmaps and locally linear embedding."""

import numpy as np
import scipy.linalg
import scipy.sparse

import mds
import neighbours
from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator

DENSE = 1200  # rows up to which all eigenvectors at once are quicker than a few


def laplacian(weights):
    """L = D − W of sparse symmetric weights (n, n), and the degrees (n,), D's diagonal (eq. 18); loops count for nothing."""
    w = scipy.sparse.csr_matrix(weights, dtype=np.float64)
    w = w - scipy.sparse.diags_array(w.diagonal())
    degrees = np.asarray(w.sum(axis=1)).ravel()
    return (scipy.sparse.diags_array(degrees) - w).tocsr(), degrees  # eq. 18


def normalised(weights):
    """D^(−½) L D^(−½), whose eigenvectors, divided by √D, solve L f = λ D f (eq. 19), and √D (n,)."""
    matrix, degrees = laplacian(weights)
    root = np.sqrt(degrees)
    scale = scipy.sparse.diags_array(1.0 / root)
    return (scale @ matrix @ scale).tocsr(), root


def smallest(matrix, count):
    """The `count` smallest eigenvalues, rising, and eigenvectors (n, count), of a positive semidefinite sparse matrix.

    Few rows: LAPACK, all at once. Many: Lanczos on the inverse, shifted by a little so that it exists.
    """
    n = matrix.shape[0]
    if n <= max(DENSE, 2 * count):
        values, vectors = scipy.linalg.eigh(matrix.toarray(), subset_by_index=(0, count - 1))
    else:
        shift = -1e-9 * matrix.diagonal().mean()
        begin = np.random.default_rng(0).uniform(-1.0, 1.0, n)
        values, vectors = scipy.sparse.linalg.eigsh(matrix.tocsc(), count, sigma=shift, v0=begin, tol=0)
        order = np.argsort(values)
        values, vectors = values[order], vectors[:, order]
    return values, mds.signed(vectors)


class SpectralEmbedding(Estimator):
    """Laplacian eigenmaps (Belkin and Niyogi 2003): the first n_components solutions of L f = λ D f after the constant (eq. 19).

    affinity: "nearest_neighbors" (weight 1 between rows of which one is among the other's n_neighbors nearest), "heat"
    (exp(−gamma ‖x − y‖²) between those neighbours; gamma None: 1 / d), or "precomputed": X (n, n), sparse or not, holds the
    weights. After fit: embedding_ (n, n_components), eigenvalues_ (n_components,), affinity_matrix_ (sparse).
    BadInput where the graph is in several parts: then more than one constant solves it.
    """

    def __init__(self, n_components=2, affinity="nearest_neighbors", n_neighbors=10, gamma=None, n_jobs=1):
        self.n_components = n_components
        self.affinity = affinity
        self.n_neighbors = n_neighbors
        self.gamma = gamma
        self.n_jobs = n_jobs

    def fit(self, X, y=None):
        """Map the rows of X; y is ignored. Returns self."""
        self.affinity_matrix_ = self._weights(X)
        mds.dimensions(self.n_components, self.affinity_matrix_.shape[0])
        neighbours.connected(self.affinity_matrix_, "these weights")
        matrix, root = normalised(self.affinity_matrix_)
        values, vectors = smallest(matrix, self.n_components + 1)
        self.eigenvalues_, self.embedding_ = values[1:], mds.signed(vectors[:, 1:] / root[:, None])  # eq. 19
        self.n_features_in_ = np.shape(X)[1]
        return self

    def fit_transform(self, X, y=None):
        """The map (n, n_components) of the rows of X."""
        return self.fit(X).embedding_

    def _weights(self, X):
        known = ("nearest_neighbors", "heat", "precomputed")
        if self.affinity not in known:
            raise BadInput(f"affinity is {self.affinity!r}; it must be one of {', '.join(known)}")
        x = inputs.matrix(X, name="SpectralEmbedding", sparse=self.affinity == "precomputed", samples=2)
        if self.affinity == "precomputed":
            w = scipy.sparse.csr_matrix(x, dtype=np.float64)
            if w.shape[0] != w.shape[1] or (w.data < 0).any() or abs(w - w.T).max() > 8 * np.finfo(float).eps * w.max():
                raise BadInput(f"SpectralEmbedding: weights of shape {w.shape}: wanted square, symmetric, not negative")
            return w
        inputs.counts(n_jobs=self.n_jobs)
        neighbours.enough(self.n_neighbors, len(x))
        w = neighbours.graph(x, self.n_neighbors, threads=self.n_jobs)
        if self.affinity == "nearest_neighbors":
            w.data[:] = 1.0
        else:
            gamma = 1.0 / x.shape[1] if self.gamma is None else self.gamma
            mds.positive(gamma=gamma)
            w.data = np.exp(-gamma * w.data**2)
        return w


class LocallyLinearEmbedding(Estimator):
    """The map in which every row is still the same mixture of its neighbours (Roweis and Saul 2000), eqs. 20 to 22.

    reg: added to the diagonal of a row's local Gram matrix, as a part of its trace. After fit: embedding_ (n, n_components),
    reconstruction_error_ (the sum of the eigenvalues used).
    """

    def __init__(self, n_neighbors=5, n_components=2, reg=1e-3, n_jobs=1):
        self.n_neighbors = n_neighbors
        self.n_components = n_components
        self.reg = reg
        self.n_jobs = n_jobs

    def fit(self, X, y=None):
        """Map the rows of X; y is ignored. Returns self."""
        self._x = x = inputs.matrix(X, name="LocallyLinearEmbedding", samples=2).astype(np.float64)
        n = len(x)
        inputs.counts(n_jobs=self.n_jobs)
        mds.positive(reg=self.reg)
        neighbours.enough(self.n_neighbors, n)
        mds.dimensions(self.n_components, n)
        which = neighbours.nearest(x, self.n_neighbors, self.n_jobs)[1]
        w = mixtures(x, x[which], self.reg).ravel()
        w = scipy.sparse.csr_matrix((w, which.ravel(), np.arange(0, len(w) + 1, self.n_neighbors)), shape=(n, n))
        neighbours.connected(w, f"{self.n_neighbors} neighbours")
        left = scipy.sparse.eye_array(n) - w
        values, vectors = smallest((left.T @ left).tocsr(), self.n_components + 1)  # eq. 22
        self.embedding_ = vectors[:, 1:]
        self.reconstruction_error_ = float(values[1:].sum())
        self.n_features_in_ = x.shape[1]
        return self

    def fit_transform(self, X, y=None):
        """The map (n, n_components) of the rows of X."""
        return self.fit(X).embedding_

    def transform(self, X):
        """Where new rows (m, d) lie in the map (m, n_components): each the same mixture of its neighbours' places."""
        inputs.fitted(self, "embedding_")
        x = inputs.matrix(X, self.n_features_in_, "LocallyLinearEmbedding").astype(np.float64)
        which = neighbours.among(self._x, x, self.n_neighbors, self.n_jobs)[1]
        return np.einsum("ik,ikc->ic", mixtures(x, self._x[which], self.reg), self.embedding_[which])


def mixtures(x, near, reg):
    """Weights (n, k), each row's sum 1, that mix the neighbours near (n, k, d) to come closest to x (n, d) (eqs. 20 and 21)."""
    off = near - x[:, None, :]
    gram = off @ off.transpose(0, 2, 1)  # eq. 20
    trace = np.trace(gram, axis1=1, axis2=2)
    k = near.shape[1]
    gram[:, np.arange(k), np.arange(k)] += np.where(trace > 0, reg * trace, reg)[:, None]
    w = np.linalg.solve(gram, np.ones((len(x), k, 1)))[:, :, 0]  # eq. 21
    return w / w.sum(axis=1, keepdims=True)
