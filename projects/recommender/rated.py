"""Stars predicted: ten ways of the library Surprise, with its defaults. Each takes known ratings and pairs that are asked."""

from typing import NamedTuple

import numpy as np
from numba import njit
from scipy import sparse

from abacus.kernels import JIT

_njit = njit(**JIT)


class Known(NamedTuple):
    """Ratings in the order of the users: `user`, `item` int64 (n,), `value` float64 (n,), `start` of each user, `shape`."""

    user: np.ndarray
    item: np.ndarray
    value: np.ndarray
    start: np.ndarray
    shape: tuple

    def dense(self):
        """(ratings with 0 where unknown, ones where known), each (users, items)."""
        r, ones = np.zeros(self.shape), np.zeros(self.shape)
        r[self.user, self.item], ones[self.user, self.item] = self.value, 1.0
        return r, ones


def known(x):
    """The Known ratings of a CSR matrix (users, items)."""
    x = sparse.csr_array(x)
    user = np.repeat(np.arange(x.shape[0]), np.diff(x.indptr))
    return Known(user, x.indices.astype(np.int64), x.data.astype(np.float64), x.indptr.astype(np.int64), x.shape)


def drawn(k, users, items, rng):
    """Random: a normal draw with the mean and the variance of the known ratings."""
    return rng.normal(k.value.mean(), k.value.std(), users.size)


def offsets(k, user_penalty=15.0, item_penalty=10.0, passes=10):
    """(mean, b of the users, b of the items) of r ≈ mean + b_u + b_i, shrunken least squares in turns  (eq. 6)."""
    mean, bu, bi = k.value.mean(), np.zeros(k.shape[0]), np.zeros(k.shape[1])
    nu, ni = np.bincount(k.user, minlength=k.shape[0]), np.bincount(k.item, minlength=k.shape[1])
    for _ in range(passes):
        bi = np.bincount(k.item, k.value - mean - bu[k.user], k.shape[1]) / (item_penalty + ni)  # eq. 6
        bu = np.bincount(k.user, k.value - mean - bi[k.item], k.shape[0]) / (user_penalty + nu)
    return mean, bu, bi


def baseline(k, users, items, rng):
    """Baseline: the offsets of user and item."""
    mean, bu, bi = offsets(k)
    return mean + bu[users] + bi[items]


def likeness(k):
    """1 / (1 + mean squared difference over the items that both have rated), 0 where there is none: (users, users)  (eq. 5)."""
    r, ones = k.dense()
    common = ones @ ones.T
    difference = (r**2) @ ones.T + ones @ (r**2).T - 2 * r @ r.T
    return np.where(common > 0, common / (np.maximum(difference, 0) + np.maximum(common, 1)), 0.0)  # eq. 5


def _neighbours(k, users, items, expected, own, nearest=40):
    """expected + what the nearest users who know the item gave above their `own` expectation, its mean weighted by likeness."""
    by_item = sparse.csr_array((k.value - own, (k.item, k.user)), shape=k.shape[::-1])
    found = np.array(expected, np.float64)
    _nearest(likeness(k), by_item.indptr, by_item.indices, by_item.data, users, items, nearest, found)
    return found


@_njit
def _nearest(like, start, user, above, users, items, nearest, found):
    """Adds to each expectation; where nobody like this user knows the item, it stays."""
    for row in range(users.size):
        begin, end = start[items[row]], start[items[row] + 1]
        weights = like[users[row]][user[begin:end]]
        order = np.argsort(-weights)[:nearest]
        total, weight = 0.0, 0.0
        for at in order:
            total += weights[at] * above[begin + at]
            weight += weights[at]
        if weight > 0:
            found[row] += total / weight


def neighbours(k, users, items, rng):
    """k-NN: the neighbours' mean rating; the mean of all where there is none."""
    mean = k.value.mean()
    return _neighbours(k, users, items, np.full(users.size, mean), np.full(k.value.size, mean))


