"""Lists from factors: a vector for each user and item, found by least squares in turns (ALS) or by pairs (BPR)."""

import numpy as np
from numba import njit
from scipy import linalg, special

from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator
from abacus.kernels import JIT
from neighbours import visits

_njit = njit(**JIT)
_BLOCK = 512  # users whose vectors are worked on at a time: they stay in the cache


class ALS(Estimator):
    """Least squares in turns for visits (Hu, Koren & Volinsky 2008): who has an item wants it, with the confidence 1 + alpha.

    Minimises Σ c (p − x·y)² + penalty (Σ |x|² + Σ |y|²), c = 1 + alpha and p = 1 where the user has the item, c = 1 and p = 0
    elsewhere  (eq. 13). Each least-squares problem takes `steps` steps of conjugate gradients from where it stood.
    """

    def __init__(self, factors=32, penalty=300.0, alpha=30.0, sweeps=10, steps=3, seed=0):
        self.factors, self.penalty, self.alpha = factors, penalty, alpha
        self.sweeps, self.steps, self.seed = sweeps, steps, seed

    def fit(self, x):
        """Alternate on histories (users, items); `users_` and `items_` are float32 (n, factors)."""
        inputs.counts(factors=self.factors, sweeps=self.sweeps, steps=self.steps)
        inputs.seed(self.seed)
        x = visits(x, name="ALS")
        rng = np.random.default_rng(self.seed)
        start = lambda n: rng.random((n, self.factors), np.float32) / 100  # noqa: E731
        self.users_, self.items_ = start(x.shape[0]), start(x.shape[1])
        down = x.T.tocsr()
        for _ in range(self.sweeps):
            self._improve(self.users_, self.items_, x, self.steps)
            self._improve(self.items_, self.users_, down, self.steps)
        return self

    def _improve(self, vectors, others, x, steps):
        """Of every row: (Y'Y + λI + α Σ y y') v = (1 + α) Σ y, sums over its own items, by conjugate gradients  (eq. 14)."""
        gram = others.T @ others
        gram.flat[:: len(gram) + 1] += np.float32(self.penalty)
        start, index, alpha = x.indptr.astype(np.int64), x.indices.astype(np.int64), np.float32(self.alpha)
        for begin in range(0, len(vectors), _BLOCK):
            v, at = vectors[begin : begin + _BLOCK], start[begin : begin + _BLOCK + 1]
            residual = -(v @ gram)
            _own(at, index, others, v, residual, -alpha, 1 + alpha)  # eq. 14
            direction, square = residual.copy(), np.einsum("ij,ij->i", residual, residual)
            for _ in range(steps):
                image = direction @ gram
                _own(at, index, others, direction, image, alpha, np.float32(0))
                square = _advance(v, residual, direction, image, square)

    def loss(self, x):
        """The function that is minimised, of the histories that were learnt from."""
        users, items = (a.astype(np.float64) for a in (inputs.fitted(self, "users_"), self.items_))
        own = np.einsum(
            "ij,ij->i", *(a[rows] for a, rows in zip((users, items), visits(x, len(items), "ALS").nonzero()))
        )
        everywhere = ((users.T @ users) * (items.T @ items)).sum() - (own**2).sum()
        penalty = self.penalty * ((users**2).sum() + (items**2).sum())
        return everywhere + (1 + self.alpha) * ((1 - own) ** 2).sum() + penalty  # eq. 13

    def vectors(self, x):
        """The best vectors of these histories, the items' fixed: (rows, factors). Nobody has to be learnt anew."""
        items = inputs.fitted(self, "items_")
        x = visits(x, len(items), "ALS")
        found = np.zeros((x.shape[0], self.factors), np.float32)
        self._improve(found, items, x, 2 * self.factors)
        return found

    def scores(self, x):
        """x·y of each item, (rows, items)."""
        return (self.vectors(x) @ self.items_.T).astype(np.float64)

    def reasons(self, history):
        """What each item of the history adds to each score: (1 + α) y_j' W y_i, (len(history), items)  (Hu et al., section 5)."""
        items = self.items_.astype(np.float64)
        own = items[history]
        w = items.T @ items + self.penalty * np.eye(self.factors) + self.alpha * own.T @ own
        return (1 + self.alpha) * own @ linalg.solve(w, items.T, assume_a="pos")  # eq. 15


