"""A LeNet one digit at a time, compiled: its loss, its gradient, and Appendix C's second derivatives.

The backward pass of the second derivatives (eqs. 8 and 9; the paper's 25 and 27) is that of the gradient with every factor
squared: weights, inputs and slopes. So there is one `back`, called with the factors or with their squares. All parameters
lie in one vector, layer by layer; `cut` gives its parts by name. The layers are named as LeNet-5's; the output of the other two
stands at F6's place, and LeNet-1 has no C5. A layer that sees only some maps has a place for every kernel, and those that
its table leaves out stay 0. (Over 300 lines, because numba compiles anew what changes in one file alone: a function and its
callers had better stand together.)
"""

import math
from typing import NamedTuple

import numpy as np

from abacus.kernels import JIT, exponential  # before numba: it says where compiled code is kept
from abacus.kernels.vectors.access import copy

from numba import njit  # isort: skip


class Shape(NamedTuple):
    """The sizes of a LeNet."""

    side: int  # of the input
    first: int  # maps of C1
    copies: int  # maps of S2 that each map of C1 feeds
    second: int  # maps of C3, and of S4
    hidden: int  # units of C5; 0 where there is no such layer
    outputs: int  # units of F6


class Scale(NamedTuple):
    """The constants, all float32: greys of the input, f(a) = A tanh(S a), j of the loss."""

    white: np.float32
    black: np.float32
    A: np.float32
    S: np.float32
    j: np.float32


class Parameters(NamedTuple):
    """The parts of a vector: weights (outputs, inputs), a convolution's inputs being (5, 5, maps); one coefficient a map in
    S2 and S4; biases."""

    c1: np.ndarray
    c1_bias: np.ndarray
    s2: np.ndarray
    s2_bias: np.ndarray
    c3: np.ndarray
    c3_bias: np.ndarray
    s4: np.ndarray
    s4_bias: np.ndarray
    c5: np.ndarray
    c5_bias: np.ndarray
    f6: np.ndarray
    f6_bias: np.ndarray


class Layers(NamedTuple):
    """An array for each layer, maps as (places, maps): their outputs or slopes, or what their weights are multiplied by."""

    c1: np.ndarray
    s2: np.ndarray
    c3: np.ndarray
    s4: np.ndarray
    c5: np.ndarray
    f6: np.ndarray


