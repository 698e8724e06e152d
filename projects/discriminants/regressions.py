"""The two regressions of ESL's Table 4.1: least squares on the indicators, and multinomial logistic."""

import numpy as np


def indicators(x, y, classes):
    """Least-squares coefficients (p + 1, K) of the K indicators [y = c] on (1, x), eq. (8)."""
    return np.linalg.lstsq(_with_one(x), np.eye(classes)[y], rcond=None)[0]  # eq. 8


def logistic(x, y, classes, passes=50):
    """Maximum-likelihood coefficients (p + 1, K) of p(c | x) = softmax(x B), the last class 0, by Newton, eq. (9).

    A Newton step that would lower the likelihood is halved. ArithmeticError where it has not settled after `passes`.
    """
    a, target = _with_one(x), np.eye(classes)[y]
    size = a.shape[1]
    b = np.zeros((size, classes))
    for _ in range(passes):
        p = _softmax(a @ b)
        gradient = (a.T @ (target - p))[:, :-1].T.ravel()
        step = np.linalg.solve(_information(a, p[:, :-1]), gradient).reshape(classes - 1, size).T
        b, gain = _climb(a, target, b, step)
        if gain < 1e-10 * len(x):
            return b
    raise ArithmeticError(f"Newton's method has not settled after {passes} steps")


def classify(x, b):
    """The class with the largest fitted value."""
    return (_with_one(x) @ b).argmax(axis=1)


def _information(a, p):
    """Σ_i a_i a_iᵀ ⊗ (diag p_i - p_i p_iᵀ) over the classes but the last."""
    size, classes = a.shape[1], p.shape[1]
    out = np.empty((classes, size, classes, size))
    for c in range(classes):
        for d in range(classes):
            weight = p[:, c] * ((c == d) - p[:, d])  # eq. 9
            out[c, :, d, :] = a.T @ (weight[:, None] * a)
    return out.reshape(classes * size, classes * size)


def _climb(a, target, b, step):
    """b after the step, halved until the log-likelihood does not fall; and how much it rose."""
    before, size = _likelihood(a, target, b), 1.0
    while size > 1e-6:
        moved = b.copy()
        moved[:, :-1] += size * step
        gain = _likelihood(a, target, moved) - before
        if gain >= 0:
            return moved, gain
        size /= 2
    return b, 0.0


def _likelihood(a, target, b):
    score = a @ b
    top = score.max(axis=1, keepdims=True)
    return (target * score).sum() - (top[:, 0] + np.log(np.exp(score - top).sum(axis=1))).sum()


def _softmax(score):
    p = np.exp(score - score.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


def _with_one(x):
    return np.column_stack([np.ones(len(x)), x])
