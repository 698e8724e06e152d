"""Lists by memory: what is popular, what users like you have, what goes with what you have, and what implies it."""

import numpy as np
from numba import njit
from scipy import sparse

from abacus import inputs
from abacus.errors import BadInput
from abacus.estimator import Estimator
from abacus.kernels import JIT


def visits(x, items=None, name="this model"):
    """The histories as a CSR matrix of ones (users, items), or BadInput: what is not 0 counts."""
    x = sparse.csr_array(inputs.matrix(x, items, name, sparse=True, samples=1))
    x.eliminate_zeros()
    x.sort_indices()
    return sparse.csr_array((np.ones(x.nnz), x.indices, x.indptr), shape=x.shape)


class Popularity(Estimator):
    """The items in the order of how many users have them, for everybody."""

    def fit(self, x):
        """From histories (users, items)."""
        self.counts_ = np.asarray(visits(x, name="Popularity").sum(axis=0))
        return self

    def scores(self, x):
        """The counts, for each row of x: (rows, items)."""
        x = visits(x, inputs.fitted(self, "counts_").size, "Popularity")
        return np.tile(self.counts_, (x.shape[0], 1))


class UserNeighbours(Estimator):
    """Votes of all users, weighted by how like you they are (Breese et al., section 2.1).

    `weight` is "cosine" or "correlation"; the latter with votes of 0 for all other items of the two and for `extra` more that
    nobody has. `inverse_frequency` weighs an item by log(users / users that have it); `amplify` is the power ρ of the weights.
    """

    def __init__(self, weight="cosine", inverse_frequency=False, amplify=1.0, extra=10_000):
        self.weight, self.inverse_frequency, self.amplify, self.extra = weight, inverse_frequency, amplify, extra

    def fit(self, x):
        """Keeps the histories (users, items), equal ones as one with their number."""
        if self.weight not in ("cosine", "correlation"):
            raise BadInput(f"weight is {self.weight!r}; it must be 'cosine' or 'correlation'")
        x = visits(x, name="UserNeighbours")
        self.users_, self.items_ = x.shape
        counts = np.maximum(np.bincount(x.indices, minlength=x.shape[1]), 1)
        self.frequency_ = np.log(x.shape[0] / counts) if self.inverse_frequency else np.ones(x.shape[1])
        rows = {}
        for begin, end in zip(x.indptr, x.indptr[1:]):
            row = x.indices[begin:end].tobytes()
            rows[row] = rows.get(row, 0) + 1
        kept = [np.frombuffer(row, x.indices.dtype) for row in rows if row]
        self.start_ = np.concatenate([[0], np.cumsum([len(row) for row in kept])]).astype(np.int64)
        self.index_ = np.concatenate([*kept, np.empty(0, x.indices.dtype)]).astype(np.int64)
        self.copies_ = np.array([number for row, number in rows.items() if row], np.float64)
        return self

    def scores(self, x):
        """Σ over the users of weight · vote, (rows, items)."""
        x = visits(x, inputs.fitted(self, "items_"), "UserNeighbours")
        return _votes(
            x.indptr.astype(np.int64), x.indices.astype(np.int64), self.start_, self.index_, self.copies_,
            self.frequency_, self.weight == "correlation", float(self.amplify), float(self.extra), self.items_,
        )  # fmt: skip