@njit(**JIT)
def cut(vector, shape):
    """The vector's parts by name; nothing is copied."""
    fed, side = shape.first * shape.copies, ((shape.side - 4) // 2 - 4) // 2  # maps of S2; side of a map of S4
    units = shape.second * side**2  # of S4
    c1, rest = split(vector, shape.first * 25)
    c1_bias, rest = split(rest, shape.first)
    s2, rest = split(rest, fed)
    s2_bias, rest = split(rest, fed)
    c3, rest = split(rest, shape.second * 25 * fed)
    c3_bias, rest = split(rest, shape.second)
    s4, rest = split(rest, shape.second)
    s4_bias, rest = split(rest, shape.second)
    c5, rest = split(rest, shape.hidden * units)
    c5_bias, rest = split(rest, shape.hidden)
    before = shape.hidden or units  # what F6 sees
    f6, f6_bias = split(rest, shape.outputs * before)
    return Parameters(
        *(c1.reshape(shape.first, 25), c1_bias, s2, s2_bias),
        *(c3.reshape(shape.second, 25 * fed), c3_bias, s4, s4_bias),
        *(c5.reshape(shape.hidden, units), c5_bias, f6.reshape(shape.outputs, before), f6_bias),
    )


@njit(**JIT)
def split(vector, n):
    """The first n numbers of a vector, and the others."""
    return vector[:n], vector[n:]


@njit(**JIT)
def derivatives(order, vector, image, label, centres, scale, shape, found):
    """The loss of one digit; `found` becomes its gradient (order 1), or its second derivatives (order 2).

    `vector` and `found` are float32 (`cut` names their parts), `image` uint8, `centres` (10, n) for the loss of rbf.py, or
    (0, 0) for half the squared distance to +1 at the label and -1 elsewhere.
    """
    inputs, outputs = forward(cut(vector, shape), placed(image, scale, vector, shape.side), scale, shape)
    last = outputs.f6
    loss, first, second = distances(last, label, centres, scale.j) if len(centres) else places(last, label)
    for x in (outputs.c1, outputs.s2, outputs.c3, outputs.s4):
        slope(x.reshape(-1), scale)
    slope(outputs.c5, scale)
    slope(last, scale)
    if order == 1:
        back(cut(vector, shape), inputs, outputs, first * last, shape, cut(found, shape))
    else:
        vector = vector.copy()
        for factor in (vector, inputs.c5, inputs.f6, outputs.c5, last):
            square(factor)
        for factor in (inputs.c1, inputs.s2, inputs.c3, inputs.s4, outputs.c1, outputs.s2, outputs.c3, outputs.s4):
            square(factor.reshape(-1))
        back(cut(vector, shape), inputs, outputs, second * last, shape, cut(found, shape))
    return loss


@njit(**JIT)
def descend(p, rates, g):
    """p -= rates·g (eq. 7)."""
    for i in range(len(p)):
        p[i] -= rates[i] * g[i]


@njit(**JIT)
def forward(p, pattern, scale, shape):
    """What each layer's weights are multiplied by, and its outputs, for a pattern (side², 1): both Layers, in memory of
    their own. A convolution's inputs are rows of 5 x 5, a subsampling's the sums of four. Without C5, F6 sees S4."""
    side = shape.side
    k1 = patches(pattern, side)
    x1 = squashed(k1 @ p.c1.T, p.c1_bias, scale)
    u2 = fed(fours(x1, side - 4), shape.copies)
    x2 = squashed(u2 * p.s2, p.s2_bias, scale)
    side = (side - 4) // 2
    k3 = patches(x2, side)
    x3 = squashed(k3 @ p.c3.T, p.c3_bias, scale)
    u4 = fours(x3, side - 4)
    x4 = squashed(u4 * p.s4, p.s4_bias, scale)
    f4 = x4.reshape(-1).copy()
    x5 = squashed(p.c5 @ f4, p.c5_bias, scale) if shape.hidden else f4.copy()
    x6 = squashed(p.f6 @ x5, p.f6_bias, scale)
    return Layers(k1, u2, k3, u4, f4, x5.copy()), Layers(x1, x2, x3, x4, x5, x6)


@njit(**JIT)
def distances(x, label, centres, j):
    """The loss of rbf.py of the last outputs x: the loss, ∂E/∂x, and the exact ∂²E/∂x² (each x alone)."""
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
        second[k] = 2 * (1 - shares.sum()) + square - mean * mean  # eq. 10
    return y[label] - least + math.log(total), first, second


@njit(**JIT)
def places(x, label):
    """½ Σ (x - wanted)², wanted +1 at the label and -1 elsewhere: the loss, ∂E/∂x, ∂²E/∂x²."""
    first = x + x.dtype.type(1)
    first[label] -= 2
    return 0.5 * (first**2).sum(), first, np.ones_like(x)


@njit(**JIT)
def back(p, inputs, slopes, d6, shape, g):
    """From d6, of F6's weighted sums, back to all parameters: g of the weights is Σ d·input, of the biases Σ d."""
    g.f6_bias[:] = d6
    outer(d6, inputs.f6, g.f6)  # eq. 8
    d5 = d6 @ p.f6  # eq. 9, but for the slope
    if shape.hidden:
        d5 = d5 * slopes.c5
        g.c5_bias[:] = d5
        outer(d5, inputs.c5, g.c5)
        d5 = d5 @ p.c5
    d4 = d5.reshape(-1, shape.second) * slopes.s4
    g.s4_bias[:] = d4.sum(axis=0)
    g.s4[:] = (d4 * inputs.s4).sum(axis=0)
    half = (shape.side - 4) // 2  # side of a map of S2
    d3 = repeated(d4 * p.s4, half - 4) * slopes.c3
    g.c3_bias[:] = d3.sum(axis=0)
    g.c3[:] = d3.T @ inputs.c3
    d2 = gathered(d3 @ p.c3, half) * slopes.s2
    g.s2_bias[:] = d2.sum(axis=0)
    g.s2[:] = (d2 * inputs.s2).sum(axis=0)
    d1 = repeated(fed_back(d2 * p.s2, shape.copies), shape.side - 4) * slopes.c1
    g.c1_bias[:] = d1.sum(axis=0)
    g.c1[:] = d1.T @ inputs.c1


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
def placed(image, scale, like, side):
    """A uint8 image in the middle of a white field of side x side, in the network's greys and the type of `like`."""
    white, black = scale.white, scale.black
    pattern = np.full((side * side, 1), white, like.dtype)
    step, edge = (black - white) / 255, (side - image.shape[0]) // 2
    for i in range(image.shape[0]):
        for k in range(image.shape[1]):
            pattern[(i + edge) * side + k + edge, 0] = white + step * image[i, k]
    return pattern


@njit(**JIT)
def squashed(a, bias, scale):
    """A tanh(S (a + bias)), in the memory of a."""
    A, S = scale.A, scale.S
    rows, flat, width = a.reshape(-1, len(bias)), a.reshape(-1), len(bias)
    for i in range(len(rows)):
        for k in range(width):
            rows[i, k] += bias[k]
    for i in range(len(flat)):
        flat[i] = A * exponential.tanh(S * flat[i])
    return a


@njit(**JIT)
def slope(x, scale):
    """f'(a) = A S (1 - tanh²(S a)) from the output x = f(a), in the memory of x."""
    A, S = scale.A, scale.S
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
