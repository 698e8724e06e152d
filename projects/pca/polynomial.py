"""Least-squares classifiers, linear in a digit's features or in all products of two (LeCun 1998, section III.C.3)."""

import numpy as np

import units

ROWS = 4000  # of a block of products


def products(z):
    """All products z_i z_j, i <= j, of the columns of Z (n, k), and a constant 1: (n, k(k + 1)/2 + 1) (eq. 17)."""
    i, j = np.triu_indices(z.shape[1])
    return np.hstack([z[:, i] * z[:, j], np.ones((len(z), 1))])  # eq. 17


def products_and_inputs(z):
    """The products, the constant, and the inputs themselves: the full polynomial of the second degree."""
    return np.hstack([products(z), z])


def inputs(z):
    """The inputs and the constant: the linear classifier."""
    return np.hstack([z, np.ones((len(z), 1))])


FEATURES = {"linear": inputs, "products": products, "products and inputs": products_and_inputs}


def fit(z, labels, features):
    """W (inputs, 10) minimising Σ ‖features(z) W − t‖², t = +1 for the own class and −1 for the others (eq. 16)."""
    gram, right = 0.0, 0.0
    for rows, own in _blocks(z, labels):
        f = features(rows)
        gram = gram + f.T @ f
        right = right + f.T @ (2.0 * np.eye(10)[own] - 1.0)  # eq. 16
    return solve(gram, right)


def predict(z, w, features):
    """The class with the largest output."""
    return np.concatenate([(features(rows) @ w).argmax(axis=1) for rows, _ in _blocks(z, z)])


def solve(gram, right):
    """The shortest w with gram w = right, where gram may be singular (constant pixels). By LAPACK: up to 861 rows."""
    values, vectors = np.linalg.eigh(gram)
    good = values > len(values) * np.finfo(np.float64).eps * values[-1]
    v = vectors[:, good]
    return v @ ((v.T @ right).T / values[good]).T


def _blocks(z, labels):
    for start in range(0, len(z), ROWS):
        yield z[start : start + ROWS].astype(np.float64), labels[start : start + ROWS]


def fit_pairs(z, labels):
    """For each pair of classes i < j the least-squares w with target +1 for i and −1 for j: (inputs, 45)."""
    own = [inputs(z[labels == c].astype(np.float64)) for c in range(10)]
    grams, sums = [f.T @ f for f in own], [f.sum(axis=0) for f in own]
    return np.column_stack([solve(grams[i] + grams[j], sums[i] - sums[j]) for i, j in units.pairs()])
