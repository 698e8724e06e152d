"""What naive Bayes needs to know of a matrix of samples, added up for every class: one pass, compiled (loops.py)."""

import numpy as np

from abacus.errors import BadInput


def sums(x, index, classes):
    """Σ x over the samples of every class, (classes, features); x dense or CSR."""
    import loops  # and with it numba, when it is first needed

    total = np.zeros((classes, x.shape[1]))
    if hasattr(x, "indptr"):
        loops.sparse_sums(x.data, x.indices, x.indptr, index, total)
    else:
        loops.dense_sums(x, index, total)
    return total


def squares(x, index, mean):
    """Σ (x - mean of its class)² over the samples of every class, (classes, features)."""
    import loops

    total = np.zeros_like(mean)
    loops.squares(x, index, mean, total)
    return total


def presences(x, index, classes, threshold):
    """Number of samples of every class in which a feature lies above the threshold, (classes, features)."""
    import loops

    total = np.zeros((classes, x.shape[1]))
    if hasattr(x, "indptr"):
        loops.sparse_presences(x.data, x.indices, x.indptr, index, threshold, total)
    else:
        loops.dense_presences(x, index, threshold, total)
    return total


def reject_negative(x, name):
    """Counts are not below 0."""
    values = x.data if hasattr(x, "indptr") else x
    if values.size and values.min() < 0:
        raise BadInput(f"Negative values in data passed to {name}: counts cannot be below 0")
