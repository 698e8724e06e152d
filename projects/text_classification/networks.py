"""Four networks over the rows of a sentence's words: Kim's windows, averages of two depths, an LSTM, and a transformer."""

import numpy as np

import batches
import windows
from abacus import nn, ops
from abacus.tensor import Parameter

WIDTHS, MAPS = (3, 4, 5), 100  # words in a window, filters of each width (Kim 2014, p. 1748)
HEADS = 4


class Windows:
    """Kim's network (2014): filters over windows of words, each one's strongest answer, dropout, an affine map."""

    padding = batches.PADDING  # as in Kim's code, for windows of up to five words

    def __init__(self, width, classes, drop, rng):
        small = rng.uniform(-0.01, 0.01, (MAPS * sum(WIDTHS), width))
        self.filters = Parameter(small.astype(np.float32))
        self.bias = Parameter(np.zeros(MAPS * len(WIDTHS), np.float32))
        self.out = nn.Affine(MAPS * len(WIDTHS), classes, rng, initial=lambda shape, rng: np.zeros(shape, np.float32))
        self.drop = drop

    def __call__(self, rows, batch, rng=None):
        found = windows.strongest(rows, self.filters, batch.places, batch.starts, WIDTHS)
        return self.out(ops.dropout(ops.relu(found + self.bias), self.drop, rng))


class Average:
    """The mean of the words' rows (eq. 8), `depth` layers of ReLU, an affine map; `drop` is the share of dropped words.

    Depth 0 is a bag of embeddings (NBOW, fastText), depth 2 or 3 a deep averaging network (Iyyer 2015).
    """

    padding = 0

    def __init__(self, width, classes, depth, drop, rng):
        self.layers = [nn.Affine(width, width, rng, activation="relu") for _ in range(depth)]
        self.out, self.drop = nn.Affine(width, classes, rng), drop

    def __call__(self, rows, batch, rng=None):
        keep = None if rng is None else rng.random(len(batch.places)) >= self.drop
        x = ops.matmul(batches.means(batch, keep), rows)
        for layer in self.layers:
            x = layer(x)
        return self.out(x)


class Recurrent:
    """An LSTM from the first word to the last; its state at the last word, dropout, an affine map."""

    padding = 0

    def __init__(self, width, classes, drop, rng):
        self.lstm, self.out, self.drop = nn.LSTM(width, width, rng), nn.Affine(width, classes, rng), drop

    def __call__(self, rows, batch, rng=None):
        index, there = padded(batch)
        states, _ = self.lstm(ops.swapaxes(ops.embedding(index, rows), 0, 1))
        last = (np.arange(index.shape[1]) == there.sum(axis=1, keepdims=True) - 1).T[:, :, None]
        return self.out(ops.dropout(ops.sum(states * last.astype(np.float32), axis=0), self.drop, rng))


class Transformer:
    """One block of self-attention over the words and where they stand; the mean over the words, an affine map."""

    padding = 0
    longest = 512  # places that have a row of their own; later ones share the last

    def __init__(self, width, classes, drop, rng):
        self.position = nn.Embedding(self.longest, width, rng, sd=0.1)
        self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = nn.SelfAttention(width, HEADS, rng)
        self.wide, self.narrow = nn.Affine(width, 2 * width, rng, activation="relu"), nn.Affine(2 * width, width, rng)
        self.out, self.drop = nn.Affine(width, classes, rng), drop

    def __call__(self, rows, batch, rng=None):
        index, there = padded(batch)
        place = np.minimum(np.arange(index.shape[1]), self.longest - 1)
        x = ops.embedding(index, rows) + self.position(place)
        x = x + self.attention(self.before(x), mask=there[:, None, None, :])
        x = x + self.narrow(self.wide(self.between(x)))
        weight = (there / there.sum(axis=1, keepdims=True))[:, :, None].astype(np.float32)
        return self.out(ops.dropout(ops.sum(x * weight, axis=1), self.drop, rng))


def padded(batch):
    """(places (sentences, longest), there bool): rows filled up with the batch's first word, and which of them are words."""
    lengths = np.diff(batch.starts)
    there = np.arange(lengths.max()) < lengths[:, None]
    index = np.zeros(there.shape, np.int64)
    index[there] = batch.places
    return index, there