@_njit
def _own(start, index, others, v, out, weight, constant):
    """out += Σ (weight y·v + constant) y over each row's own items; `start` cuts `index` into the rows of v and out."""
    for row in range(len(v)):
        for k in range(start[row], start[row + 1]):
            y = others[index[k]]
            dot = np.float32(0)
            for f in range(y.size):
                dot += y[f] * v[row, f]
            dot = weight * dot + constant
            for f in range(y.size):
                out[row, f] += dot * y[f]


@_njit
def _advance(v, residual, direction, image, square):
    """One step of conjugate gradients in every row; the rows' new squared residuals. A row that is solved stays."""
    after = np.empty_like(square)
    for row in range(len(v)):
        along, new = np.float32(0), np.float32(0)
        for f in range(v.shape[1]):
            along += direction[row, f] * image[row, f]
        step = square[row] / along if along > 0 else np.float32(0)
        for f in range(v.shape[1]):
            v[row, f] += step * direction[row, f]
            residual[row, f] -= step * image[row, f]
            new += residual[row, f] ** 2
        turn = new / square[row] if square[row] > 0 else np.float32(0)
        for f in range(v.shape[1]):
            direction[row, f] = residual[row, f] + turn * direction[row, f]
        after[row] = new
    return after


class ExplicitALS(Estimator):
    """Ratings as x·y: ½ Σ (r − x·y)² + ½ penalty (Σ |x|² + Σ |y|²) over the known ratings, by ALS  (eq. 16)."""

    def __init__(self, factors=10, penalty=0.1, sweeps=30, seed=0):
        self.factors, self.penalty, self.sweeps, self.seed = factors, penalty, sweeps, seed

    def fit(self, x):
        """Alternate on ratings (users, items), sparse: what is not stored is not known."""
        inputs.counts(factors=self.factors, sweeps=self.sweeps)
        inputs.seed(self.seed)
        x = inputs.matrix(x, name="ExplicitALS", sparse=True)
        rng = np.random.default_rng(self.seed)
        self.users_, self.items_ = (rng.standard_normal((n, self.factors)) for n in x.shape)
        down = x.T.tocsr()
        for _ in range(self.sweeps):
            for a, vectors, others in ((x, self.users_, self.items_), (down, self.items_, self.users_)):
                _solve_rows(a.indptr, a.indices, a.data, others, float(self.penalty), vectors)
        return self

    def objective(self, x):
        """The function that is minimised."""
        users = np.repeat(np.arange(x.shape[0]), np.diff(x.indptr))
        residual = x.data - self.predict(users, x.indices)
        penalty = self.penalty * ((self.users_**2).sum() + (self.items_**2).sum())
        return (residual @ residual + penalty) / 2

    def predict(self, users, items):
        """The ratings x·y of these pairs (n,)."""
        known = inputs.fitted(self, "users_")
        for name, index, size in (("user", users, len(known)), ("item", items, len(self.items_))):
            wrong = np.asarray(index)[(np.asarray(index) < 0) | (np.asarray(index) >= size)]
            if wrong.size:
                raise BadInput(f"unknown {name} {wrong[0]}: ExplicitALS has learnt {size}, from 0 to {size - 1}")
        return np.einsum("ij,ij->i", known[users], self.items_[items])


def _solve_rows(start, index, value, others, penalty, out):
    """Row by row (Σ y y' + penalty I) x = Σ r y; where nothing is known, x is 0."""
    out[:] = 0.0
    for row in np.flatnonzero(np.diff(start)):
        own = slice(start[row], start[row + 1])
        y = others[index[own]]
        a = y.T @ y
        a.flat[:: len(a) + 1] += penalty
        try:
            out[row] = np.linalg.solve(a, y.T @ value[own])  # eq. 16
        except np.linalg.LinAlgError:
            raise BadInput(f"row {row} has too few ratings for {len(a)} factors: the penalty must be above 0") from None


@_njit
def dots(rows, columns, u, v):
    """Σ_k u[row, k] v[column, k] of each pair: some entries of u v', (n,), and never the whole."""
    found = np.empty(rows.size)
    for i in range(rows.size):
        total = 0.0
        for k in range(u.shape[1]):
            total += u[rows[i], k] * v[columns[i], k]
        found[i] = total
    return found


