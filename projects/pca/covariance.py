"""Mean and covariance of many rows in one pass over the data, in blocks that the matrix product likes."""

import numpy as np

ROWS = 1 << 14  # of a block: its product is summed in float32 at most this long, the blocks in float64
CANCELS = 1e-3  # a variance below this part of the squared mean has lost too much of it (eq. 2)


def moments(x):
    """The mean m (d,) and S = (X'X − n m m') / (n − 1) (d, d) of the rows of X (n, d), in float64 (eqs. 1 and 2).

    Where the mean is large beside the deviations, eq. 2 cancels: then the blocks are centred first (eq. 1).
    """
    n = len(x)
    mean = sum(block.sum(axis=0, dtype=np.float64) for block in blocks(x)) / n
    s = sum(block.T @ block for block in blocks(x)) - n * np.outer(mean, mean)
    if (np.diag(s) < CANCELS * n * mean * mean).any():
        centre = mean.astype(x.dtype)
        rest = n * (mean - centre)
        s = sum(b.T @ b for b in (block - centre for block in blocks(x))) - np.outer(rest, rest) / n
    s /= max(n - 1, 1)
    return mean, s


def blocks(x):
    """Consecutive rows of x, ROWS at a time."""
    for start in range(0, len(x), ROWS):
        yield x[start : start + ROWS]
