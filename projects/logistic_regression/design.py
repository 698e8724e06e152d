"""The design matrix of a regression: what it must be (finite, of independent columns), and its orthogonal form."""

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


def whitened(x):
    """z with zᵀz = n I and back, with x back = z: in z no unit and no correlation of the predictors is left."""
    size = np.linalg.norm(x, axis=0)
    size[size == 0] = 1.0
    u, s, vt = np.linalg.svd(x / size, full_matrices=False)
    kept = s > s[0] * max(x.shape) * np.finfo(np.float64).eps
    root = np.sqrt(len(x))
    return root * u[:, kept], root * (vt[kept].T / s[kept]) / size[:, None]
