"""Gradient descent and stochastic gradient descent on ½‖y − Xb‖²/n, each with the bound that theory gives it."""

import numpy as np

from svd import independent, jacobi

METHODS = ("gradient", "stochastic gradient")


def curvatures(x):
    """μ and L, the least and the largest eigenvalue of XᵀX/n: squares of singular values  (eq. 36). x (n, p)."""
    _, d, v = jacobi(x)
    return np.where(independent(x, d, v), d, 0.0)[-1] ** 2 / len(x), d[0] ** 2 / len(x)  # eq. 36


def gradient_descent(x, y, steps):
    """Iterates (steps + 1, p) from 0 of b ← b − η Xᵀ(Xb − y)/n with the best constant step η = 2/(μ + L)  (eq. 35)."""
    low, high = curvatures(x)
    eta, b = 2 / (low + high), np.zeros((steps + 1, x.shape[1]))
    for k in range(steps):
        b[k + 1] = b[k] - eta / len(x) * (x.T @ (x @ b[k] - y))  # eq. 35
    return b


def gradient_bound(x, distance, steps):
    """‖bₖ − b*‖ ≤ ((κ − 1)/(κ + 1))ᵏ ‖b₀ − b*‖, κ = L/μ  (eq. 37). Returns (steps + 1,)."""
    low, high = curvatures(x)
    return distance * ((high - low) / (high + low)) ** np.arange(steps + 1)  # eq. 37


def sgd(x, y, steps, eta, walks, rng):
    """Iterates (steps + 1, walks, p): each walk takes one row at random a step, b ← b − η xᵢ(xᵢᵀb − yᵢ)  (eq. 38)."""
    b = np.zeros((steps + 1, walks, x.shape[1]))
    for k in range(steps):
        i = rng.integers(len(x), size=walks)
        b[k + 1] = b[k] - eta * x[i] * ((x[i] * b[k]).sum(axis=1) - y[i])[:, None]  # eq. 38
    return b


def sgd_bound(x, y, best, steps, eta):
    """E‖bₖ − b*‖² ≤ (1 − 2ημq)ᵏ‖b*‖² + ησ²/(μq) with q = 1 − η max‖xᵢ‖²  (eq. 39).

    Needell, Srebro and Ward (2014), theorem 2.1; b₀ = 0, and σ² the mean of ‖xᵢ(xᵢᵀb* − yᵢ)‖². Returns (steps + 1,).
    """
    low, _ = curvatures(x)
    squares = (x * x).sum(axis=1)
    q = 1 - eta * squares.max()
    if not low > 0:
        return np.full(steps + 1, np.inf)  # dependent columns: no bound
    noise = ((x @ best - y) ** 2 * squares).mean()
    return (1 - 2 * eta * low * q) ** np.arange(steps + 1) * (best @ best) + eta * noise / (low * q)  # eq. 39
