"""An optimiser's update of one parameter in a single pass over flat arrays."""

import math

from numba import njit

from abacus.kernels import JIT


@njit(**JIT)
def sgd(w, dw, lr, decay, scale):
    """w -= lr·(scale·dw + decay·w)."""
    for i in range(w.size):
        w[i] -= lr * (scale * dw[i] + decay * w[i])


@njit(**JIT)
def momentum(w, dw, velocity, lr, keep, nesterov, decay, scale):
    """velocity = keep·velocity + g, w -= lr·velocity, or lr·(g + keep·velocity) with Nesterov's look ahead."""
    for i in range(w.size):
        g = scale * dw[i] + decay * w[i]
        v = keep * velocity[i] + g
        velocity[i] = v
        w[i] -= lr * (g + keep * v) if nesterov else lr * v


@njit(**JIT)
def adam(w, dw, m, v, step, keep1, keep2, rest1, rest2, correction, eps, shrink, decay, scale):
    """m, v: running means of g and g² (rest = 1 - keep); w = shrink·w - step·m / (√(v·correction) + eps)."""
    for i in range(w.size):
        g = scale * dw[i] + decay * w[i]
        mean = keep1 * m[i] + rest1 * g
        square = keep2 * v[i] + rest2 * g * g
        m[i], v[i] = mean, square
        w[i] = shrink * w[i] - step * mean / (math.sqrt(square * correction) + eps)


@njit(**JIT)
def amsgrad(w, dw, m, v, largest, step, keep1, keep2, rest1, rest2, correction, eps, shrink, decay, scale):
    """Adam with the largest v so far in place of v."""
    for i in range(w.size):
        g = scale * dw[i] + decay * w[i]
        mean = keep1 * m[i] + rest1 * g
        square = keep2 * v[i] + rest2 * g * g
        m[i], v[i] = mean, square
        largest[i] = max(largest[i], square)
        w[i] = shrink * w[i] - step * mean / (math.sqrt(largest[i] * correction) + eps)


@njit(**JIT)
def rmsprop(w, dw, square, velocity, lr, rest, keep, eps, decay, scale):
    """square moves by rest·(g² - square), velocity = keep·velocity + g / (√square + eps), w -= lr·velocity."""
    for i in range(w.size):
        g = scale * dw[i] + decay * w[i]
        s = square[i] + rest * (g * g - square[i])
        v = keep * velocity[i] + g / (math.sqrt(s) + eps)
        square[i], velocity[i] = s, v
        w[i] -= lr * v
