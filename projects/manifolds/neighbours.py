"""Neighbours among rows: the search, the graph that it gives, paths through it, and how well a map keeps them."""

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import scipy.sparse

from abacus import inputs
from abacus.errors import BadInput

ROWS, COLUMNS = 500, 2000  # of a block of products: 4 MB, read by the search while it is in cache
SPARE = 8  # candidates beyond k: exact distances choose among them
LARGEST = 2.0**60  # squares of numbers up to it are float32 numbers
U = np.finfo(np.float32).eps / 2


def in_parts(work, n, threads):
    """work(begin, end) over range(n) cut into as many parts as threads; what each part returned."""
    cuts = np.linspace(0, n, threads + 1).astype(int)
    parts = list(itertools.pairwise(cuts))
    if threads == 1:
        return [work(*parts[0])]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda part: work(*part), parts))


def nearest(x, k, threads=1):
    """Distances (n, k), rising, and indices of the k other rows of x (n, d) that are nearest to each (eq. 1)."""
    n = len(x)
    distance, which = among(x, x, k + 1, threads)
    own = which == np.arange(n)[:, None]
    own[:, k] |= ~own.any(axis=1)  # more than k rows are equal to this one: it is not among the first
    return distance[~own].reshape(n, k), which[~own].reshape(n, k)


def among(x, queries, k, threads=1):
    """Distances (m, k), rising, and indices of the k rows of x (n, d) nearest to each query; of equals the lower index.

    A float32 product finds k + SPARE candidates (eq. 2), float64 differences choose. A query for which rounding could have
    hidden a neighbour is compared with every row: the answer is always that of float64 arithmetic.
    """
    import loops

    x, queries = (np.ascontiguousarray(a, np.float64) for a in (x, queries))
    best, which = np.full((len(queries), k), np.inf), np.zeros((len(queries), k), np.int64)
    centre = x.mean(axis=0)
    if not max(np.abs(x - centre).max(), np.abs(queries - centre).max()) < LARGEST:
        raise BadInput(f"numbers beyond {LARGEST:.0e} have no distances here: scale X")
    rows = (x - centre).astype(np.float32)
    squares = np.einsum("ij,ij->i", rows, rows, dtype=np.float64)
    half, longest = (squares / 2).astype(np.float32), np.sqrt(squares.max())
    c = min(k + SPARE, len(x))

    def block(queries, best, which):
        q = (queries - centre).astype(np.float32)
        rough, names = np.full((len(q), c), np.inf, np.float32), np.zeros((len(q), c), np.int64)
        for first in range(0, len(x), COLUMNS):
            loops.keep(q @ rows[first : first + COLUMNS].T, half[first : first + COLUMNS], first, rough, names)
        loops.exactly(x, queries, names, best, which)
        if c < len(x):
            own = np.einsum("ij,ij->i", q, q, dtype=np.float64)
            slack = 2.0 * (q.shape[1] + 8) * U * (np.sqrt(own) + longest) ** 2  # of a float32 square, rounded
            beyond = 2.0 * rough[:, -1].astype(np.float64) + own - slack  # no row that was left out is nearer
            loops.scan(x, queries, np.flatnonzero(best[:, -1] >= beyond), best, which)

    def part(begin, end):
        for start in range(begin, end, ROWS):
            own = slice(start, min(start + ROWS, end))
            block(queries[own], best[own], which[own])

    in_parts(part, len(queries), threads)
    return np.sqrt(best), which


def pairwise(x, y=None):
    """‖x_i − y_j‖ of all rows (n, m), by differences; y is x where it is not given."""
    import loops

    x = np.ascontiguousarray(x, np.float64)
    columns = np.ascontiguousarray(x.T if y is None else np.asarray(y, np.float64).T)
    square = np.empty((len(x), columns.shape[1]))
    loops.every(columns, x, square)
    if not np.isfinite(square).all():
        raise BadInput("the numbers are too large, their squared distances overflow: scale X")
    return np.sqrt(square)


def graph(x, k, radius=None, threads=1):
    """Sparse symmetric distances (n, n): between rows of which one is among the other's k nearest (or within the radius)."""
    n = len(x)
    if radius is None:
        distance, which = nearest(x, k, threads)
        i, j, d = np.repeat(np.arange(n), k), which.ravel(), distance.ravel()
        i, j, d = np.concatenate([i, j]), np.concatenate([j, i]), np.concatenate([d, d])
    else:
        full = pairwise(x)
        i, j = np.nonzero((full <= radius) & ~np.eye(n, dtype=bool))
        d = full[i, j]
    keys, first = np.unique(i * n + j, return_index=True)  # rows at distance 0 are neighbours too: zeros stay
    start = np.searchsorted(keys // n, np.arange(n + 1))
    return scipy.sparse.csr_matrix((d[first], keys % n, start), shape=(n, n))


def connected(edges, what):
    """BadInput where the graph is in several parts: no map can say how they lie to each other."""
    parts = scipy.sparse.csgraph.connected_components(edges, directed=False)[0]
    if parts > 1:
        raise BadInput(f"the graph of {what} is in {parts} parts that no edge joins: ask for more neighbours")


def shortest(edges):
    """Lengths (n, n) of the shortest paths in a sparse symmetric graph of distances (Dijkstra 1959); inf: no path."""
    import loops

    lengths = np.full(edges.shape, np.inf)
    loops.dijkstra(edges.indptr, edges.indices, edges.data, lengths)
    return lengths


def enough(n_neighbors, rows):
    """BadInput unless each row can have so many neighbours among the others."""
    inputs.counts(n_neighbors=n_neighbors)
    if n_neighbors >= rows:
        raise BadInput(f"n_neighbors is {n_neighbors}, and each row has only {rows - 1} others (n_samples = {rows})")


def trustworthiness(X, X_embedded, n_neighbors=5):
    """1 − 2/(n k (2n − 3k − 1)) Σ_i Σ_{j near i in the map, not in X} (rank of j among i's in X − k), eq. 17 (Venna 2001).

    X (n, d), X_embedded (n, c); 1 where every neighbour in the map is a neighbour in X. BadInput unless k < n/2.
    """
    x, y = inputs.matrix(X, name="trustworthiness"), inputs.matrix(X_embedded, name="trustworthiness")
    n, k = len(x), n_neighbors
    inputs.counts(n_neighbors=k)
    if len(y) != n or 2 * k >= n:
        raise BadInput(
            f"trustworthiness: {n} rows, {len(y)} in the map, n_neighbors {k}: wanted as many, and less than n/2"
        )
    near = nearest(y, k)[1]
    late = 0
    for start in range(0, n, ROWS):
        distance = pairwise(x[start : start + ROWS], x)
        own = np.arange(len(distance))
        distance[own, own + start] = -1.0  # the row itself is the first
        order = np.argsort(distance, axis=1, kind="stable")
        rank = np.empty_like(order)
        np.put_along_axis(rank, order, np.arange(n)[None, :], axis=1)
        late += np.maximum(np.take_along_axis(rank, near[start : start + ROWS], axis=1) - k, 0).sum()
    return float(1.0 - 2.0 / (n * k * (2.0 * n - 3.0 * k - 1.0)) * late)  # eq. 17


def one_neighbour_error(y, labels):
    """Per cent of the rows of a map y (n, c) whose nearest other row has another label."""
    return 100.0 * float(np.mean(labels[nearest(y, 1)[1][:, 0]] != labels))
