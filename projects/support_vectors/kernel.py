"""Kernels: how similar two samples are, as the scalar product of what they become in a space that is never entered."""

import warnings
from typing import NamedTuple

import numpy as np

from abacus.errors import BadInput

FEWEST = 8  # rows kept: a step of a ν-problem needs three at a time
NAMES = ("linear", "poly", "rbf", "sigmoid", "precomputed")


class Kernel(NamedTuple):
    """One of NAMES with its numbers; `precomputed` takes what it is given for the values themselves."""

    name: str
    gamma: float = 1.0
    degree: int = 3
    coef0: float = 0.0

    def __call__(self, x, y, squares=None):
        """The values k(x_i, y_j) (n, m), float64, for samples x (n, d) and y (m, d); squares: ‖y_j‖², where they are known."""
        if self.name == "rbf":
            squares = np.einsum("ij,ij->i", y, y) if squares is None else squares
            product = (2 * self.gamma * x) @ y.T
            product -= self.gamma * np.einsum("ij,ij->i", x, x)[:, None]
            product -= self.gamma * squares
            np.minimum(product, 0, out=product)  # a rounded distance of a sample from itself
            return np.exp(product, out=product)  # eq. 15
        product = x @ y.T
        if self.name == "linear":
            return product  # eq. 13
        product *= self.gamma
        product += self.coef0
        if self.name == "sigmoid":
            return np.tanh(product, out=product)
        return product**self.degree  # eq. 14

    def diagonal(self, x):
        """k(x_i, x_i) (n,)."""
        if self.name == "rbf":
            return np.ones(len(x))
        squares = np.einsum("ij,ij->i", x, x)
        if self.name == "linear":
            return squares
        squares = self.gamma * squares + self.coef0
        return np.tanh(squares) if self.name == "sigmoid" else squares**self.degree


class Samples:
    """The training samples of one problem: k between any of them, by their numbers.

    x is (n, d), or with a precomputed kernel the n x n values themselves.
    """

    def __init__(self, kernel, x):
        self.kernel, self.x = kernel, x
        self.given = kernel.name == "precomputed"
        with np.errstate(over="ignore"):
            self._squares = None if self.given else np.einsum("ij,ij->i", x, x)

    def __len__(self):
        return len(self.x)

    def values(self, rows, columns):
        """k between samples `rows` and samples `columns` (in order, none twice): (rows, columns), float64."""
        with np.errstate(over="ignore", invalid="ignore"):
            if self.given:
                return finite(self.x[np.ix_(rows, columns)])
            if len(columns) == len(self.x):  # all, in order
                return finite(self.kernel(self.x[rows], self.x, self._squares))
            return finite(self.kernel(self.x[rows], self.x[columns], self._squares[columns]))

    def diagonal(self):
        """k of each sample with itself (n,)."""
        with np.errstate(over="ignore", invalid="ignore"):
            return finite(np.diagonal(self.x).copy() if self.given else self.kernel.diagonal(self.x))


def finite(values):
    """The values; BadInput where one has overflowed."""
    with np.errstate(over="ignore", invalid="ignore"):
        fine = np.isfinite(values.sum()) or np.isfinite(values).all()
    if not fine:
        raise BadInput("the kernel's values overflow: scale X, or take a smaller gamma or degree")
    return values


def check_given(matrix):
    """BadInput where a given kernel matrix (n, n) is not symmetric; a warning where it has clearly negative eigenvalues.

    Kept rows are float32, so what n roundings of its largest entry can do is no sign of either.
    """
    slack = len(matrix) * float(np.finfo(np.float32).eps) * float(np.abs(matrix).max())
    if np.abs(matrix - matrix.T).max() > slack:
        raise BadInput("the precomputed kernel matrix is not symmetric: k(x, y) and k(y, x) must be equal")
    try:
        np.linalg.cholesky(matrix + slack * np.eye(len(matrix)))
    except np.linalg.LinAlgError:
        warnings.warn(
            "the precomputed kernel matrix has negative eigenvalues: what is found may be a local optimum",
            RuntimeWarning,
            stacklevel=4,
        )


class Rows:
    """Rows of the matrix of kernel values, in float32, computed some at a time when they are first asked for.

    sample (N,) says which sample each variable of the problem belongs to: in a regression two belong to each. At most
    `megabytes` are kept, and of what is kept that leaves which was used longest ago.
    """

    BLOCK = 64  # rows that are computed at once, in one matrix product

    def __init__(self, samples, sample, megabytes):
        self.samples, self.sample = samples, np.ascontiguousarray(sample, np.int32)
        self._columns, self._spread = np.unique(self.sample, return_inverse=True)
        fit = int(megabytes * 2**20 // (4 * max(1, len(sample))))
        self.places = min(len(self._columns), max(fit, FEWEST))
        self.kept = np.empty((self.places, len(sample)), np.float32)
        self.place = np.full(len(samples), -1, np.int32)  # of each sample's row; -1: not kept
        self.owner = np.full(self.places, -1, np.int32)
        self.used = np.zeros(self.places, np.int64)  # when; the compiled loop writes here
        self.computed = 0

    def fetch(self, needed, wanted=()):
        """See that the rows of the samples `needed` (two at most) are kept, and of `wanted` as many as one block holds."""
        size = min(self.BLOCK, max(self.places // 4, 2))
        asked = dict.fromkeys([*needed, *wanted])
        missing = [i for i in asked if self.place[i] < 0][:size]
        oldest = self.used + 2**62 * np.isin(self.owner, needed)  # what is needed now stays
        places = np.argsort(oldest, kind="stable")[: len(missing)]
        self.place[self.owner[places][self.owner[places] >= 0]] = -1
        found = self.samples.values(np.array(missing), self._columns)
        with np.errstate(over="ignore"):
            found = finite(found.astype(np.float32))
        self.kept[places] = found if len(self._columns) == len(self.sample) else found[:, self._spread]
        self.place[missing], self.owner[places], self.used[places] = places, missing, self.used.max(initial=0) + 1
        self.computed += len(missing)

    def narrow(self, keep):
        """The same for the variables `keep` alone, with the parts of the rows that are kept already."""
        fewer = Rows(self.samples, self.sample[keep], 0.0)
        there = np.flatnonzero(self.owner >= 0)
        there = there[np.isin(self.owner[there], fewer.sample)]
        fewer.places = min(len(fewer._columns), max(int(self.places * len(self.sample) // max(1, len(keep))), FEWEST))
        there = there[np.argsort(-self.used[there], kind="stable")][: fewer.places]
        fewer.kept = np.empty((fewer.places, len(keep)), np.float32)
        fewer.kept[: len(there)] = self.kept[np.ix_(there, keep)]
        fewer.owner, fewer.used = np.full(fewer.places, -1, np.int32), np.zeros(fewer.places, np.int64)
        fewer.owner[: len(there)], fewer.used[: len(there)] = self.owner[there], self.used[there]
        fewer.place[self.owner[there]] = np.arange(len(there))
        return fewer
