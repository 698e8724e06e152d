"""Hierarchical clustering: every point begins alone, and the two nearest clusters are merged, until all are one."""

from numbers import Integral

import numpy as np

from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator

LINKAGES = ("single", "complete", "average", "ward")
LARGE, SMALL = 2.0**480, 2.0**-480  # between them, squares and their sums over many rows are numbers, and not 0


class AgglomerativeClustering(Estimator):
    """Merges by single, complete or average linkage of Euclidean distances, or by Ward's, eqs. (18) and (19).

    After fit: merges_ (n − 1, 4), a row for each merge, lowest first: the two clusters (rows of X are 0 … n − 1, the cluster
    of merge j is n + j), the height, the size; labels_ (n,), the n_clusters that are left before the last merges.
    """

    def __init__(self, n_clusters=2, linkage="ward"):
        self.n_clusters = n_clusters
        self.linkage = linkage

    def fit(self, X, y=None):
        """Merge the rows of X (n, d), n >= 2; y is ignored. Returns self."""
        if not isinstance(self.linkage, str) or self.linkage not in LINKAGES:
            raise BadInput(f"linkage is {self.linkage!r}; it must be one of {', '.join(LINKAGES)}")
        x = inputs.matrix(X, name="AgglomerativeClustering", samples=2).astype(np.float64, copy=False)
        k = self.n_clusters
        if not isinstance(k, Integral) or isinstance(k, bool) or not 1 <= k <= len(x):
            raise BadInput(f"n_clusters is {k!r}; it must be a whole number from 1 to {len(x)}, n_samples")
        wide = float((x.max(axis=0) / 2 - x.min(axis=0) / 2).max())
        if wide > LARGE or 0 < wide < SMALL:
            raise BadInput(
                f"linkage: a feature varies by {wide:.3g}: its squares leave the range of double precision, scale X"
            )
        self.merges_ = merges(distances(x), self.linkage)
        self.labels_, self.n_features_in_ = cut(self.merges_, int(k)), x.shape[1]
        return self

    def fit_predict(self, X, y=None):
        """fit(X), then its labels (n,)."""
        return self.fit(X).labels_


def distances(x):
    """Euclidean distances of the rows of x (n, d) to each other, (n, n)."""
    import chains

    return chains.distances(np.ascontiguousarray(x))


def merges(apart, linkage):
    """The merges, as `AgglomerativeClustering.merges_`, of the distances `apart` (n, n), which stay as they are.

    A chain of nearest neighbours (Benzécri 1982): n² steps. All four linkages allow it: a merge brings no two others nearer.
    """
    import chains

    found, heights = chains.merge(apart**2 if linkage == "ward" else apart.copy(), LINKAGES.index(linkage))
    order = np.argsort(heights, kind="stable")
    heights = np.sqrt(heights[order]) if linkage == "ward" else heights[order]
    n = len(apart)
    top, size, rows = np.arange(n), np.ones(2 * n - 1), np.empty((n - 1, 4))
    parent = list(range(n))
    for j, (a, b) in enumerate(found[order].tolist()):
        a, b = _root(parent, a), _root(parent, b)
        left, right = sorted((top[a], top[b]))
        size[n + j] = size[left] + size[right]
        rows[j] = left, right, heights[j], size[n + j]
        parent[a] = b
        top[b] = n + j
    return rows


def cut(merged, k):
    """Labels (n,), 0 to k − 1 in the order of their first rows, of the k clusters before the last k − 1 merges."""
    n = len(merged) + 1
    parent = list(range(2 * n - 1))
    for j, (a, b) in enumerate(merged[: n - k, :2].astype(int).tolist()):
        parent[a] = parent[b] = n + j
    tops = [_root(parent, i) for i in range(n)]
    names = {top: label for label, top in enumerate(dict.fromkeys(tops))}
    return np.array([names[top] for top in tops])


def _root(parent, i):
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i
