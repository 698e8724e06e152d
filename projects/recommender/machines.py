"""Factorisation machines (Rendle 2010): every pair of features has a weight, the product of two short vectors."""

import numpy as np
from numba import njit
from scipy import sparse

from abacus import inputs
from abacus.estimator import Estimator
from abacus.kernels import JIT
from neighbours import visits

_njit = njit(**JIT)


class FactorisationMachine(Estimator):
    """s = w·z + Σ_{f<g} (v_f·v_g) z_f z_g for a row z of features: the history's items, each 1/√(their number), and of the
    candidate itself and its words (`describe`: (items, words)), through which an item that nobody has yet gets a score.

    Learns from each visit (a history less one item, that item) and `negatives` drawn items, by the logistic loss and SGD.
    """

    def __init__(self, factors=16, rate=0.05, penalty=0.001, negatives=3, passes=15, seed=0):
        self.factors, self.rate, self.penalty = factors, rate, penalty
        self.negatives, self.passes, self.seed = negatives, passes, seed

    def fit(self, x, describe=None):
        """From histories (users, items) and, where there are any, words of the items (items, words)."""
        inputs.counts(factors=self.factors, negatives=self.negatives, passes=self.passes)
        x = visits(x, name="FactorisationMachine")
        rng = np.random.default_rng(self.seed)
        items = x.shape[1]
        own = sparse.eye_array(items, format="csr")
        words = own if describe is None else sparse.hstack([own, visits(describe, name="describe")], "csr")
        self.words_ = words / np.sqrt(words.sum(axis=1))[:, None]
        self.words_ = sparse.csr_array(self.words_)
        self.w_ = np.zeros(words.shape[1])
        self.v_ = 0.05 * rng.standard_normal((words.shape[1], self.factors))
        self.histories_ = 0.05 * rng.standard_normal((items, self.factors))
        start, index = x.indptr.astype(np.int64), x.indices.astype(np.int64)
        about = self.words_.indptr.astype(np.int64), self.words_.indices.astype(np.int64), self.words_.data
        for _ in range(self.passes):
            order = rng.permutation(x.nnz)
            drawn = rng.integers(items, size=(x.nnz, self.negatives))
            rows = np.repeat(np.arange(x.shape[0]), np.diff(start))
            _pass(start, index, rows, order, drawn, *about, self.w_, self.v_, self.histories_, self.rate, self.penalty)
        return self

    def scores(self, x):
        """s of each item, (rows, items); what all items of a row share is left out."""
        x = visits(x, len(inputs.fitted(self, "histories_")), "FactorisationMachine")
        size = np.sqrt(np.maximum(np.diff(x.indptr), 1))[:, None]
        own = self.words_ @ self.v_
        pairs = ((own**2).sum(axis=1) - (self.words_.power(2) @ self.v_**2).sum(axis=1)) / 2  # eq. 19
        return (x @ self.histories_) / size @ own.T + self.words_ @ self.w_ + pairs


@_njit
def _pass(start, index, rows, order, drawn, about, word, weight, w, v, histories, rate, penalty):
    """One pass over the visits in this order, each with its drawn items."""
    size = v.shape[1]
    state, own, push = np.empty(size), np.empty(size), np.empty(size)
    for at in order:
        user = rows[at]
        known = start[user + 1] - start[user] - 1
        scale = 1.0 / np.sqrt(max(known, 1))
        state[:] = 0.0
        for k in range(start[user], start[user + 1]):
            if k != at:
                state += histories[index[k]] * scale
        push[:] = 0.0
        for draw in range(-1, drawn.shape[1]):
            item = index[at] if draw < 0 else drawn[at, draw]
            own[:], score = 0.0, 0.0
            for k in range(about[item], about[item + 1]):
                score += weight[k] * w[word[k]]
                for f in range(size):
                    own[f] += weight[k] * v[word[k], f]
            for f in range(size):
                score += state[f] * own[f] + 0.5 * own[f] ** 2
            for k in range(about[item], about[item + 1]):
                for f in range(size):
                    score -= 0.5 * (weight[k] * v[word[k], f]) ** 2
            g = rate * ((draw < 0) - 1.0 / (1.0 + np.exp(-score)))
            push += g * own
            for k in range(about[item], about[item + 1]):
                w[word[k]] += g * weight[k] - rate * penalty * w[word[k]]
                for f in range(size):
                    old = v[word[k], f]
                    v[word[k], f] += g * weight[k] * (state[f] + own[f] - weight[k] * old) - rate * penalty * old
        for k in range(start[user], start[user + 1]):
            if k != at:
                for f in range(size):
                    histories[index[k], f] += scale * push[f] - rate * penalty * histories[index[k], f]
