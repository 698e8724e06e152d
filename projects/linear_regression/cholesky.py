"""The normal equations XᵀX b = Xᵀy, solved by Cholesky's factorisation XᵀX = LLᵀ."""

import numpy as np

from triangular import back, forward


def least_squares(x, y):
    """b of Xᵀ(y − Xb) = 0  (eq. 2). x (n, p), y (n,). ArithmeticError where XᵀX is not positive definite to float64."""
    factor = cholesky(x.T @ x)
    return back(factor.T, forward(factor, x.T @ y))


def cholesky(a):
    """Lower L with LLᵀ = A, A (p, p) symmetric positive definite, column after column  (eq. 3)."""
    factor = np.zeros_like(a)
    for k in range(len(a)):
        column = a[k:, k] - factor[k:, :k] @ factor[k, :k]
        if not column[0] > 0:
            raise ArithmeticError(f"pivot {k + 1} of {len(a)} is {column[0]:.2g}: the matrix is not positive definite")
        factor[k:, k] = column / np.sqrt(column[0])
    return factor
