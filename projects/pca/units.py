"""One layer of units 1.7159 tanh(2/3 w'x), trained to ±1 digit by digit (LeCun 1998, section III.C.1, appendix A)."""

import itertools

import numpy as np

A, S = np.float32(1.7159), np.float32(2 / 3)  # p. 41


def train(x, labels, passes, rate, rng):
    """Ten units, one a class: W (10, d + 1), the bias last (eqs. 18 and 19)."""
    from sweep import one_pass

    w = np.zeros((10, x.shape[1] + 1), np.float32)
    targets = (2.0 * np.eye(10)[labels] - 1.0).astype(np.float32)
    for _ in range(passes):
        one_pass(x, targets, rng.permutation(len(x)), w, np.float32(rate), A, S)
    return w


def train_pairs(x, labels, passes, rate, rng):
    """One unit for each pair of classes, +1 for the first, −1 for the second, trained on these two: W (45, d + 1)."""
    from sweep import one_pass

    rows = []
    for i, j in pairs():
        w = np.zeros((1, x.shape[1] + 1), np.float32)
        own = np.flatnonzero((labels == i) | (labels == j))
        targets = np.where(labels == i, 1.0, -1.0).astype(np.float32)[:, None]
        for _ in range(passes):
            one_pass(x, targets, own[rng.permutation(len(own))], w, np.float32(rate), A, S)
        rows.append(w[0])
    return np.array(rows)


def outputs(x, w):
    """A tanh(S w'x) for all rows of X and units of W: (n, units)."""
    return A * np.tanh(S * (x @ w[:, :-1].T + w[:, -1]))


def scores(units):
    """Score of class i: the sum of the units i/x minus that of the units y/i (section III.C.1): (n, 45) to (n, 10)."""
    total = np.zeros((len(units), 10), units.dtype)
    for column, (i, j) in enumerate(pairs()):
        total[:, i] += units[:, column]
        total[:, j] -= units[:, column]
    return total


def pairs():
    """(0, 1), (0, 2), … (8, 9)."""
    return list(itertools.combinations(range(10), 2))
