"""Sentences of any length in one batch, each different word once; and steps for the rows of a table that a batch has met."""

from typing import NamedTuple

import numpy as np

PADDING = 4  # places on either side, so that a window of five words sees the first word as its last


class Batch(NamedTuple):
    """`words` (U,), the different words, sorted; place i holds words[places[i]]; sentence b is starts[b]:starts[b + 1]."""

    words: np.ndarray
    places: np.ndarray
    starts: np.ndarray


def gathered(documents, padding=0):
    """The Batch of some arrays of numbers, with `padding` zeros before each sentence, and one more behind it.

    The one more lets every window meet a place that is nothing but padding, as in a row filled up to any length.
    """
    before, behind = np.zeros(padding, np.int64), np.zeros(padding + (padding > 0), np.int64)
    flat = np.concatenate([part for document in documents for part in (before, document, behind)])
    found, places = np.unique(flat, return_inverse=True)
    lengths = [len(document) + len(before) + len(behind) for document in documents]
    return Batch(found, places.astype(np.int32), np.concatenate(([0], np.cumsum(lengths))))


def means(batch, keep=None):
    """The matrix (sentences, U) whose product with the rows of the words is each sentence's mean row (eq. 8).

    `keep` bool, one for each place, drops words; a sentence that would lose all of them keeps them.
    """
    lengths = np.diff(batch.starts)
    sentence = np.repeat(np.arange(len(lengths)), lengths)
    if keep is not None:
        left = np.bincount(sentence[keep], minlength=len(lengths))
        keep = keep | (left[sentence] == 0)
        sentence, places = sentence[keep], batch.places[keep]
    else:
        places = batch.places
    matrix = np.zeros((len(lengths), len(batch.words)), np.float32)
    np.add.at(matrix, (sentence, places), np.float32(1))
    return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)  # eq. 8


class AdadeltaRows:
    """Adadelta (Zeiler 2012) of the rows of a table that have a gradient: the values are those of steps over the whole table.

    A row without a gradient does not move, and its two running means shrink by rho: that is made up for when it is next met.
    """

    def __init__(self, table, rho=0.95, eps=1e-6):
        self.table, self.rho, self.eps = table, rho, eps
        self.squares, self.updates = np.zeros_like(table), np.zeros_like(table)
        self.last, self.count = np.zeros(len(table), np.int64), 0

    def step(self, rows, gradient):
        """One step of table[rows], which are different rows, against `gradient` (rows, width)."""
        self.count += 1
        behind = (np.float32(self.rho) ** (self.count - 1 - self.last[rows])).astype(self.table.dtype)[:, None]
        self.last[rows] = self.count
        square = self.squares[rows] * behind * self.rho + (1 - self.rho) * gradient * gradient
        update = self.updates[rows] * behind
        move = gradient * np.sqrt(update + self.eps) / np.sqrt(square + self.eps)  # eq. 9
        self.squares[rows], self.updates[rows] = square, update * self.rho + (1 - self.rho) * move * move
        self.table[rows] -= move


class AdagradRows:
    """Adagrad (Duchi, Hazan & Singer 2011) of the rows that have a gradient; the others would not move anyway."""

    def __init__(self, table, lr=0.005, eps=1e-10):
        self.table, self.lr, self.eps = table, lr, eps
        self.sums = np.zeros_like(table)

    def step(self, rows, gradient):
        """One step of table[rows], which are different rows, against `gradient` (rows, width)."""
        total = self.sums[rows] + gradient * gradient
        self.sums[rows] = total
        self.table[rows] -= self.lr * gradient / (np.sqrt(total) + self.eps)
