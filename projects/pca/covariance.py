"""Mean and covariance of many rows in one pass over the data, in blocks that the matrix product likes."""

import numpy as np

ROWS = 1 << 16  # of a block: its product is summed in X's own precision, the blocks in float64
FEW = 1 << 10  # rows that are summed to a mean in X's own precision
CANCELS = 1e-3  # a variance below this part of the squared mean has lost too much of it (eq. 2)


def mean(x):
    """m = (1/n) Σ xᵢ (d,), in float64; not finite where x is not."""
    total = np.zeros(x.shape[1])
    with np.errstate(over="ignore", invalid="ignore"):
        for block in blocks(x, FEW):
            total += block.sum(axis=0)
    return total / len(x)


def covariance(x, m):
    """S = (X'X − n m m') / (n − 1) (d, d) of the rows of X (n, d) with mean m, in float64 (eqs. 1 and 2).

    Where the mean is large beside the deviations, eq. 2 cancels: then the blocks are centred first (eq. 1).
    """
    n = len(x)
    s = _gram(x)
    s -= np.outer(n * m, m)  # eq. 2
    if (np.diag(s) < CANCELS * n * m * m).any():
        centre = m.astype(x.dtype)
        rest = n * (m - centre)
        s = _products(block - centre for block in blocks(x, ROWS))  # eq. 1
        s -= np.outer(rest / n, rest)
    s /= max(n - 1, 1)
    return s


def blocks(x, rows):
    """Consecutive rows of x, so many at a time."""
    for start in range(0, len(x), rows):
        yield x[start : start + rows]


def _gram(x):
    """X'X: of a long X, without the columns that are blank in many rows."""
    if len(x) > FEW:
        import blank

        if blank.worth_it(x):
            return blank.gram(x)
    return _products(blocks(x, ROWS))


def _products(parts):
    parts = iter(parts)
    first = next(parts)
    total = (first.T @ first).astype(np.float64)
    for part in parts:
        total += part.T @ part
    return total
