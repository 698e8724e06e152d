"""Sums into the rows that an index names."""

from numba import njit

from abacus.kernels import JIT


@njit(**JIT)
def add_rows(total, index, rows):
    """total[index[i]] += rows[i], in order."""
    for i in range(index.size):
        for j in range(rows.shape[1]):
            total[index[i], j] += rows[i, j]
