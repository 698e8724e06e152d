"""LeNet-5 one pattern at a time, compiled: the loss of eq. 9, its gradient, and Appendix C's second derivatives.

The backward pass of the second derivatives (eqs. 25 and 27) is that of the gradient with every factor squared: weights,
inputs and slopes. So there is one `back`, called with the factors or with their squares.
All parameters lie in one vector, layer by layer, weights (outputs, 5, 5, inputs) before biases; C3's has a place for
each of its 16 x 6 kernels, and those that Table I leaves out stay 0.
"""

import math

import numpy as np

from abacus.kernels import JIT, exponential  # before numba: it says where compiled code is kept

from numba import njit  # isort: skip

SIZES = (150, 6, 6, 6, 2400, 16, 16, 16, 48000, 120, 10080, 84)
C1, C1B, S2, S2B, C3, C3B, S4, S4B, C5, C5B, F6, F6B, END = (int(edge) for edge in np.cumsum((0, *SIZES)))


@njit(**JIT)
def train(p, rates, images, labels, order, centres, j, squash, field):
    """Walk through the patterns in this order: p -= rates·∂E/∂p after each (eqs. 18 and 21). The mean loss on the way."""
    g, total = np.empty_like(p), 0.0
    for n in order:
        total += gradient(p, images[n], labels[n], centres, j, squash, field, g)
        for i in range(len(p)):
            p[i] -= rates[i] * g[i]
    return total / len(order)


@njit(**JIT)
def gradient(p, image, label, centres, j, squash, field, g):
    """The loss of one pattern; g becomes its gradient."""
    said = forward(p, placed(image, field, p), squash)
    loss, d6, _ = outputs(said[-1], label, centres, j)
    k1, x1, u2, x2, k3, x3, u4, x4, x5, x6 = said
    slopes = (slope(x1, squash), slope(x2, squash), slope(x3, squash), slope(x4, squash), slope(x5, squash))
    back(p, (k1, u2, k3, u4, x4.reshape(-1), x5), slopes, d6 * slope(x6, squash), g)
    return loss


@njit(**JIT)
def curvature(p, image, label, centres, j, squash, field, h):
    """The loss of one pattern; h becomes its diagonal second derivatives by eqs. 25 and 27."""
    said = forward(p, placed(image, field, p), squash)
    loss, _, h6 = outputs(said[-1], label, centres, j)
    k1, x1, u2, x2, k3, x3, u4, x4, x5, x6 = said
    slopes = (
        slope(x1, squash) ** 2,
        slope(x2, squash) ** 2,
        slope(x3, squash) ** 2,
        slope(x4, squash) ** 2,
        slope(x5, squash) ** 2,
    )
    back(
        p * p,
        (k1 * k1, u2 * u2, k3 * k3, u4 * u4, x4.reshape(-1) ** 2, x5 * x5),
        slopes,
        h6 * slope(x6, squash) ** 2,
        h,
    )
    return loss


@njit(**JIT)
def forward(p, pattern, squash):
    """What each layer says for a pattern (1024, 1): C1's and C3's inputs as rows of 5 x 5, S2's and S4's sums, all outputs."""
    k1 = patches(pattern, 32)
    x1 = squashed(k1 @ p[C1:C1B].reshape(6, 25).T, p[C1B:S2], squash)
    u2 = fours(x1, 28)
    x2 = squashed(u2 * p[S2:S2B], p[S2B:C3], squash)
    k3 = patches(x2, 14)
    x3 = squashed(k3 @ p[C3:C3B].reshape(16, 150).T, p[C3B:S4], squash)
    u4 = fours(x3, 10)
    x4 = squashed(u4 * p[S4:S4B], p[S4B:C5], squash)
    x5 = squashed(p[C5:C5B].reshape(120, 400) @ x4.reshape(-1), p[C5B:F6], squash)
    x6 = squashed(p[F6:F6B].reshape(84, 120) @ x5, p[F6B:END], squash)
    return k1, x1, u2, x2, k3, x3, u4, x4, x5, x6


@njit(**JIT)
def outputs(x, label, centres, j):
    """Eq. 9 of F6's outputs x: the loss, ∂E/∂x, and the exact ∂²E/∂x² (each x alone)."""
    y = np.empty(len(centres), x.dtype)
    for i in range(len(centres)):
        y[i] = ((x - centres[i]) ** 2).sum()
    least = min(y.min(), j)
    rest = math.exp(least - j)
    shares = np.exp(least - y)
    total = shares.sum() + x.dtype.type(rest)
    shares /= total
    first, second = np.empty_like(x), np.empty_like(x)
    for k in range(len(x)):
        mean = square = x.dtype.type(0)
        for i in range(len(centres)):
            away = 2 * (x[k] - centres[i, k])
            mean += shares[i] * away
            square += shares[i] * away * away
        first[k] = 2 * (x[k] - centres[label, k]) - mean
        second[k] = 2 * (1 - shares.sum()) + square - mean * mean
    return y[label] - least + math.log(total), first, second


