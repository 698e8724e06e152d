"""Lists from networks: an autoencoder of histories, factors with a network beside them, and attention over what came before."""

import numpy as np

from abacus import inputs, nn, ops, optim
from abacus.estimator import Estimator
from abacus.tensor import backward
from neighbours import visits


class AutoRec(Estimator):
    """A history with some items hidden goes in, the chance of every item comes out (Sedhain et al. 2015, with visits in place of
    ratings and cross-entropy in place of squares): σ(W tanh(V h + a) + b)  (eq. 25)."""

    def __init__(self, hidden=64, hide=0.5, passes=20, batch=128, rate=0.003, seed=0):
        self.hidden, self.hide, self.passes, self.batch, self.rate, self.seed = hidden, hide, passes, batch, rate, seed

    def fit(self, x):
        """From histories (users, items); in every batch a share `hide` of the items is taken away, and all are asked for."""
        inputs.counts(hidden=self.hidden, passes=self.passes, batch=self.batch)
        x = visits(x, name="AutoRec").astype(np.float32)
        rng = np.random.default_rng(self.seed)
        self.network_ = nn.Sequential(
            nn.Affine(x.shape[1], self.hidden, rng, activation="tanh"), nn.Affine(self.hidden, x.shape[1], rng)
        )
        optimiser = optim.Adam(nn.parameters(self.network_), self.rate)
        for _ in range(self.passes):
            for rows in _batches(x.shape[0], self.batch, rng):
                whole = x[rows].toarray()
                seen = whole * (rng.random(whole.shape) >= self.hide)
                logits = self.network_(_of_length_1(seen))  # eq. 25
                optimiser.step(backward(ops.bce_with_logits(logits, whole, reduction="sum") / len(rows)))
        self.items_ = x.shape[1]
        return self

    def scores(self, x):
        """The logits, (rows, items)."""
        x = visits(x, inputs.fitted(self, "items_"), "AutoRec").astype(np.float32)
        return nn.evaluate(self.network_, _of_length_1(x.toarray())).astype(np.float64)


def _of_length_1(rows):
    return rows / np.maximum(np.sqrt(rows.sum(axis=1, keepdims=True)), 1).astype(np.float32)


class NeuMF(Estimator):
    """A product of factors and a network of others, side by side (He et al. 2017): logit = w·[x ∘ y, MLP(x', y')]  (eq. 26).

    A user who was not learnt from has no vector: there are scores for the rows of the matrix given to fit, and no others.
    """

    def __init__(self, factors=16, negatives=4, passes=10, batch=1024, rate=0.003, seed=0):
        self.factors, self.negatives, self.passes = factors, negatives, passes
        self.batch, self.rate, self.seed = batch, rate, seed

    def fit(self, x):
        """Every visit of the histories beside `negatives` items drawn at random, which count as unwanted."""
        inputs.counts(factors=self.factors, negatives=self.negatives, passes=self.passes, batch=self.batch)
        x = visits(x, name="NeuMF")
        rng = np.random.default_rng(self.seed)
        users, items = x.nonzero()
        self.shape_, size = x.shape, self.factors
        self.users_, self.items_ = (nn.Embedding(n, 2 * size, rng, sd=0.05) for n in x.shape)
        self.inner_ = nn.Affine(2 * size, 2 * size, rng, activation="relu")
        self.outer_ = nn.Affine(2 * size, size, rng, activation="relu")
        self.last_ = nn.Affine(2 * size, 1, rng)
        parts = (self.users_, self.items_, self.inner_, self.outer_, self.last_)
        optimiser = optim.Adam(nn.parameters(list(parts)), self.rate)
        for _ in range(self.passes):
            for rows in _batches(len(users), self.batch, rng):
                who = np.repeat(users[rows], 1 + self.negatives)
                what = rng.integers(x.shape[1], size=(len(rows), 1 + self.negatives))
                what[:, 0] = items[rows]
                wanted = np.zeros(what.shape, np.float32)
                wanted[:, 0] = 1
                logits = self._logits(who, what.ravel())
                optimiser.step(backward(ops.bce_with_logits(logits, wanted.reshape(-1, 1))))
        return self

    def _logits(self, users, items):
        x, y, size = self.users_(users), self.items_(items), self.factors
        deep = self.outer_(self.inner_(ops.concat([x[:, size:], y[:, size:]], axis=1)))
        return self.last_(ops.concat([x[:, :size] * y[:, :size], deep], axis=1))  # eq. 26

    def scores_of(self, users):
        """The logits of all items for these users, rows of the matrix that was learnt from: (users, items)."""
        items = inputs.fitted(self, "shape_")[1]
        pairs = np.repeat(users, items), np.tile(np.arange(items), len(users))
        return nn.evaluate(self._logits, pairs, 50_000).reshape(len(users), items).astype(np.float64)


