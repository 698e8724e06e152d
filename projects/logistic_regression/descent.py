"""First-order methods: gradient descent, stochastic gradient descent, subgradients, and proximal steps for L1."""

import numpy as np

import convergence


def gradient_descent(function, start, rate, steps):
    """β ← β - rate ∇f(β), eq. (16): the last β and the value at every step."""
    beta, values = np.array(start, dtype=np.float64), []
    for _ in range(steps):
        value, gradient = function(beta)
        values.append(value)
        beta -= rate * gradient  # eq. 16
    return beta, values


def stochastic(gradient_of, start, n, rate, passes, batch, rng):
    """β ← β - rate_t ∇f_batch(β), eq. (17), rate_t = rate / (1 + t / passes of data): the mean of the last pass' β.

    `gradient_of(beta, rows)` is the mean gradient over some rows.
    """
    beta, step = np.array(start, dtype=np.float64), 0
    per_pass = -(-n // batch)
    for _ in range(passes):
        order, total = rng.permutation(n), np.zeros_like(beta)
        for begin in range(0, n, batch):
            beta -= rate / (1 + step / per_pass) * gradient_of(beta, order[begin : begin + batch])  # eq. 17
            total += beta
            step += 1
    return total / per_pass


def subgradient(function, start, rate, steps):
    """Normalised subgradient steps of length rate / √t, for losses with kinks, eq. (18): the best β met.

    All steps together are about 2 rate √steps long: rate must be of the size of the way from start to the minimum.
    """
    beta = np.array(start, dtype=np.float64)
    best, lowest = beta.copy(), np.inf
    for t in range(1, steps + 1):
        value, gradient = function(beta)
        if value < lowest:
            best, lowest = beta.copy(), value
        norm = np.linalg.norm(gradient)
        if norm == 0:
            break
        beta = beta - rate / np.sqrt(t) * gradient / norm  # eq. 18
    return best


def proximal(function, start, penalties, tol=1e-8, steps=10_000):
    """(argmin, steps) of f(β) + Σ penalties |β|: soft thresholding after each step, with momentum (FISTA), eq. (19).

    The step length is halved until f lies below its quadratic model. Ends when what stands for the gradient, a step
    over its length, has no entry above tol; warns where it does not.
    """
    beta = np.array(start, dtype=np.float64)
    look, momentum, rate, left = beta.copy(), 1.0, 1.0, np.inf
    for taken in range(1, steps + 1):
        value, gradient = function(look)
        while True:
            moved = look - rate * gradient
            moved = np.sign(moved) * np.maximum(np.abs(moved) - rate * penalties, 0)  # eq. 19
            gap = moved - look
            if function(moved)[0] <= value + gradient @ gap + gap @ gap / (2 * rate) + 1e-12 * abs(value):
                break
            rate /= 2
        if (look - moved) @ (moved - beta) > 0:  # the momentum points uphill: forget it
            momentum = 1.0
        following = (1 + np.sqrt(1 + 4 * momentum**2)) / 2
        look = moved + (momentum - 1) / following * (moved - beta)
        beta, momentum, left = moved, following, np.abs(gap).max() / rate
        if left <= tol:
            return beta, taken
    convergence.warn("the proximal method", steps, left, tol)
    return beta, steps
