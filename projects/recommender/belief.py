"""Lists by a model of who has what: classes of users (Breese's Bayesian clustering) and a decision tree for each item."""

import numpy as np
from numba import njit
from scipy import special

from abacus import inputs
from abacus.estimator import Estimator
from abacus.kernels import JIT
from neighbours import visits

_njit = njit(**JIT)


class Clusters(Estimator):
    """A user is of one of `classes` hidden kinds; given it, the items are independent coins. EM with a prior of one more user
    in each class, who has of each item as much as all users on average (MAP). `seed` draws where it starts."""

    def __init__(self, classes=30, passes=60, seed=0):
        self.classes, self.passes, self.seed = classes, passes, seed

    def fit(self, x):
        """EM on histories (users, items) from classes around random users; `log_likelihoods_` has a number for each pass."""
        inputs.counts(classes=self.classes, passes=self.passes)
        inputs.seed(self.seed)
        x = visits(x, name="Clusters")
        share = (np.asarray(x.sum(axis=0)) + 1) / (x.shape[0] + 2)
        z = np.random.default_rng(self.seed).dirichlet(np.ones(self.classes), x.shape[0])
        self.log_likelihoods_ = []
        for _ in range(self.passes):
            size = z.sum(axis=0)
            self.weights_ = (size + 1) / (size.sum() + self.classes)
            self.shares_ = ((x.T @ z).T + share) / (size[:, None] + 1)  # eq. 11
            joint = self._joint(x)
            self.log_likelihoods_.append(float(special.logsumexp(joint, axis=1).sum()))
            z = special.softmax(joint, axis=1)  # eq. 10
        return self

    def _joint(self, x):
        """log π_c P(history | c), (rows, classes): what is not in a history was not visited."""
        on, off = np.log(self.shares_), np.log1p(-self.shares_)
        return x @ (on - off).T + off.sum(axis=1) + np.log(self.weights_)

    def scores(self, x):
        """P(item | history) = Σ_c P(c | history) P(item | c), (rows, items)."""
        shares = inputs.fitted(self, "shares_")
        return special.softmax(self._joint(visits(x, shares.shape[1], "Clusters")), axis=1) @ shares


class TreeNetwork(Estimator):
    """For each item a decision tree over all others, whose leaves say how probable it is (Breese et al., section 2.2.2).

    A leaf is cut where that raises the Bayesian score: the leaves' marginal likelihoods under a uniform prior, and a factor
    `price` for each leaf. Trees may use each other's items in a ring: a dependency network (Heckerman et al. 2000).
    """

    def __init__(self, price=0.01, least=10, leaves=64):
        self.price, self.least, self.leaves = price, least, leaves

    def fit(self, x):
        """Trees of histories (users, items): arrays (items, nodes); `item_` is −1 in a leaf."""
        inputs.counts(least=self.least, leaves=self.leaves)
        x = visits(x, name="TreeNetwork")
        self.item_, self.yes_, self.no_, self.share_ = _trees(
            x.indptr.astype(np.int64), x.indices.astype(np.int64), x.shape[1],
            float(np.log(self.price)), self.least, 2 * self.leaves - 1,
        )  # fmt: skip
        return self

    def scores(self, x):
        """P(item | the rest of the history), (rows, items)."""
        item = inputs.fitted(self, "item_")
        x = visits(x, len(item), "TreeNetwork")
        return _leaves(x.indptr.astype(np.int64), x.indices.astype(np.int64), item, self.yes_, self.no_, self.share_)


@_njit
def _evidence(n, k, table):
    """log ∫ p^k (1 − p)^(n−k) dp = log k! (n − k)! / (n + 1)!  (eq. 12), with log i! = table[i]."""
    return table[k] + table[n - k] - table[n + 1]  # eq. 12


@_njit
def _trees(start, index, items, price, least, most):
    """Grow the tree of each item, the leaves in the order in which they were made, each by its best cut."""
    users = start.size - 1
    table = np.zeros(users + 2)
    for i in range(2, users + 2):
        table[i] = table[i - 1] + np.log(i)
    shape = (items, most)
    item, yes, no = np.full(shape, -1, np.int32), np.zeros(shape, np.int32), np.zeros(shape, np.int32)
    share = np.zeros(shape)
    order, spare, has = np.empty(users, np.int64), np.empty(users, np.int64), np.zeros(users, np.bool_)
    begin, end = np.zeros(most, np.int64), np.zeros(most, np.int64)
    count, both = np.zeros(items, np.int64), np.zeros(items, np.int64)
    for target in range(items):
        order[:] = np.arange(users)
        for u in range(users):
            has[u] = False
            for k in range(start[u], start[u + 1]):
                has[u] |= index[k] == target
        begin[0], end[0], nodes, node = 0, users, 1, 0
        while node < nodes:
            count[:], both[:], n, positive = 0, 0, end[node] - begin[node], 0
            for u in order[begin[node] : end[node]]:
                positive += has[u]
                for k in range(start[u], start[u + 1]):
                    count[index[k]] += 1
                    both[index[k]] += has[u]
            share[target, node] = (positive + 1.0) / (n + 2.0)
            best, gain, whole = -1, -price, _evidence(n, positive, table)
            for other in range(items):
                a, k = count[other], both[other]
                if other != target and a >= least and n - a >= least:
                    found = _evidence(a, k, table) + _evidence(n - a, positive - k, table) - whole
                    if found > gain:
                        best, gain = other, found
            if best >= 0 and nodes + 2 <= most:
                left, right = begin[node], 0
                for u in order[begin[node] : end[node]]:
                    inside = False
                    for k in range(start[u], start[u + 1]):
                        inside |= index[k] == best
                    if inside:
                        order[left] = u
                        left += 1
                    else:
                        spare[right] = u
                        right += 1
                order[left : left + right] = spare[:right]
                item[target, node], yes[target, node], no[target, node] = best, nodes, nodes + 1
                begin[nodes], end[nodes], begin[nodes + 1], end[nodes + 1] = begin[node], left, left, end[node]
                nodes += 2
            node += 1
    return item, yes, no, share


@_njit
def _leaves(start, index, item, yes, no, share):
    """Of each history the shares of the leaves that it falls into, (rows, items)."""
    found, has = np.empty((start.size - 1, len(item))), np.zeros(len(item), np.bool_)
    for row in range(start.size - 1):
        has[index[start[row] : start[row + 1]]] = True
        for target in range(len(item)):
            node = 0
            while item[target, node] >= 0:
                node = yes[target, node] if has[item[target, node]] else no[target, node]
            found[row, target] = share[target, node]
        has[index[start[row] : start[row + 1]]] = False
    return found
