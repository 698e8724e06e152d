"""The door of a regression on a design matrix: finite numbers, linearly independent columns, an answer for each row."""

import numpy as np

from abacus import inputs
from abacus.errors import BadInput


def checked(x, y, name):
    """x (n, p) and y (n,) as finite float64; BadInput where a column of x is a combination of the others."""
    x = inputs.matrix(x, name=name, kinds=(np.float64,))
    y = inputs.targets(y, len(x))
    size = np.abs(x).max(axis=0)
    rank = np.linalg.matrix_rank(x / np.where(size > 0, size, 1))
    if rank < x.shape[1]:
        raise BadInput(f"{name} needs linearly independent columns: x has {x.shape[1]} columns, {rank} independent")
    return x, y
