"""t-SNE: neighbours as probabilities, and the map whose own probabilities are nearest to them."""

import numpy as np
import scipy.fft
import scipy.sparse

import mds
import neighbours
from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator

METHODS = ("auto", "exact", "fft")
EXACT = 1000  # rows up to which all pairs are as quick as the grid
EARLY = 250  # steps with early exaggeration
MOMENTUM = 0.8
LONGEST = 5.0  # step of a point: what would go farther is shortened
START = 1e-4  # standard deviation of the first map's first coordinate
STEP, FINEST = 1.0 / 3.0, 40  # of the grid, in the map's units; cells across a map so small that it has fewer than that
COARSEST = 1500  # cells across a map at most: a wider one has a wider step
MARGIN = 4  # cells around the map that its splines reach


class TSNE(Estimator):
    """The map (n, n_components) of least Σ p log(p / q), eqs. 9 to 13 (van der Maaten and Hinton 2008).

    metric: as of ClassicalMDS. method: "exact" (all pairs), "fft" (two dimensions: p of 3 perplexity neighbours; the push of
    all pairs by a field on a grid, eqs. 14 to 16, in the manner of Linderman et al. 2019), "auto": exact up to 1 000 rows.
    init: "pca" (the first principal components; of given distances ClassicalMDS), "random", or a map. learning_rate "auto":
    n / exaggeration. In the first 250 of max_iter steps p is multiplied by early_exaggeration. n_jobs: threads; they change a
    result by rounding only. After fit: embedding_, kl_divergence_, n_iter_, learning_rate_ (of the last step).
    """

    def __init__(self, n_components=2, perplexity=30.0, early_exaggeration=12.0, learning_rate="auto", max_iter=750,
                 init="pca", metric="euclidean", method="auto", n_jobs=1, seed=0):  # fmt: skip
        self.n_components = n_components
        self.perplexity = perplexity
        self.early_exaggeration = early_exaggeration
        self.learning_rate = learning_rate
        self.max_iter = max_iter
        self.init = init
        self.metric = metric
        self.method = method
        self.n_jobs = n_jobs
        self.seed = seed

    def fit(self, X, y=None):
        """Map the rows of X; y is ignored. Returns self."""
        x = self._check(X)
        n = len(x)
        exact = self.method == "exact" or (self.method == "auto" and (n <= EXACT or self.n_components != 2))
        if exact and n * n > 2**27:
            raise BadInput(
                f"TSNE: all pairs of {n} rows do not fit into memory: only two dimensions have a quicker method"
            )
        p = self._probabilities(x, exact)
        gradient = AllPairs(p, self.n_jobs) if exact else Interpolated(p, self.n_jobs)
        self.embedding_ = np.ascontiguousarray(self._descend(gradient, self._start(x), n).T)
        self.kl_divergence_, self.n_iter_ = divergence(p, self.embedding_, gradient.total), self.max_iter
        self.n_features_in_ = x.shape[1]
        return self

    def fit_transform(self, X, y=None):
        """The map (n, n_components) of the rows of X."""
        return self.fit(X).embedding_

    def _check(self, X):
        inputs.counts(max_iter=self.max_iter, n_jobs=self.n_jobs)
        inputs.seed(self.seed)
        mds.positive(perplexity=self.perplexity, early_exaggeration=self.early_exaggeration)
        if self.learning_rate != "auto":
            mds.positive(learning_rate=self.learning_rate)
        if self.metric not in mds.METRICS:
            raise BadInput(f"metric is {self.metric!r}; it must be one of {', '.join(mds.METRICS)}")
        if self.method not in METHODS:
            raise BadInput(f"method is {self.method!r}; it must be one of {', '.join(METHODS)}")
        x = inputs.matrix(X, name="TSNE", samples=3).astype(np.float64)
        mds.dimensions(self.n_components, len(x))
        if not 1 <= self.perplexity < len(x) - 1:
            raise BadInput(f"perplexity is {self.perplexity}; it must be from 1 on and less than {len(x) - 1}, "
                           f"the number of a row's neighbours (n_samples = {len(x)})")  # fmt: skip
        if self.method == "fft" and self.n_components != 2:
            raise BadInput(f"method 'fft' makes maps of 2 dimensions, and n_components is {self.n_components}")
        return mds.given(x, "TSNE") if self.metric == "precomputed" else x

    def _probabilities(self, x, exact):
        n = len(x)
        k = n - 1 if exact else min(n - 1, int(3 * self.perplexity))
        if self.metric == "euclidean" and not exact:
            return affinities(*neighbours.nearest(x, k, self.n_jobs), self.perplexity, self.n_jobs)
        d = neighbours.pairwise(x) if self.metric == "euclidean" else x
        others = ~np.eye(n, dtype=bool)
        which = np.broadcast_to(np.arange(n), (n, n))[others].reshape(n, n - 1)
        d = d[others].reshape(n, n - 1)
        if not exact:
            near = np.argsort(d, axis=1, kind="stable")[:, :k]
            d, which = (np.take_along_axis(a, near, axis=1) for a in (d, which))
        return affinities(d, which, self.perplexity, self.n_jobs)

    def _start(self, x):
        shape = len(x), self.n_components
        if not isinstance(self.init, str):
            return mds.start(self.init, shape, "pca, random").T.copy()
        if self.init == "random":
            return START * np.random.default_rng(self.seed).standard_normal(shape[::-1])
        if self.init != "pca":
            raise BadInput(f"init is {self.init!r}; it must be one of pca, random, or a map of shape {shape}")
        if self.metric == "precomputed":
            y = mds.scaled(mds.centred(x**2), self.n_components)[1]
        else:
            y = mds.components(x, self.n_components)
        spread = y[:, 0].std()
        if spread == 0:
            raise BadInput("TSNE: all rows are equal: no map begins with their principal components")
        y += 0.01 * spread * np.random.default_rng(self.seed).standard_normal(shape)  # rows that are equal have to part
        return np.ascontiguousarray(START / spread * y.T)

    def _descend(self, gradient, y, n):
        """Gradient descent with momentum and a rate of its own for each coordinate (Jacobs 1988) from the map y (c, n)."""
        change, gain = np.zeros_like(y), np.ones_like(y)
        for step in range(self.max_iter):
            if step == EARLY:
                change[:], gain[:] = 0.0, 1.0
            exaggeration = self.early_exaggeration if step < EARLY else 1.0
            rate = self.learning_rate_ = n / exaggeration if self.learning_rate == "auto" else self.learning_rate
            slope = gradient(y, exaggeration)
            against = slope * change < 0.0  # the step goes on downhill
            gain = np.where(against, gain + 0.2, np.maximum(0.8 * gain, 0.01))
            change *= MOMENTUM
            change -= rate * gain * slope
            length = np.sqrt((change**2).sum(axis=0))
            change *= np.minimum(1.0, LONGEST / np.maximum(length, LONGEST))
            y += change
            y -= y.mean(axis=1, keepdims=True)
            if not np.isfinite(y).all():
                raise BadInput(
                    f"TSNE: the map grew beyond all numbers at step {step}: learning_rate {rate} is too large"
                )
        gradient(y, 1.0)
        return y