class SequenceModel(Estimator):
    """What comes next, by attention over what came before (Kang & McAuley 2018, SASRec): one pre-norm block over the last
    `length` items; the logits are products of the last state with the items' own vectors  (eq. 27)."""

    def __init__(self, width=32, heads=2, length=12, passes=15, batch=128, rate=0.002, seed=0):
        self.width, self.heads, self.length = width, heads, length
        self.passes, self.batch, self.rate, self.seed = passes, batch, rate, seed

    def fit(self, sequences, items):
        """From lists of items, the earliest first, out of `items`: after each, the next is asked for."""
        inputs.counts(width=self.width, heads=self.heads, length=self.length, passes=self.passes, batch=self.batch)
        rng = np.random.default_rng(self.seed)
        self.count_ = items
        self.items_, self.places_ = (nn.Embedding(n, self.width, rng, sd=0.05) for n in (items + 1, self.length))
        self.norms_ = [nn.LayerNorm(self.width) for _ in range(3)]
        self.attention_ = nn.SelfAttention(self.width, self.heads, rng, causal=True)
        self.up_ = nn.Affine(self.width, 2 * self.width, rng, activation="relu")
        self.down_ = nn.Affine(2 * self.width, self.width, rng)
        parts = [self.items_, self.places_, *self.norms_, self.attention_, self.up_, self.down_]
        optimiser = optim.Adam(nn.parameters(parts), self.rate)
        usable = [s for s in sequences if len(s) > 1]
        before, after = self._padded([s[:-1] for s in usable]), self._padded([s[1:] for s in usable], -100)
        for _ in range(self.passes):
            for rows in _batches(len(usable), self.batch, rng):
                logits = self._logits(before[rows])
                optimiser.step(backward(ops.softmax_cross_entropy(logits, after[rows])))
        return self

    def _padded(self, sequences, nothing=None):
        """The last `length` of each, from the left; behind them `nothing` (a number that is no item's)."""
        rows = np.full((len(sequences), self.length), self.count_ if nothing is None else nothing, np.int64)
        for row, sequence in zip(rows, sequences):
            row[: len(sequence)] = sequence[-self.length :]
        return rows

    def _logits(self, rows):
        """(users, length, items): behind each place, who sees only what stands before it."""
        x = self.items_(rows) + self.places_.table
        x = x + self.attention_(self.norms_[0](x))
        x = x + self.down_(self.up_(self.norms_[1](x)))
        return self.norms_[2](x) @ ops.transpose(self.items_.table[: self.count_], 1, 0)  # eq. 27

    def scores_of(self, sequences):
        """The logits of what comes after each sequence, which must not be empty: (sequences, items)."""
        inputs.fitted(self, "count_")
        last = np.array([min(len(s), self.length) - 1 for s in sequences])
        logits = nn.evaluate(self._logits, self._padded(sequences), 500)
        return logits[np.arange(len(last)), last].astype(np.float64)


def _batches(n, size, rng):
    order = rng.permutation(n)
    return (order[k : k + size] for k in range(0, n, size))
