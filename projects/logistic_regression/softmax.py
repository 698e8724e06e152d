"""Loss and gradient of multinomial logistic regression."""

import numpy as np

BLOCK = 512  # samples at a time: read for their scores, they are still in the cache for the gradient
ROUNDING = (
    1e-6  # of products in single precision, of predictors with deviation 1: less curvature than this is no curvature
)


def loss_and_gradient(weights, x, labels, centre=0):
    """Σ_i -log softmax(W x_i + b)[label_i], eq. (12), and its gradient Σ_i (softmax - onehot) (x_i, 1)ᵀ, eq. (13).

    weights and gradient (K, p + 1), the last column being b; x (n, p), of which `centre` is taken first. The products of a
    block are in the precision of x, the sums over blocks in double.
    """
    w, b = weights[:, :-1].T.astype(x.dtype), weights[:, -1].astype(x.dtype)
    loss, gradient = 0.0, np.zeros(weights.shape)
    for start, a in _blocks(x, centre):
        z = a @ w + b
        rows, right = np.arange(len(z)), labels[start : start + BLOCK]
        z -= z.max(axis=1, keepdims=True)
        picked = z[rows, right]
        np.exp(z, out=z)
        total = z.sum(axis=1)
        loss += float((np.log(total) - picked).sum(dtype=np.float64))  # eq. 12
        z /= total[:, None]
        z[rows, right] -= 1
        gradient[:, :-1] += z.T @ a  # eq. 13
        gradient[:, -1] += z.sum(axis=0)
    return loss, gradient


def inverse_at_zero(x, centre, unit, curvature, ridge):
    """v -> H⁻¹ v for the Hessian at W = 0 of predictors z = (x - centre) / unit with mean 0, the same for every class:
    H = curvature · Σ_i (z_i, 1)(z_i, 1)ᵀ, and ridge / unit² more for the weights: ridge is a number, or one for each.

    There all probabilities are 1/K, and what joins the classes, I - 11ᵀ/K in eq. (15), changes no vector whose sum over
    the classes is 0, as every gradient's is: so the first step of a descent is Newton's.
    """
    n, p = x.shape
    h = np.zeros((p + 1, p + 1))
    for _, a in _blocks(x, centre):
        h[:p, :p] += a.T @ a
    h[:p, :p] /= unit * unit[:, None]
    h[p, p] = n
    h *= curvature  # eq. 15
    h[np.diag_indices(p + 1)] += np.append(ridge / unit**2, 0.0) + ROUNDING * curvature * n
    inverse = np.linalg.inv(h)
    return lambda v: (v.reshape(-1, p + 1) @ inverse).ravel()


def within_reach(x):
    """x, and 1 for each column. Where the squares of a column's deviations would vanish or overflow in the precision of x, the
    column times a power of two, and that power."""
    kind, half = np.finfo(x.dtype), x.astype(np.float64) / 2  # half, so that a difference does not overflow
    size = half.max(axis=0) - half.min(axis=0)
    least, most = np.sqrt(kind.tiny / kind.eps), np.sqrt(kind.max * kind.eps / len(x))
    outside = (size > 0) & ((size < least) | (size > most))
    if not outside.any():
        return x, np.ones(x.shape[1])
    power = np.exp2(np.where(outside, -np.frexp(size)[1], 0).clip(-1020, 1020))
    return (x * power).astype(x.dtype), power


def scale(x):
    """(centre, unit): the means of the columns, in the precision of x, and their deviations; 1 of constant columns."""
    centre = x.mean(axis=0, dtype=np.float64).astype(x.dtype)
    squares = sum(np.square(a).sum(axis=0, dtype=np.float64) for _, a in _blocks(x, centre))
    return centre, np.where(x.min(axis=0) == x.max(axis=0), 1.0, np.sqrt(squares / len(x)))


def _blocks(x, centre):
    """Where each block begins, and its samples less the centre."""
    for start in range(0, len(x), BLOCK):
        yield start, x[start : start + BLOCK] - centre