def affinities(distance, which, perplexity, threads=1):
    """p_ij = (p_j|i + p_i|j) / 2n, sparse (n, n), of the neighbours `which` (n, k) at `distance` (n, k) (eqs. 9 to 11)."""
    import forces

    n, k = distance.shape
    conditional = np.empty((n, k))
    wanted = np.log(perplexity)
    neighbours.in_parts(lambda a, b: forces.calibrate(distance**2, wanted, conditional, a, b), n, threads)
    start = np.arange(0, n * k + 1, k)
    one = scipy.sparse.csr_matrix((conditional.ravel(), which.ravel().astype(np.int32), start), shape=(n, n))
    both = (one + one.T).tocsr()
    both.data /= 2.0 * n  # eq. 11
    return both


def divergence(p, y, total):
    """Σ p log(p / q) of the sparse p (n, n) and the map y (n, c), q = w / total (eq. 12)."""
    import forces

    return float(forces.cost(p.indptr, p.indices, p.data, np.ascontiguousarray(y)) + np.log(total))


def all_pairs_total(y, threads=1):
    """Σ_{i ≠ j} 1 / (1 + ‖y_i − y_j‖²) of a map y (n, c), every pair looked at."""
    import forces

    y = np.ascontiguousarray(y.T)
    return sum(neighbours.in_parts(lambda a, b: forces.weigh(y, a, b), y.shape[1], threads))


