"""The k nearest rows among all: blocked matrix products in float32, then exact distances for the few that may be it."""

import numpy as np

ROWS, COLUMNS = 1000, 2000  # of a block of products: 8 MB, read by the search while it is in cache
SPARE = 4  # candidates beyond k: the exact distances choose among k + SPARE
RANGE = 2.0**40  # squares of numbers within 1/RANGE and RANGE fit float32 with room for sums
U = np.finfo(np.float32).eps / 2


class Brute:
    """The rows x (n, d), ready for searches in L_p, p = 1, 2, 3."""

    def __init__(self, x, p):
        self.x, self.p = x, p
        self.screens = p > 1 and _largest(x) < RANGE
        if self.screens:
            self.centre = x.mean(axis=0, dtype=np.float64)
            self.near = self._centred(x)
            squares = np.einsum("ij,ij->i", self.near, self.near, dtype=np.float64)
            self.half = (squares / 2).astype(np.float32)
            self.longest = np.sqrt(squares.max())
            self.screens = self.longest > 1.0 / RANGE
        if p == 3:
            self.support = np.count_nonzero(x, axis=1)

    def query(self, queries, k):
        """Distances to the power p (n, k), rising, and the rows' indices; of equals the lower index first."""
        best, which = np.full((len(queries), k), np.inf), np.full((len(queries), k), len(self.x))
        for start in range(0, len(queries), ROWS):
            part = slice(start, start + ROWS)
            self._search(queries[part], best[part], which[part])
        return best, which

    def _search(self, queries, best, which):
        from distances import scan

        if not self.screens or _largest(queries) >= RANGE:  # float32 would overflow or vanish: eq. 4 says nothing
            scan(self.x, queries, self.p, best, which)
        elif self.p == 2:
            self._squares(queries, best, which)
        else:
            self._cubes(queries, best, which)

    def _squares(self, queries, best, which):
        """Candidates by eq. 3, exact distances by eq. 1; where eq. 4 leaves a doubt, `scan` looks at every row."""
        from distances import exactly, keep_smallest, scan

        k = best.shape[1]
        q, lengths, slack = self._query_side(queries)
        c = min(k + SPARE, len(self.x))
        rough, candidates = np.full((len(q), c), np.inf, np.float32), np.zeros((len(q), c), np.int64)
        for first, products in self._products(q):
            keep_smallest(products, self.half[first : first + COLUMNS], first, rough, candidates)
        exactly(self.x, queries, candidates, 2, best, which)
        if c < len(self.x):  # eq. 4: whatever is no candidate lies beyond this
            beyond = 2.0 * rough[:, -1].astype(np.float64) + lengths**2 - slack
            open_ = np.flatnonzero(best[:, -1] >= beyond)
            if open_.size:
                again, names = np.full((open_.size, k), np.inf), np.full((open_.size, k), len(self.x))
                scan(self.x, queries[open_], 2, again, names)
                best[open_], which[open_] = again, names

    def _cubes(self, queries, best, which):
        from distances import screen_cubes

        q, lengths, slack = self._query_side(queries)
        own = np.count_nonzero(queries, axis=1)
        for first, products in self._products(q):
            products *= -2.0
            products += 2.0 * self.half[first : first + COLUMNS]
            products += (lengths**2).astype(np.float32)[:, None]
            support = self.support[first : first + COLUMNS]
            screen_cubes(products, slack, support, own, first, self.x, queries, best, which)

    def _query_side(self, queries):
        """The centred queries in float32, their lengths, and how far a float32 squared distance can be off (eq. 4)."""
        q = self._centred(queries)
        lengths = np.sqrt(np.einsum("ij,ij->i", q, q, dtype=np.float64))
        return q, lengths, 2.0 * (q.shape[1] + 8) * U * (lengths + self.longest) ** 2  # eq. 4

    def _centred(self, x):
        """x less the centre in float32: what is rounded is the difference."""
        kind = np.float64 if x.dtype == np.float64 else np.float32
        return np.subtract(x, self.centre.astype(kind), dtype=kind).astype(np.float32, copy=False)

    def _products(self, q):
        """(first, q times the block of rows from first on), block by block, in one buffer."""
        buffer = np.empty((len(q), COLUMNS), np.float32)
        for first in range(0, len(self.near), COLUMNS):
            block = self.near[first : first + COLUMNS]
            yield first, np.matmul(q, block.T, out=buffer[:, : len(block)])


def _largest(x):
    return max(float(x.max()), -float(x.min()))