@njit(**JIT)
def _votes(queries, query, start, index, copies, frequency, correlation, amplify, extra, items):
    """Of each query the weighted votes (queries, items); the arrays of a CSR matrix give queries and users.

    What a user and a query have in common is added up along the lists of who has an item: most users share little.
    """
    users = start.size - 1
    found, common = (
        np.zeros((queries.size - 1, items)),
        np.zeros(users),
    )  # common: Σ f of a correlation, Σ f² of a cosine
    first, second = np.zeros(users), np.zeros(users)  # of each user, Σ f and Σ f² over their items
    has, who = np.zeros(items + 1, np.int64), np.empty(index.size, np.int64)  # who[has[i] : has[i + 1]] have item i
    for k in range(index.size):
        has[index[k] + 1] += 1
    has = np.cumsum(has)
    free = has[:-1].copy()
    for user in range(users):
        for k in range(start[user], start[user + 1]):
            first[user] += frequency[index[k]]
            second[user] += frequency[index[k]] ** 2
            who[free[index[k]]] = user
            free[index[k]] += 1
    for row in range(queries.size - 1):
        sum1, sum2 = 0.0, 0.0
        for k in range(queries[row], queries[row + 1]):
            own = frequency[query[k]]
            sum1 += own
            sum2 += own**2
            share = own if correlation else own**2
            for m in range(has[query[k]], has[query[k] + 1]):
                common[who[m]] += share
        for user in range(users):
            if correlation:
                total = sum1 + first[user] - common[user] + extra
                size = sum1 * (total - sum1) * first[user] * (total - first[user])
                weight = (total * common[user] - sum1 * first[user]) / np.sqrt(size) if size > 0 else 0.0
            else:
                size = sum2 * second[user]
                weight = common[user] / np.sqrt(size) if size > 0 and common[user] != 0 else 0.0
            common[user] = 0.0
            if weight != 0.0:
                power = abs(weight) ** amplify if amplify != 1.0 else abs(weight)
                weight = copies[user] * (power if weight > 0 else -power)
                for k in range(start[user], start[user + 1]):
                    found[row, index[k]] += weight  # eq. 1
    return found


def together(x):
    """How many users have both, (items, items), dense; the diagonal counts the users of each item."""
    return np.asarray((x.T @ x).todense())


class ItemNeighbours(Estimator):
    """Items that go with those you have: cosines of the columns, of each item only the `neighbours` largest  (eq. 8)."""

    def __init__(self, neighbours=50):
        self.neighbours = neighbours

    def fit(self, x):
        """From histories (users, items)."""
        inputs.counts(neighbours=self.neighbours)
        both = together(visits(x, name="ItemNeighbours"))
        size = np.sqrt(np.maximum(np.diag(both), 1))
        cosine = both / np.outer(size, size)  # eq. 8
        np.fill_diagonal(cosine, 0)
        if self.neighbours < len(cosine):
            cosine[cosine < -np.sort(-cosine, axis=1)[:, self.neighbours - 1 : self.neighbours]] = 0
        self.similarity_ = cosine
        return self

    def scores(self, x):
        """Σ over the items of the history of their similarity, (rows, items)."""
        similarity = inputs.fitted(self, "similarity_")
        return visits(x, len(similarity), "ItemNeighbours") @ similarity.T

    def reasons(self, history):
        """How much each item of the history (their places) adds to each score: (len(history), items)."""
        return inputs.fitted(self, "similarity_").T[history]


class Rules(Estimator):
    """Association rules {i} → j (Agrawal et al. 1993): the share of i's users that have j, where at least `support` have both."""

    def __init__(self, support=5, confidence=0.0):
        self.support, self.confidence = support, confidence

    def fit(self, x):
        """From histories (users, items)."""
        inputs.counts(support=self.support)
        x = visits(x, name="Rules")
        both = together(x)
        self.share_ = np.diag(both) / x.shape[0]
        rule = np.where(both >= self.support, both / np.maximum(np.diag(both), 1)[:, None], 0.0)  # eq. 9
        np.fill_diagonal(rule, 0)
        self.rules_ = np.where(rule >= self.confidence, rule, 0.0)
        return self

    def scores(self, x):
        """The surest rule of the history for each item; how popular an item is decides between equals: (rows, items)."""
        rules = inputs.fitted(self, "rules_")
        x = visits(x, len(rules), "Rules")
        best = [rules[x.indices[a:b]].max(axis=0, initial=0) for a, b in zip(x.indptr, x.indptr[1:])]
        return np.array(best) + self.share_ * np.finfo(np.float32).eps

    def reasons(self, history):
        """The confidence of each rule {item of the history} → item: (len(history), items)."""
        return inputs.fitted(self, "rules_")[history]
