"""Which words stand near which: co-occurrence, pointwise mutual information, and vectors by a truncated decomposition."""

import numba
import numpy as np
from scipy import sparse

import texts
from abacus.errors import BadInput
from abacus.estimator import Estimator
from abacus.inputs import counts as whole_numbers
from abacus.inputs import fitted, seed
from abacus.kernels import JIT

BLOCK = 1 << 20  # words whose pairs are held at once


@numba.njit(**JIT)
def _pairs(words, starts, begin, end, window, harmonic, rows, columns, weights):
    """Fill in the pairs of centres begin … end − 1 with all words up to `window` places away in their text; how many."""
    count, text = 0, np.searchsorted(starts, begin, side="right") - 1
    for i in range(begin, end):
        while i >= starts[text + 1]:
            text += 1
        for j in range(max(starts[text], i - window), min(starts[text + 1], i + window + 1)):
            if j != i:
                rows[count], columns[count] = words[i], words[j]
                weights[count] = 1.0 / abs(i - j) if harmonic else 1.0  # GloVe section 4.2: a word d away counts 1/d
                count += 1
    return count


def cooccurrence(words, starts, size, window, harmonic=False):
    """#(w, c), sparse float64 (size, size): how often word c stands at most `window` places from w in the same text (eq. 1).

    `words` and `starts` as of texts.numbered. With `harmonic` a pair d places apart counts 1/d. Symmetric.
    """
    total = sparse.csr_array((size, size))
    rows, columns = (np.empty(min(len(words), BLOCK) * 2 * window, np.int32) for _ in range(2))
    weights = np.empty(len(rows))
    for begin in range(0, len(words), BLOCK):
        end = min(begin + BLOCK, len(words))
        n = _pairs(words, starts, begin, end, window, harmonic, rows, columns, weights)
        total = total + sparse.coo_array((weights[:n], (rows[:n], columns[:n])), (size, size)).tocsr()
    return total


def pmi(x, smoothing=1.0):
    """PMI(w, c) = ln(#(w, c) · D / (#(w) · #(c))) where the pair was seen, sparse (eq. 2); D is the sum of all counts.

    `smoothing`: contexts have the share #(c)^smoothing of the whole (Levy, Goldberg & Dagan 2015: 0.75).
    """
    x = sparse.coo_array(x)
    kept = x.data > 0
    row, column, count = x.row[kept], x.col[kept], x.data[kept]
    of_word, of_context = np.asarray(x.sum(axis=1)).ravel(), np.asarray(x.sum(axis=0)).ravel() ** smoothing
    value = np.log(count * of_context.sum() / (of_word[row] * of_context[column]))
    return sparse.csr_array((value, (row, column)), x.shape)


def positive(x, shift=1.0):
    """max(x − ln shift, 0) of the stored entries, sparse (eq. 3): PPMI, or with k > 1 its shifted form."""
    x = x.copy()
    x.data = np.maximum(x.data - np.log(shift), 0)
    x.eliminate_zeros()
    return x


def truncated(x, rank, rng, extra=10, powers=4):
    """U (n, rank), s (rank,): the largest singular values of a large sparse x and their left vectors, by a random sketch.

    The range of (x xᵀ)^powers x Ω, Ω random of rank + extra columns, holds them nearly (Halko et al. 2011).
    """
    width = min(rank + extra, min(x.shape))
    q = np.linalg.qr(x @ rng.standard_normal((x.shape[1], width)))[0]
    for _ in range(powers):
        q = np.linalg.qr(x @ np.linalg.qr(x.T @ q)[0])[0]
    u, s, _ = np.linalg.svd((x.T @ q).T, full_matrices=False)
    return (q @ u)[:, :rank], s[:rank]


class PPMI(Estimator):
    """Words as rows of the (shifted) positive PMI matrix, brought to `size` dimensions: vectors_ = U √S (eq. 5).

    `fit(texts)` takes lists of words. Afterwards: vocabulary_ {word: row}, vectors_ (words, size), matrix_ (sparse).
    """

    def __init__(self, size=100, window=5, least=5, shift=1.0, smoothing=0.75, random_state=0):
        self.size, self.window, self.least = size, window, least
        self.shift, self.smoothing, self.random_state = shift, smoothing, random_state

    def fit(self, sentences):
        """Count, weigh, decompose. BadInput for settings or texts that cannot be."""
        whole_numbers(size=self.size, window=self.window, least=self.least)
        seed(self.random_state)
        if not self.shift > 0 or not 0 <= self.smoothing <= 1:
            raise BadInput(f"shift={self.shift}, smoothing={self.smoothing}: wanted above 0, and between 0 and 1")
        lines = texts.checked(sentences)
        self.vocabulary_, _ = texts.common(lines, self.least)
        x = cooccurrence(*texts.numbered(lines, self.vocabulary_), len(self.vocabulary_), self.window)
        self.matrix_ = positive(pmi(x, self.smoothing), self.shift)
        u, s = truncated(self.matrix_, self.size, np.random.default_rng(self.random_state))
        self.vectors_ = u * np.sqrt(s)
        return self

    def nearest(self, word, count=5):
        """[(word, cosine)] of the nearest words. BadInput for a word that was not seen often enough."""
        fitted(self, "vectors_")
        return texts.nearest(word, self.vocabulary_, self.vectors_, count)