def centred(k, users, items, rng):
    """Centered k-NN: above each user's own mean."""
    counts = np.bincount(k.user, minlength=k.shape[0])
    sums = np.bincount(k.user, k.value, k.shape[0])
    means = np.where(counts > 0, sums / np.maximum(counts, 1), k.value.mean())
    return _neighbours(k, users, items, means[users], means[k.user])


def above_baseline(k, users, items, rng):
    """k-NN Baseline: above what the offsets say  (eq. 7)."""
    mean, bu, bi = offsets(k)
    return _neighbours(k, users, items, mean + bu[users] + bi[items], mean + bu[k.user] + bi[k.item])  # eq. 7


def slope_one(k, users, items, rng):
    """Slope One: the user's mean, and how much more the item gets than the user's others, of those who rated both."""
    r, ones = k.dense()
    both = ones.T @ ones
    more = np.where(both > 0, (r.T @ ones - ones.T @ r) / np.maximum(both, 1), 0.0)  # (items, items): row above column
    n = ones.sum(axis=1)
    means = np.where(n > 0, r.sum(axis=1) / np.maximum(n, 1), k.value.mean())
    found = np.empty(users.size)
    for user in np.unique(users):
        rows = users == user
        rated = ones[user] > 0
        usable = (both[items[rows]] > 0) & rated
        found[rows] = means[user] + (more[items[rows]] * usable).sum(axis=1) / np.maximum(usable.sum(axis=1), 1)
    return found


def co_clustering(k, users, items, rng, groups=3, passes=20):
    """Co-Clustering (George & Merugu 2005): the block's mean, and what user and item have above their groups' means."""
    r, ones = k.dense()
    mean = k.value.mean()
    average = lambda total, n, other: np.where(n > 0, total / np.maximum(n, 1), other)  # noqa: E731
    of_user = average(r.sum(1), ones.sum(1), mean)
    of_item = average(r.sum(0), ones.sum(0), mean)
    gu, gi = rng.integers(groups, size=k.shape[0]), rng.integers(groups, size=k.shape[1])
    for step in range(passes + 1):
        cu, ci = np.eye(groups)[gu], np.eye(groups)[gi]
        block = average(cu.T @ r @ ci, cu.T @ ones @ ci, mean)
        of_gu = average(cu.T @ r.sum(1), cu.T @ ones.sum(1), mean)
        of_gi = average(ci.T @ r.sum(0), ci.T @ ones.sum(0), mean)
        if step < passes:
            errors = [((r - block[g][gi] - of_user[:, None] + of_gu[g] - of_item + of_gi[gi]) ** 2 * ones).sum(1)
                      for g in range(groups)]  # fmt: skip
            gu = np.argmin(errors, axis=0)
            errors = [((r - block[gu, g][:, None] - (of_user - of_gu[gu])[:, None] - of_item + of_gi[g]) ** 2 * ones).sum(0)
                      for g in range(groups)]  # fmt: skip
            gi = np.argmin(errors, axis=0)
    seen_u, seen_i = ones.any(1)[users], ones.any(0)[items]
    whole = block[gu[users], gi[items]] + of_user[users] - of_gu[gu[users]] + of_item[items] - of_gi[gi[items]]
    return np.where(seen_u & seen_i, whole, np.where(seen_u, of_user[users], np.where(seen_i, of_item[items], mean)))


def svd(k, users, items, rng, factors=100, passes=20, rate=0.005, penalty=0.02):
    """SVD, as Funk called it: offsets and factors by stochastic gradients  (eq. 28)."""
    p, q = (0.1 * rng.standard_normal((n, factors)) for n in k.shape)
    bu, bi = np.zeros(k.shape[0]), np.zeros(k.shape[1])
    _funk(k.user, k.item, k.value, k.value.mean(), bu, bi, p, q, passes, rate, penalty)
    return k.value.mean() + bu[users] + bi[items] + np.einsum("ij,ij->i", p[users], q[items])