class BPR(Estimator):
    """Bayesian personalised ranking (Rendle et al. 2009): an item that a user has shall stand before one that they have not.

    Stochastic gradients of Σ log σ(s_i − s_j) − penalty/2 Σ |θ|² over triples (user, has i, has not j), s = x·y + b  (eq. 17).
    With `popular`, j is drawn as often as users have it, as the library implicit does, else all items alike, as the paper does.
    """

    def __init__(self, factors=32, rate=0.1, penalty=0.005, passes=60, popular=False, seed=0):
        self.factors, self.rate, self.penalty, self.passes = factors, rate, penalty, passes
        self.popular, self.seed = popular, seed

    def fit(self, x):
        """As many triples in a pass as there are visits in the histories (users, items)."""
        inputs.counts(factors=self.factors, passes=self.passes)
        inputs.seed(self.seed)
        x = visits(x, name="BPR")
        rng = np.random.default_rng(self.seed)
        start = lambda n: (rng.random((n, self.factors), np.float32) - np.float32(0.5)) / self.factors  # noqa: E731
        self.users_, self.items_ = start(x.shape[0]), start(x.shape[1])
        self.offsets_ = np.zeros(x.shape[1], np.float32)
        rows = x.nonzero()[0].astype(np.int64)
        start, index = x.indptr.astype(np.int64), x.indices.astype(np.int64)
        self.right_ = []
        for _ in range(self.passes):
            self.right_.append(_pairs(
                start, index, rows, self.users_, self.items_, self.offsets_, np.float32(self.rate),
                np.float32(self.penalty), bool(self.popular), np.uint64(rng.integers(1, 2**63)),
            ))  # fmt: skip
        return self

    def scores(self, x):
        """s of each item for vectors that are fitted to these histories, the items' fixed: (rows, items)."""
        items = inputs.fitted(self, "items_").astype(np.float64)
        x = visits(x, len(items), "BPR")
        found = np.empty(x.shape)
        for row, (a, b) in enumerate(zip(x.indptr, x.indptr[1:])):
            found[row] = self._fold(items, x.indices[a:b])
        return found

    def _fold(self, items, history, steps=25):
        """Gradient steps for one new user, over all pairs of an item of the history and one outside."""
        x, outside = np.zeros(self.factors), np.ones(len(items), bool)
        outside[history] = False
        for _ in range(steps if history.size and outside.any() else 0):
            s = items @ x + self.offsets_
            wrong = special.expit(s[outside] - s[history][:, None])  # of each pair, how sure one is of the wrong order
            ascent = wrong.mean(axis=1) @ items[history] - wrong.mean(axis=1).sum() / max(wrong.sum(), 1e-300) * (
                wrong.sum(axis=0) @ items[outside]
            )
            x += ascent - self.penalty * history.size * x
        return items @ x + self.offsets_


@_njit
def _pairs(start, index, rows, users, items, offsets, rate, penalty, popular, state):
    """One pass of `rows.size` triples; the share of those that stood in the right order already. `state` draws them."""
    right, size, draws = 0, users.shape[1], np.uint64(rows.size)
    for _ in range(rows.size):
        state ^= state << np.uint64(13)
        state ^= state >> np.uint64(7)
        state ^= state << np.uint64(17)  # Marsaglia's xorshift
        k = np.int64((state >> np.uint64(11)) % draws)
        u, i = rows[k], index[k]
        other = state >> np.uint64(32)
        j = index[np.int64(other % draws)] if popular else np.int64(other % np.uint64(len(items)))
        at = start[u] + np.searchsorted(index[start[u] : start[u + 1]], j)
        if at < start[u + 1] and index[at] == j:
            continue
        gap = offsets[i] - offsets[j]  # eq. 17
        for f in range(size):
            gap += users[u, f] * (items[i, f] - items[j, f])
        right += gap > 0
        g = rate / (np.float32(1) + np.exp(gap))  # eq. 18
        shrink = np.float32(1) - rate * penalty
        for f in range(size):
            x, y, z = users[u, f], items[i, f], items[j, f]
            users[u, f] = shrink * x + g * (y - z)
            items[i, f] = shrink * y + g * x
            items[j, f] = shrink * z - g * x
        offsets[i] = shrink * offsets[i] + g
        offsets[j] = shrink * offsets[j] - g
    return right / rows.size
