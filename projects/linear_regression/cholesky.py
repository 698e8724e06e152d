"""The normal equations XᵀX b = Xᵀy, solved by Cholesky's factorisation XᵀX = LLᵀ."""

import numpy as np

from triangular import Dependent, back, forward


def least_squares(x, y):
    """b of Xᵀ(y − Xb) = 0  (eq. 2). x (n, p), y (n,). Dependent where XᵀX is not positive definite to float64."""
    factor = cholesky(x.T @ x, len(x))
    return back(factor.T, forward(factor, x.T @ y))  # eq. 2


def cholesky(a, terms=0):
    """Lower L with LLᵀ = A, A (p, p) symmetric positive definite, column after column  (eq. 3).

    Dependent where a pivot is not above what the roundings of its own entry may leave of 0: p, and of the sums that A came
    from as many as they have `terms`.
    """
    factor = np.zeros_like(a)
    for k in range(len(a)):
        column = a[k:, k] - factor[k:, :k] @ factor[k, :k]
        if not column[0] > (len(a) + terms) * np.finfo(float).eps * a[k, k]:
            raise Dependent(f"pivot {k + 1} of {len(a)} is {column[0]:.2g}: the matrix is not positive definite")
        factor[k:, k] = column / np.sqrt(column[0])  # eq. 3
    return factor
