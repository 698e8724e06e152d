"""The network of LeCun et al. 1989, one pattern at a time, compiled: outputs, loss, gradient, second derivatives.

All parameters lie in one vector, layer by layer, weights before biases. Kernels are shared within a map, biases are
not: every unit has its own. H2's kernels have a place for each of the 12 maps of H1; those of the four that a map does
not see stay 0. The backward pass of the second derivatives is that of the gradient with every factor squared (weights,
inputs, slopes), so there is one `back` for both.
"""

import numpy as np

from abacus.kernels import JIT, exponential  # before numba: it says where compiled code is kept

from numba import njit  # isort: skip

A, S = np.float32(1.7159), np.float32(2 / 3)
BACKGROUND = -1  # of the plane around the maps, p. 544
SIZES = (12 * 25, 768, 12 * 300, 192, 30 * 192, 30, 10 * 30, 10)
H1, H1B, H2, H2B, H3, H3B, OUT, OUTB, END = (int(edge) for edge in np.cumsum((0, *SIZES)))


@njit(**JIT)
def train(p, rates, images, targets, squash):
    """One pass over the patterns, in the order in which they stand: p -= rates·∂E/∂p after each."""
    g = np.empty_like(p)
    for n in range(len(images)):
        gradient(p, images[n], targets[n], squash, g)
        for i in range(len(p)):
            p[i] -= rates[i] * g[i]  # eq. 5


@njit(**JIT)
def gradient(p, image, target, squash, g):
    """E = ½ Σ (x − target)² of one pattern; g becomes its gradient."""
    k1, x1, k2, x2, x3, x4 = forward(p, image, squash)
    error = x4 - target
    slopes = slope(x1, squash), slope(x2, squash), slope(x3, squash)
    back(p, (k1, k2, x2.reshape(-1), x3), slopes, error * slope(x4, squash), g)
    return (error * error).sum() / 2  # eq. 3


@njit(**JIT)
def curvature(p, image, squash, h):
    """h becomes the diagonal second derivatives of one pattern's E, its positive approximation: f'' is left out."""
    k1, x1, k2, x2, x3, x4 = forward(p, image, squash)
    slopes = slope(x1, squash) ** 2, slope(x2, squash) ** 2, slope(x3, squash) ** 2
    back(p * p, (k1 * k1, k2 * k2, x2.reshape(-1) ** 2, x3 * x3), slopes, slope(x4, squash) ** 2, h)


@njit(**JIT)
def outputs(p, images, squash):
    """What the ten output units say of each image."""
    said = np.empty((len(images), 10), p.dtype)
    for n in range(len(images)):
        said[n] = forward(p, images[n], squash)[-1]
    return said


@njit(**JIT)
def forward(p, image, squash):
    """Outputs of H1 (64, 12), H2 (16, 12), H3 and the output layer for an image (16, 16); k are the inputs as rows."""
    k1 = patches(image.reshape(-1, 1), 16)  # eq. 1
    x1 = squashed(k1 @ p[H1:H1B].reshape(12, 25).T + p[H1B:H2].reshape(64, 12), squash)
    k2 = patches(x1, 8)
    x2 = squashed(k2 @ p[H2:H2B].reshape(12, 300).T + p[H2B:H3].reshape(16, 12), squash)
    # eq. 2
    x3 = squashed(p[H3:H3B].reshape(30, 192) @ x2.reshape(-1) + p[H3B:OUT], squash)
    x4 = squashed(p[OUT:OUTB].reshape(10, 30) @ x3 + p[OUTB:END], squash)
    return k1, x1, k2, x2, x3, x4


@njit(**JIT)
def back(p, inputs, slopes, d4, g):
    """From d4, of the output units' weighted sums, back to all parameters: Σ d·input for weights, d for biases."""
    k1, k2, f2, x3 = inputs
    s1, s2, s3 = slopes
    g[OUTB:END] = d4
    g[OUT:OUTB] = np.outer(d4, x3).reshape(-1)
    d3 = (d4 @ p[OUT:OUTB].reshape(10, 30)) * s3  # eq. 4, and with squares 6
    g[H3B:OUT] = d3
    g[H3:H3B] = np.outer(d3, f2).reshape(-1)
    d2 = (d3 @ p[H3:H3B].reshape(30, 192)).reshape(16, 12) * s2
    g[H2B:H3] = d2.reshape(-1)
    g[H2:H2B] = (d2.T @ k2).reshape(-1)
    d1 = gathered(d2 @ p[H2:H2B].reshape(12, 300), 8) * s1
    g[H1B:H2] = d1.reshape(-1)
    g[H1:H1B] = (d1.T @ k1).reshape(-1)


@njit(**JIT)
def squashed(a, squash):
    """A tanh(S a), in the memory of a; squash is (A, S)."""
    A, S = squash
    flat = a.reshape(-1)
    for i in range(len(flat)):
        flat[i] = A * exponential.tanh(S * flat[i])
    return a


@njit(**JIT)
def slope(x, squash):
    """f'(a) = A S (1 − tanh²(S a)), from the output x = f(a)."""
    A, S = squash
    return S * (A - x * x / A)


@njit(**JIT)
def patches(maps, side):
    """The 5 × 5 neighbourhood of every second unit of maps (side·side, c) as a row (5, 5, c); two units of background
    around."""
    c, half = maps.shape[1], side // 2
    rows = np.full((half * half, 25 * c), maps.dtype.type(BACKGROUND), maps.dtype)
    for i in range(half):
        for j in range(half):
            for u in range(max(0, 2 - 2 * i), min(5, side + 2 - 2 * i)):
                for v in range(max(0, 2 - 2 * j), min(5, side + 2 - 2 * j)):
                    for m in range(c):
                        unit = (2 * i + u - 2) * side + 2 * j + v - 2
                        rows[i * half + j, (u * 5 + v) * c + m] = maps[unit, m]
    return rows


@njit(**JIT)
def gathered(rows, side):
    """The transpose of `patches`: every unit gathers from the neighbourhoods that it is part of."""
    c, half = rows.shape[1] // 25, side // 2
    maps = np.zeros((side * side, c), rows.dtype)
    for i in range(half):
        for j in range(half):
            for u in range(max(0, 2 - 2 * i), min(5, side + 2 - 2 * i)):
                for v in range(max(0, 2 - 2 * j), min(5, side + 2 - 2 * j)):
                    for m in range(c):
                        unit = (2 * i + u - 2) * side + 2 * j + v - 2
                        maps[unit, m] += rows[i * half + j, (u * 5 + v) * c + m]
    return maps
