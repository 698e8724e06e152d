"""X'X where many columns are zero: what no row of a block fills is left out of the block's product.

Of the 784 pixels of MNIST's digits many are blank in 512 digits one after the other.
"""

import numpy as np
from numba import njit

from abacus.kernels import JIT

ROWS = 512  # of a block: fewer leave out more columns, and make smaller products
_jit = njit(**JIT)


def worth_it(x):
    """Whether the first rows leave out enough to pay for looking."""
    return x.flags.c_contiguous and np.mean((x[:ROWS] == 0).all(axis=0)) > 0.1


def gram(x):
    """X'X (d, d) of X (n, d), in float64; each block's product is summed in X's own precision."""
    from scipy.linalg import get_blas_funcs

    product, d = get_blas_funcs("syrk", (x,)), x.shape[1]
    total, runs = np.zeros((d, d)), np.empty((d, 3), np.int64)
    filled, packed = np.empty(d, x.dtype), np.empty(ROWS * d, x.dtype)
    for start in range(0, len(x), ROWS):
        block = x[start : start + ROWS]
        count, wide = _pack(block, filled, runs, packed)
        rows = packed[: len(block) * wide].reshape(len(block), wide)
        _add(total, runs[:count], product(1.0, rows.T, lower=1).T)
    return total + np.triu(total, 1).T


@_jit
def _pack(block, filled, runs, packed):
    """The columns of the block that are not all zero, side by side in `packed`; how many runs of them there are, and columns.

    runs: first column, place in a packed row, length.
    """
    n, d = block.shape
    filled[:] = 0
    for i in range(n):
        row = block[i]
        for j in range(d):
            filled[j] += abs(row[j])
    count, wide, j = 0, 0, 0
    while j < d:
        if filled[j] == 0:
            j += 1
            continue
        first = j
        while j < d and filled[j] != 0:
            j += 1
        runs[count, 0], runs[count, 1], runs[count, 2] = first, wide, j - first
        wide += j - first
        count += 1
    for i in range(n):
        row, own = block[i], packed[i * wide : (i + 1) * wide]
        for first, place, length in runs[:count]:
            source, target = row[first : first + length], own[place : place + length]
            for k in range(length):
                target[k] = source[k]
    return count, wide


@_jit
def _add(total, runs, part):
    """Adds the upper triangle of a block's product where it belongs."""
    for r in range(len(runs)):
        for i in range(runs[r, 2]):
            row, own = total[runs[r, 0] + i], part[runs[r, 1] + i]
            for first, place, length in runs[r:]:
                target, source = row[first : first + length], own[place : place + length]
                for k in range(length):
                    target[k] += source[k]
