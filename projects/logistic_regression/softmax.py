"""Loss and gradient of multinomial logistic regression."""

import numpy as np

BLOCK = 512  # samples at a time: read for their scores, they are still in the cache for the gradient
ROUNDING = 1e-6  # of the products in single precision, beside their trace: less curvature than this is no curvature


def loss_and_gradient(weights, x, labels):
    """Σ_i -log softmax(W x_i + b)[label_i], eq. (12), and its gradient Σ_i (softmax - onehot) (x_i, 1)ᵀ, eq. (13).

    weights and gradient (K, p + 1), the last column being b; x (n, p). The products of a block are in the precision of
    x, the sums over blocks in double.
    """
    w, b = weights[:, :-1].T.astype(x.dtype), weights[:, -1].astype(x.dtype)
    loss, gradient = 0.0, np.zeros(weights.shape)
    for start in range(0, len(x), BLOCK):
        a = x[start : start + BLOCK]
        z = a @ w + b
        rows, right = np.arange(len(z)), labels[start : start + BLOCK]
        z -= z.max(axis=1, keepdims=True)
        picked = z[rows, right]
        np.exp(z, out=z)
        total = z.sum(axis=1)
        loss += float((np.log(total) - picked).sum(dtype=np.float64))
        z /= total[:, None]
        z[rows, right] -= 1
        gradient[:, :-1] += z.T @ a
        gradient[:, -1] += z.sum(axis=0)
    return loss, gradient


def inverse_at_zero(x, curvature, ridge):
    """v -> H⁻¹ v for the Hessian at W = 0, H = curvature · Σ_i (x_i, 1)(x_i, 1)ᵀ + ridge I, the same for every class.

    There all probabilities are 1/K, and what joins the classes, I - 11ᵀ/K in eq. (15), changes no vector whose sum over
    the classes is 0, as every gradient's is: so the first step of a descent is Newton's.
    """
    p = x.shape[1]
    h = np.empty((p + 1, p + 1))
    h[:p, :p], h[p, p] = x.T @ x, len(x)
    h[p, :p] = h[:p, p] = x.sum(axis=0, dtype=np.float64)
    h *= curvature
    h[np.diag_indices(p + 1)] += ridge + ROUNDING * np.trace(h)
    inverse = np.linalg.inv(h)
    return lambda v: (v.reshape(-1, p + 1) @ inverse).ravel()
