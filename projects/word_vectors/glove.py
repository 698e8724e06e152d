"""GloVe (Pennington et al. 2014): vectors whose products are logarithms of co-occurrence counts, by weighted least squares."""

import numba
import numpy as np

import counts
import texts
from abacus.errors import BadInput
from abacus.estimator import Estimator
from abacus.inputs import counts as whole_numbers
from abacus.inputs import fitted, seed
from abacus.kernels import JIT


@numba.njit(**JIT)
def sweep(order, rows, columns, targets, weights, w, c, w_squares, c_squares, rate):
    """One pass of AdaGrad over pairs in the given order; the mean of f(X) (w·c + b + b̃ − ln X)² before its steps (eq. 13).

    w and c are float64 (words, size + 1), the bias last; their squares sum up past gradients, from 1 as the authors have it.
    """
    total, size = 0.0, w.shape[1] - 1
    for p in order:
        i, j = rows[p], columns[p]
        error = w[i, size] + c[j, size] - targets[p]
        for k in range(size):
            error += w[i, k] * c[j, k]
        total += weights[p] * error * error
        step = weights[p] * error
        for k in range(size + 1):
            dw, dc = step * (c[j, k] if k < size else 1.0), step * (w[i, k] if k < size else 1.0)
            w[i, k] -= rate * dw / np.sqrt(w_squares[i, k])
            c[j, k] -= rate * dc / np.sqrt(c_squares[j, k])
            w_squares[i, k] += dw * dw
            c_squares[j, k] += dc * dc
    return total / len(order)


def weight(x, most):
    """f(x) = min((x/most)^0.75, 1): rare pairs count less, frequent ones all the same (eq. 14)."""
    return np.minimum((x / most) ** 0.75, 1)


class GloVe(Estimator):
    """vectors_ = w + c (words, size) of the least-squares fit to ln X, X the counts of pairs weighted by 1/distance.

    `fit(texts)` takes lists of words. Afterwards: vocabulary_ {word: row}, vectors_, losses_ (passes,).
    """

    def __init__(self, size=100, window=10, least=5, most=100.0, rate=0.05, passes=15, random_state=0):
        self.size, self.window, self.least, self.most = size, window, least, most
        self.rate, self.passes, self.random_state = rate, passes, random_state

    def fit(self, sentences, after=None):
        """Count pairs and fit them; `after(pass, share)` is called after each pass. BadInput for what cannot be."""
        whole_numbers(size=self.size, window=self.window, least=self.least, passes=self.passes)
        seed(self.random_state)
        if not self.most > 0 or not self.rate > 0:
            raise BadInput(f"most={self.most}, rate={self.rate}: wanted above 0")
        lines = texts.checked(sentences)
        self.vocabulary_, _ = texts.common(lines, self.least)
        n, rng = len(self.vocabulary_), np.random.default_rng(self.random_state)
        x = counts.cooccurrence(*texts.numbered(lines, self.vocabulary_), n, self.window, harmonic=True).tocoo()
        if x.nnz == 0:
            raise BadInput("no two words stand near one another in these texts")
        w, c = ((rng.random((n, self.size + 1)) - 0.5) / (self.size + 1) for _ in range(2))
        squares, self.losses_ = (np.ones_like(w), np.ones_like(c)), []
        pairs = x.row, x.col, np.log(x.data), weight(x.data, self.most)
        for number in range(self.passes):
            self.losses_.append(sweep(rng.permutation(x.nnz), *pairs, w, c, *squares, self.rate))
            if after:
                after(number, (number + 1) / self.passes)
        self.vectors_ = (w + c)[:, :-1]
        return self

    def nearest(self, word, count=5):
        """[(word, cosine)] of the nearest words. BadInput for a word that was not seen often enough."""
        fitted(self, "vectors_")
        return texts.nearest(word, self.vocabulary_, self.vectors_, count)