class AllPairs:
    """The gradient of eq. 13 with every pair looked at; `total` is Σ w of the map that it was last asked for."""

    def __init__(self, p, threads):
        self.p, self.threads = p.toarray(), threads

    def __call__(self, y, exaggeration):
        """4 (exaggeration · pull − push / total) of a map y (c, n)."""
        import forces

        pull, push = np.empty_like(y), np.empty_like(y)
        parts = neighbours.in_parts(
            lambda a, b: forces.all_pairs(self.p, y, a, b, pull, push), y.shape[1], self.threads
        )
        self.total = sum(parts)
        return 4.0 * (exaggeration * pull - push / self.total)  # eq. 13


class Interpolated:
    """The same with p of the neighbours only, and the push from a field on a grid (eqs. 14 to 16). Maps of two dimensions."""

    def __init__(self, p, threads):
        self.p, self.threads = p, threads
        self.values = p.data.astype(np.float32)
        self.key = None

    def __call__(self, y, exaggeration):
        """4 (exaggeration · pull − push / total) of a map y (2, n)."""
        import forces

        near, pull = y.astype(np.float32), np.empty(y.shape, np.float32)
        p = self.p

        def part(begin, end):
            forces.pull(p.indptr, p.indices, self.values, near, begin, end, pull)

        neighbours.in_parts(part, y.shape[1], self.threads)
        push = self.push(y)
        return 4.0 * (exaggeration * pull - push / self.total)  # eq. 13

    def push(self, y):
        """Σ_j w_ij² (y_i − y_j) of a map y (2, n) as −½ ∇φ (eq. 16); sets total."""
        import forces

        n, low, high = y.shape[1], y.min(axis=1), y.max(axis=1)
        wide = max(float((high - low).max()), np.finfo(np.float64).tiny)
        step = max(min(STEP, wide / FINEST), wide / COARSEST)
        cells = np.ceil((high - low) / step).astype(int) + 2 * MARGIN
        low = low - MARGIN * step
        filter_, shape = self._filter(cells, step)
        grids = neighbours.in_parts(lambda a, b: _charges(y, low, step, a, b, cells), n, self.threads)
        spectrum = scipy.fft.rfft2(sum(grids[1:], grids[0]), shape, workers=self.threads)
        spectrum *= filter_
        field = scipy.fft.irfft2(spectrum, shape, overwrite_x=True, workers=self.threads)
        push = np.empty_like(y)
        parts = neighbours.in_parts(lambda a, b: forces.gather(y, low, step, a, b, field, push), n, self.threads)
        self.total = sum(parts) - n  # eq. 14: Σ φ(y_i), in which each point's own w is 1
        return push

    def _filter(self, cells, step):
        """(transform of the kernel on a grid twice as wide, its shape); kept while the grid stays as it is."""
        shape = tuple(_length(2 * c) for c in cells)
        if self.key != (shape, step):
            self.key, self.kernel = (shape, step), kernel(shape, step)
        return self.kernel, shape


def _charges(y, low, step, begin, end, cells):
    import forces

    grid = np.zeros(tuple(cells))
    forces.spread(y, low, step, begin, end, grid)
    return grid


def _length(least):
    """A number with small prime factors from `least` on, few of them, so that a growing map seldom needs another."""
    coarse = 2 ** max(0, int(least).bit_length() - 5)
    return scipy.fft.next_fast_len(-(-int(least) // coarse) * coarse, real=True)


def kernel(shape, step):
    """The real transform of C in eq. 15: 1 / (1 + r²) at the distances of a grid's nodes, divided by the splines' own."""
    along, across = (np.minimum(np.arange(m), m - np.arange(m)) * step for m in shape)
    values = scipy.fft.rfft2(1.0 / (1.0 + along[:, None] ** 2 + across[None, :] ** 2)).real
    first, second = ((4.0 + 2.0 * np.cos(2.0 * np.pi * np.arange(m) / m)) / 6.0 for m in shape)
    return values / (first[:, None] * second[None, : values.shape[1]]) ** 2  # eq. 15
