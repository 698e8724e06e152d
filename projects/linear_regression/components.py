"""Regression on derived directions: principal components and partial least squares."""

import numpy as np

from svd import jacobi


def loadings(x, count):
    """The first `count` right singular vectors of X, (p, count)  (eq. 30). x (n, p)."""
    return jacobi(x)[2][:, :count]  # eq. 30


def partial_least_squares(x, y, count):
    """b (p,) of the fit on `count` directions zₘ = Σ (xⱼᵀy) xⱼ of what is left of X  (eqs. 32-34; ESL algorithm 3.3).

    What is left of X is X times `deflate`, so each direction is a combination of X's own columns. x (n, p), y (n,).
    """
    rest, deflate, b = x.copy(), np.eye(x.shape[1]), np.zeros(x.shape[1])
    rounding = x.size * np.finfo(float).eps * np.linalg.norm(x) * np.linalg.norm(y)
    for _ in range(count):
        w = rest.T @ y
        if not np.linalg.norm(w) > rounding:
            break  # nothing of X is left that goes with y: the fit is that of least squares
        z, of_x = rest @ w, deflate @ w  # eq. 32
        b += (z @ y) / (z @ z) * of_x  # eq. 33
        shares = (z @ rest) / (z @ z)
        rest, deflate = rest - np.outer(z, shares), deflate - np.outer(of_x, shares)  # eq. 34
    return b
