"""A LeNet one pattern at a time, compiled: its loss, its gradient, and Appendix C's second derivatives.

The backward pass of the second derivatives (eqs. 25 and 27) is that of the gradient with every factor squared: weights,
inputs and slopes. So there is one `back`, called with the factors or with their squares.
All parameters lie in one vector, layer by layer, weights (outputs, 5, 5, inputs) before biases; a layer that sees only some
maps has a place for every kernel, and those that its table leaves out stay 0.

shape: side of the input, maps of the first convolution, how many maps each of them feeds, maps of the second, hidden units
(0: none), outputs.
"""

import math

import numpy as np

from abacus.kernels import JIT, exponential  # before numba: it says where compiled code is kept
from abacus.kernels.vectors.access import copy

from numba import njit  # isort: skip


def edges(shape):
    """Where each layer's weights and biases begin in the vector, and its end."""
    side, first, copies, second, hidden, outputs = shape
    middle = ((side - 4) // 2 - 4) // 2  # of a map of the last subsampling
    sizes = [25 * first, first, first * copies, first * copies, 25 * first * copies * second, second, second, second]
    inputs = second * middle**2
    if hidden:
        sizes, inputs = [*sizes, hidden * inputs, hidden], hidden
    else:
        sizes += [0, 0]
    return np.cumsum([0, *sizes, outputs * inputs, outputs])


@njit(**JIT)
def derivatives(order, p, image, label, centres, j, squash, field, shape, e, g):
    """The loss of one pattern; g becomes its gradient (order 1), or the second derivatives of eqs. 25 and 27 (order 2).

    centres (10, n) for the loss of eq. 9; (0, n) for half the squared distance to +1 at the label and -1 elsewhere. e: `edges`.
    """
    k1, x1, u2, x2, k3, x3, u4, x4, x5, x6 = forward(p, placed(image, field, p, shape[0]), squash, shape, e)
    loss, first, second = distances(x6, label, centres, j) if len(centres) else places(x6, label)
    f4 = x4.reshape(-1).copy()
    s1, s2, s3, s4, s5 = x1, x2, x3, x4, x5.copy()
    for x in (s1, s2, s3, s4):
        slope(x.reshape(-1), squash)
    slope(s5, squash)
    slope(x6, squash)
    if order == 1:
        back(p, k1, u2, k3, u4, f4, x5, s1, s2, s3, s4, s5, first * x6, shape, e, g)
    else:
        p = p.copy()
        for factor in (p, f4, x5, s5, x6):
            square(factor)
        for factor in (k1, u2, k3, u4, s1, s2, s3, s4):
            square(factor.reshape(-1))
        back(p, k1, u2, k3, u4, f4, x5, s1, s2, s3, s4, s5, second * x6, shape, e, g)
    return loss


@njit(**JIT)
def descend(p, rates, g):
    """p -= rates·g (eqs. 18 and 21)."""
    for i in range(len(p)):
        p[i] -= rates[i] * g[i]


@njit(**JIT)
def forward(p, pattern, squash, shape, e):
    """What each layer says of a pattern (side², 1): the convolutions' inputs as rows of 5 x 5, the subsamplings' sums, all
    outputs. Without hidden units x5 is the last maps' units."""
    side, _, copies, _, hidden, _ = shape
    k1 = patches(pattern, side)
    x1 = squashed(k1 @ rows(p, e, 0, 25).T, p[e[1] : e[2]], squash)
    u2 = fed(fours(x1, side - 4), copies)
    x2 = squashed(u2 * p[e[2] : e[3]], p[e[3] : e[4]], squash)
    side = (side - 4) // 2
    k3 = patches(x2, side)
    x3 = squashed(k3 @ rows(p, e, 4, k3.shape[1]).T, p[e[5] : e[6]], squash)
    u4 = fours(x3, side - 4)
    x4 = squashed(u4 * p[e[6] : e[7]], p[e[7] : e[8]], squash)
    x5 = x4.reshape(-1).copy()
    if hidden:
        x5 = squashed(rows(p, e, 8, len(x5)) @ x5, p[e[9] : e[10]], squash)
    x6 = squashed(rows(p, e, 10, len(x5)) @ x5, p[e[11] : e[12]], squash)
    return k1, x1, u2, x2, k3, x3, u4, x4, x5, x6


@njit(**JIT)
def rows(p, e, i, inputs):
    """Part i of the vector as a matrix (outputs, inputs)."""
    return p[e[i] : e[i + 1]].reshape(-1, inputs)


@njit(**JIT)
def distances(x, label, centres, j):
    """Eq. 9 of the last outputs x: the loss, ∂E/∂x, and the exact ∂²E/∂x² (each x alone)."""
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
def places(x, label):
    """½ Σ (x - wanted)², wanted +1 at the label and -1 elsewhere: the loss, ∂E/∂x, ∂²E/∂x²."""
    first = x + x.dtype.type(1)
    first[label] -= 2
    return 0.5 * (first**2).sum(), first, np.ones_like(x)


@njit(**JIT)
def back(p, k1, u2, k3, u4, f4, x5, s1, s2, s3, s4, s5, d6, shape, e, g):
    """From d6, of the last weighted sums, back to all parameters: g of the weights is Σ d·input, of the biases Σ d; k, u, f and x
    are inputs, s slopes."""
    side, _, copies, second, hidden, _ = shape
    g[e[11] : e[12]] = d6
    outer(d6, x5, rows(g, e, 10, len(x5)))
    d5 = d6 @ rows(p, e, 10, len(x5))
    if hidden:
        d5 = d5 * s5
        g[e[9] : e[10]] = d5
        outer(d5, f4, rows(g, e, 8, len(f4)))
        d5 = d5 @ rows(p, e, 8, len(f4))
    d4 = d5.reshape(-1, second) * s4
    g[e[7] : e[8]] = d4.sum(axis=0)
    g[e[6] : e[7]] = (d4 * u4).sum(axis=0)
    half = (side - 4) // 2
    d3 = repeated(d4 * p[e[6] : e[7]], half - 4) * s3
    g[e[5] : e[6]] = d3.sum(axis=0)
    g[e[4] : e[5]] = (d3.T @ k3).reshape(-1)
    d2 = gathered(d3 @ rows(p, e, 4, k3.shape[1]), half) * s2
    g[e[3] : e[4]] = d2.sum(axis=0)
    g[e[2] : e[3]] = (d2 * u2).sum(axis=0)
    d1 = repeated(fed_back(d2 * p[e[2] : e[3]], copies), side - 4) * s1
    g[e[1] : e[2]] = d1.sum(axis=0)
    g[e[0] : e[1]] = (d1.T @ k1).reshape(-1)


@njit(**JIT)
def fed(maps, copies):
    """Each map `copies` times."""
    if copies == 1:
        return maps
    more = np.empty((len(maps), copies * maps.shape[1]), maps.dtype)
    for i in range(len(maps)):
        for k in range(more.shape[1]):
            more[i, k] = maps[i, k // copies]
    return more


@njit(**JIT)
def fed_back(maps, copies):
    """The transpose of `fed`."""
    if copies == 1:
        return maps
    fewer = np.zeros((len(maps), maps.shape[1] // copies), maps.dtype)
    for i in range(len(maps)):
        for k in range(maps.shape[1]):
            fewer[i, k // copies] += maps[i, k]
    return fewer


@njit(**JIT)
def placed(image, field, like, side):
    """A uint8 image in the middle of a white field of side x side, scaled: field is (white, black)."""
    white, black = field
    pattern = np.full((side * side, 1), white, like.dtype)
    step, edge = (black - white) / 255, (side - image.shape[0]) // 2
    for i in range(image.shape[0]):
        for k in range(image.shape[1]):
            pattern[(i + edge) * side + k + edge, 0] = white + step * image[i, k]
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
    """f'(a) = A S (1 - tanh²(S a)) from the output x = f(a), in the memory of x."""
    A, S = squash
    for i in range(len(x)):
        x[i] = S * (A - x[i] * x[i] / A)


@njit(**JIT)
def square(x):
    for i in range(len(x)):
        x[i] *= x[i]


@njit(**JIT)
def patches(maps, side):
    """Each 5 x 5 neighbourhood of maps (side·side, c) as a row (5, 5, c)."""
    run, out = 5 * maps.shape[1], side - 4
    flat, rows = maps.reshape(-1), np.empty(out * out * 5 * run, maps.dtype)
    for i in range(out):
        for k in range(out):
            for u in range(5):
                copy(flat, ((i + u) * side + k) * maps.shape[1], rows, ((i * out + k) * 5 + u) * run, run)
    return rows.reshape(out * out, 5 * run)


@njit(**JIT)
def gathered(rows, side):
    """The transpose of `patches`: every unit gathers from the neighbourhoods that it is part of."""
    c, out = rows.shape[1] // 25, side - 4
    maps = np.zeros((side * side, c), rows.dtype)
    flat, runs = maps.reshape(-1), rows.reshape(-1, 5 * c)
    for i in range(out):
        for k in range(out):
            for u in range(5):
                start = ((i + u) * side + k) * c
                add(runs[(i * out + k) * 5 + u], flat[start : start + 5 * c])
    return maps


@njit(**JIT)
def add(x, to):
    for i in range(len(x)):
        to[i] += x[i]


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
    for i in range(half):
        for k in range(half):
            top, below = 2 * i * side + 2 * k, (2 * i + 1) * side + 2 * k
            for m in range(c):
                maps[top, m] = maps[top + 1, m] = maps[below, m] = maps[below + 1, m] = sums[i * half + k, m]
    return maps


@njit(**JIT)
def outer(d, x, g):
    for o in range(len(d)):
        for i in range(len(x)):
            g[o, i] = d[o] * x[i]
