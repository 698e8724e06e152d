"""Loss and gradient of multinomial logistic regression."""

import numpy as np

BLOCK = 1024  # samples at a time, so that the scores stay in the cache
MANY = 10_000  # numbers in x from which on the compiled form is worth its import


def loss_and_gradient(weights, x, labels):
    """Σ_i -log softmax(W x_i + b)[label_i], eq. (12), and its gradient Σ_i (softmax - onehot) (x_i, 1)ᵀ, eq. (13).

    weights and gradient (K, p + 1), the last column being b; x (n, p). Single precision goes through `onepass`, whose
    scores are single and whose sums are double; everything else is computed here in double precision.
    """
    if x.dtype == np.float32 and x.size >= MANY:
        import onepass

        return onepass.loss_and_gradient(weights, np.ascontiguousarray(x), labels)
    return plain(weights, x, labels)


def plain(weights, x, labels):
    """The formula itself, block by block."""
    loss, gradient = 0.0, np.zeros(weights.shape)
    for start in range(0, len(x), BLOCK):
        a = x[start : start + BLOCK].astype(np.float64, copy=False)
        z = a @ weights[:, :-1].T + weights[:, -1]
        rows, right = np.arange(len(z)), labels[start : start + BLOCK]
        z -= z.max(axis=1, keepdims=True)
        picked = z[rows, right].copy()
        np.exp(z, out=z)
        total = z.sum(axis=1)
        loss += float((np.log(total) - picked).sum())
        z /= total[:, None]
        z[rows, right] -= 1
        gradient[:, :-1] += z.T @ a
        gradient[:, -1] += z.sum(axis=0)
    return loss, gradient
