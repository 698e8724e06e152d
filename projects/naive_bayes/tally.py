"""Compiled passes over a matrix of samples that add up, for every class, what naive Bayes needs to know."""

import numpy as np
from numba import njit

# Adding is reassociated nowhere: the sums are the same bits whatever the machine's vectors are.
_options = {"nogil": True, "error_model": "numpy", "cache": True}


def sums(x, index, classes):
    """Σ x over the samples of every class, (classes, features); x dense or CSR."""
    total = np.zeros((classes, x.shape[1]))
    if hasattr(x, "indptr"):
        _sparse_sums(x.data, x.indices, x.indptr, index, total)
    else:
        _dense_sums(x, index, total)
    return total


def squares(x, index, mean):
    """Σ (x - mean of its class)² over the samples of every class, (classes, features)."""
    total = np.zeros_like(mean)
    _squares(x, index, mean, total)
    return total


def presences(x, index, classes, threshold):
    """Number of samples of every class in which a feature lies above the threshold, (classes, features)."""
    total = np.zeros((classes, x.shape[1]))
    if hasattr(x, "indptr"):
        _sparse_presences(x.data, x.indices, x.indptr, index, threshold, total)
    else:
        _dense_presences(x, index, threshold, total)
    return total


@njit(**_options)
def _dense_sums(x, index, total):
    for i in range(x.shape[0]):
        row = total[index[i]]
        for j in range(x.shape[1]):
            row[j] += x[i, j]


@njit(**_options)
def _sparse_sums(values, columns, start, index, total):
    for i in range(len(start) - 1):
        row = total[index[i]]
        for k in range(start[i], start[i + 1]):
            row[columns[k]] += values[k]


@njit(**_options)
def _squares(x, index, mean, total):
    for i in range(x.shape[0]):
        row, center = total[index[i]], mean[index[i]]
        for j in range(x.shape[1]):
            gap = x[i, j] - center[j]
            row[j] += gap * gap


@njit(**_options)
def _dense_presences(x, index, threshold, total):
    for i in range(x.shape[0]):
        row = total[index[i]]
        for j in range(x.shape[1]):
            row[j] += x[i, j] > threshold


@njit(**_options)
def _sparse_presences(values, columns, start, index, threshold, total):
    for i in range(len(start) - 1):
        row = total[index[i]]
        for k in range(start[i], start[i + 1]):
            row[columns[k]] += values[k] > threshold