@_njit
def _funk(user, item, value, mean, bu, bi, p, q, passes, rate, penalty):
    """Passes over the ratings; each moves what its user and item have against the gradient of the squared error."""
    for _ in range(passes):
        for n in range(value.size):
            u, i = user[n], item[n]
            error = value[n] - mean - bu[u] - bi[i]  # eq. 28
            for f in range(p.shape[1]):
                error -= p[u, f] * q[i, f]
            bu[u] += rate * (error - penalty * bu[u])
            bi[i] += rate * (error - penalty * bi[i])
            for f in range(p.shape[1]):
                x, y = p[u, f], q[i, f]
                p[u, f] += rate * (error * y - penalty * x)
                q[i, f] += rate * (error * x - penalty * y)


def svd_plus_plus(k, users, items, rng, factors=20, passes=20, rate=0.007, penalty=0.02):
    """SVD++ (Koren 2008): a user is also what they have rated, Σ y_j / √n, whatever the stars  (eq. 29)."""
    p, q, y = (0.1 * rng.standard_normal((n, factors)) for n in (*k.shape, k.shape[1]))
    bu, bi = np.zeros(k.shape[0]), np.zeros(k.shape[1])
    _funk_plus(k.start, k.item, k.value, k.value.mean(), bu, bi, p, q, y, passes, rate, penalty)
    size = np.sqrt(np.maximum(np.diff(k.start), 1))[:, None]
    whole = p + sparse.csr_array((np.ones(k.item.size), k.item, k.start), shape=k.shape) @ y / size
    return k.value.mean() + bu[users] + bi[items] + np.einsum("ij,ij->i", whole[users], q[items])


@_njit
def _funk_plus(start, item, value, mean, bu, bi, p, q, y, passes, rate, penalty):
    """As _funk; the vectors y of all that the user has rated move with each rating."""
    size = p.shape[1]
    implied = np.empty(size)
    for _ in range(passes):
        for u in range(start.size - 1):
            scale = 1.0 / np.sqrt(max(start[u + 1] - start[u], 1))
            for n in range(start[u], start[u + 1]):
                i = item[n]
                implied[:] = 0.0
                for m in range(start[u], start[u + 1]):
                    for f in range(size):
                        implied[f] += scale * y[item[m], f]
                error = value[n] - mean - bu[u] - bi[i]  # eq. 29
                for f in range(size):
                    error -= (p[u, f] + implied[f]) * q[i, f]
                bu[u] += rate * (error - penalty * bu[u])
                bi[i] += rate * (error - penalty * bi[i])
                for m in range(start[u], start[u + 1]):
                    for f in range(size):
                        y[item[m], f] += rate * (error * q[i, f] * scale - penalty * y[item[m], f])
                for f in range(size):
                    old = p[u, f]
                    p[u, f] += rate * (error * q[i, f] - penalty * old)
                    q[i, f] += rate * (error * (old + implied[f]) - penalty * q[i, f])


def nmf(k, users, items, rng, factors=15, passes=50, penalty=0.06):
    """NMF (Lee & Seung's factors on the known ratings, Luo et al. 2014): p and q stay ≥ 0  (eq. 30)."""
    r, ones = k.dense()
    p, q = (rng.random((n, factors)) for n in k.shape)
    nu, ni = ones.sum(axis=1)[:, None], ones.sum(axis=0)[:, None]
    tiny = np.finfo(np.float64).tiny
    for _ in range(passes):
        estimate = (p @ q.T) * ones
        new = p * (r @ q) / np.maximum(estimate @ q + nu * penalty * p, tiny)  # eq. 30
        q *= (r.T @ p) / np.maximum(estimate.T @ p + ni * penalty * q, tiny)
        p = new
    seen = ones.any(axis=1)[users] & ones.any(axis=0)[items]
    return np.where(seen, np.einsum("ij,ij->i", p[users], q[items]), k.value.mean())


METHODS = {
    "SVD": svd,
    "SVD++": svd_plus_plus,
    "NMF": nmf,
    "Slope One": slope_one,
    "k-NN": neighbours,
    "Centered k-NN": centred,
    "k-NN Baseline": above_baseline,
    "Co-Clustering": co_clustering,
    "Baseline": baseline,
    "Random": drawn,
}
