"""UMAP: a fuzzy graph of neighbours, and a map in which its edges are near (McInnes, Healy and Melville 2018)."""

import numpy as np
import scipy.optimize
import scipy.sparse

import eigenmaps
import mds
import neighbours
from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator

WIDTH = 10.0  # of the first map
MANY = 10_000  # rows from which fewer epochs are enough
RATE = 1.0  # of the first epoch; it falls to 0 along a line


class UMAP(Estimator):
    """The map (n, n_components) found by pulling along the edges of a fuzzy graph and pushing random pairs, eqs. 23 to 26.

    n_neighbors counts the row itself, as umap-learn does. min_dist, spread: where and how fast the map's own membership
    falls (eq. 25). n_epochs None: 500 up to 10 000 rows, else 200. init: "spectral" (eq. 19 of the graph; of one in several
    parts the principal components), "pca", "random", or a map. negative_sample_rate: pushes for each pull. n_jobs: threads
    that look for neighbours; the map is made by one, so that a seed gives one map. After fit: embedding_, graph_ (sparse,
    n × n: memberships), a_ and b_.
    """

    def __init__(self, n_neighbors=15, n_components=2, min_dist=0.1, spread=1.0, n_epochs=None, init="spectral",
                 negative_sample_rate=5, n_jobs=1, seed=0):  # fmt: skip
        self.n_neighbors = n_neighbors
        self.n_components = n_components
        self.min_dist = min_dist
        self.spread = spread
        self.n_epochs = n_epochs
        self.init = init
        self.negative_sample_rate = negative_sample_rate
        self.n_jobs = n_jobs
        self.seed = seed

    def fit(self, X, y=None):
        """Map the rows of X (n, d); y is ignored. Returns self."""
        import forces

        x = self._check(X)
        n = len(x)
        self.graph_ = memberships(*neighbours.nearest(x, self.n_neighbors - 1, self.n_jobs))
        self.a_, self.b_ = curve(self.min_dist, self.spread)
        epochs = self.n_epochs or (500 if n <= MANY else 200)
        rng = np.random.default_rng(self.seed)
        place = np.ascontiguousarray(self._start(x, rng))
        edges = self.graph_.tocoo()
        often = edges.data >= edges.data.max() / epochs  # the others would not be drawn once
        rows, columns, weight = (part[often] for part in (edges.row, edges.col, edges.data))
        every = weight.max() / weight  # epochs between two pulls of an edge
        forces.layout(place, rows, columns, every, self.a_, self.b_, epochs, float(self.negative_sample_rate), RATE,
                      np.uint64(rng.integers(1, 2**63)))  # fmt: skip
        self.embedding_ = place
        self.n_features_in_ = x.shape[1]
        return self

    def fit_transform(self, X, y=None):
        """The map (n, n_components) of the rows of X."""
        return self.fit(X).embedding_

    def _check(self, X):
        inputs.counts(negative_sample_rate=self.negative_sample_rate, n_jobs=self.n_jobs)
        if self.n_epochs is not None:
            inputs.counts(n_epochs=self.n_epochs)
        inputs.seed(self.seed)
        mds.positive(spread=self.spread)
        mds.positive(min_dist=self.min_dist, zero=True)
        if self.min_dist > self.spread:
            raise BadInput(f"min_dist is {self.min_dist}; it must be at most spread, {self.spread}")
        x = inputs.matrix(X, name="UMAP", samples=3).astype(np.float64)
        inputs.counts(n_neighbors=self.n_neighbors)
        if not 2 <= self.n_neighbors <= len(x):
            raise BadInput(f"n_neighbors is {self.n_neighbors}; it counts the row itself and must be from 2 to "
                           f"{len(x)}, the number of rows (n_samples = {len(x)})")  # fmt: skip
        mds.dimensions(self.n_components, len(x))
        return x

    def _start(self, x, rng):
        shape = len(x), self.n_components
        if not isinstance(self.init, str):
            return mds.start(self.init, shape, "spectral, pca, random").copy()
        if self.init == "random":
            return rng.uniform(-WIDTH, WIDTH, shape)
        if self.init not in ("spectral", "pca"):
            raise BadInput(f"init is {self.init!r}; it must be one of spectral, pca, random, or a map of shape {shape}")
        whole = scipy.sparse.csgraph.connected_components(self.graph_, directed=False)[0] == 1
        if self.init == "spectral" and whole:
            y = eigenmaps.smallest(eigenmaps.normalised(self.graph_)[0], self.n_components + 1)[1][:, 1:]
        else:
            y = mds.components(x, self.n_components)
        largest = np.abs(y).max()
        y = y * (WIDTH / largest if largest > 0 else 1.0) + 1e-4 * rng.standard_normal(shape)  # equal rows have to part
        low, high = y.min(axis=0), y.max(axis=0)
        return WIDTH * (y - low) / (high - low)


def memberships(distance, which):
    """The fuzzy graph (sparse, n × n) of the neighbours `which` (n, k) at rising `distance` (n, k) (eqs. 23 and 24)."""
    import forces

    n, k = distance.shape
    one = np.empty((n, k))
    forces.bandwidths(distance, np.log2(k + 1.0), float(distance.mean()), one)
    start = np.arange(0, n * k + 1, k)
    a = scipy.sparse.csr_matrix((one.ravel(), which.ravel(), start), shape=(n, n))
    both = a.multiply(a.T)
    union = (a + a.T - both).tocsr()  # eq. 24
    union.eliminate_zeros()
    return union


def curve(min_dist, spread):
    """a and b that bring 1 / (1 + a r^(2b)) closest, in squares, to exp(−(r − min_dist) / spread), at most 1 (eq. 25)."""
    r = np.linspace(0, 3 * spread, 300)
    wanted = np.where(r < min_dist, 1.0, np.exp(-(r - min_dist) / spread))

    def off(ab):
        return 1.0 / (1.0 + ab[0] * r ** (2.0 * ab[1])) - wanted  # eq. 25

    found = scipy.optimize.least_squares(off, [1.0, 1.0], bounds=(0, np.inf), xtol=1e-12, ftol=1e-12, gtol=1e-12)
    return float(found.x[0]), float(found.x[1])