@njit(**JIT)
def back(p, inputs, slopes, d6, g):
    """From d6, of F6's weighted sums, back to all parameters: g of the weights is Σ d·input, of the biases Σ d."""
    k1, u2, k3, u4, f4, x5 = inputs
    s1, s2, s3, s4, s5 = slopes
    g[F6B:END] = d6
    outer(d6, x5, g[F6:F6B].reshape(84, 120))
    d5 = (d6 @ p[F6:F6B].reshape(84, 120)) * s5
    g[C5B:F6] = d5
    outer(d5, f4, g[C5:C5B].reshape(120, 400))
    d4 = (d5 @ p[C5:C5B].reshape(120, 400)).reshape(25, 16) * s4
    g[S4B:C5] = d4.sum(axis=0)
    g[S4:S4B] = (d4 * u4).sum(axis=0)
    d3 = repeated(d4 * p[S4:S4B], 10) * s3
    g[C3B:S4] = d3.sum(axis=0)
    g[C3:C3B] = (d3.T @ k3).reshape(-1)
    d2 = gathered(d3 @ p[C3:C3B].reshape(16, 150), 14) * s2
    g[S2B:C3] = d2.sum(axis=0)
    g[S2:S2B] = (d2 * u2).sum(axis=0)
    d1 = repeated(d2 * p[S2:S2B], 28) * s1
    g[C1B:S2] = d1.sum(axis=0)
    g[C1:C1B] = (d1.T @ k1).reshape(-1)


@njit(**JIT)
def placed(image, field, like):
    """A uint8 image in the middle of a white field of 32 x 32, scaled: field is (white, black)."""
    white, black = field
    pattern = np.full((1024, 1), white, like.dtype)
    step, edge = (black - white) / 255, (32 - image.shape[0]) // 2
    for i in range(image.shape[0]):
        for k in range(image.shape[1]):
            pattern[(i + edge) * 32 + k + edge, 0] = white + step * image[i, k]
    return pattern


@njit(**JIT)
def squashed(a, bias, squash):
    """A tanh(S (a + bias)), in the memory of a; squash is (A, S)."""
    A, S = squash
    rows, flat, width = a.reshape(-1, len(bias)), a.reshape(-1), len(bias)
    for i in range(len(rows)):
        for k in range(width):
            rows[i, k] += bias[k]
    for i in range(len(flat)):
        flat[i] = A * exponential.tanh(S * flat[i])
    return a


@njit(**JIT)
def slope(x, squash):
    """f'(a) = A S (1 - tanh²(S a)), from the output x = f(a)."""
    A, S = squash
    return S * (A - x * x / A)


@njit(**JIT)
def patches(maps, side):
    """Each 5 x 5 neighbourhood of maps (side·side, c) as a row (5, 5, c)."""
    c, out = maps.shape[1], side - 4
    flat, rows = maps.reshape(-1), np.empty((out * out, 25 * maps.shape[1]), maps.dtype)
    for i in range(out):
        for k in range(out):
            for u in range(5):
                start = ((i + u) * side + k) * c
                for v in range(5 * c):
                    rows[i * out + k, u * 5 * c + v] = flat[start + v]
    return rows


@njit(**JIT)
def gathered(rows, side):
    """The transpose of `patches`: every unit gathers from the neighbourhoods that it is part of."""
    c, out = rows.shape[1] // 25, side - 4
    maps = np.zeros((side * side, c), rows.dtype)
    flat = maps.reshape(-1)
    for i in range(out):
        for k in range(out):
            for u in range(5):
                start = ((i + u) * side + k) * c
                for v in range(5 * c):
                    flat[start + v] += rows[i * out + k, u * 5 * c + v]
    return maps


@njit(**JIT)
def fours(maps, side):
    """Sums over 2 x 2 units."""
    c, half = maps.shape[1], side // 2
    sums = np.empty((half * half, c), maps.dtype)
    for i in range(half):
        for k in range(half):
            top, below = 2 * i * side + 2 * k, (2 * i + 1) * side + 2 * k
            for m in range(c):
                sums[i * half + k, m] = maps[top, m] + maps[top + 1, m] + maps[below, m] + maps[below + 1, m]
    return sums


@njit(**JIT)
def repeated(sums, side):
    """The transpose of `fours`."""
    c, half = sums.shape[1], side // 2
    maps = np.empty((side * side, c), sums.dtype)
    for i in range(side):
        for k in range(side):
            for m in range(c):
                maps[i * side + k, m] = sums[(i // 2) * half + k // 2, m]
    return maps


@njit(**JIT)
def outer(d, x, g):
    for o in range(len(d)):
        for i in range(len(x)):
            g[o, i] = d[o] * x[i]
