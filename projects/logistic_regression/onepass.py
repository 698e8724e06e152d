"""The compiled form of softmax.loss_and_gradient: every sample is read once, scores and gradient by register tiles."""

import math

import numpy as np
from numba import njit

from abacus.kernels import JIT
from abacus.kernels.exponential import exp
from tile import LANES, tile

F = np.float32

SAMPLES, FEATURES = 12, 16  # heights of the two tiles: as many sums as the registers hold
FLUSH = 100  # tiles of samples whose gradients are summed in single precision before they go to double

_scores, _scores_of_one = tile(SAMPLES), tile(1)
_gradients, _gradient_of_one = tile(FEATURES), tile(1)


def loss_and_gradient(weights, x, labels):
    """As softmax.loss_and_gradient, for x (n, p) in single precision, C-contiguous, p at least 1."""
    classes, columns = weights.shape
    blocks = -(-classes // LANES)  # of 16 classes each
    packed = np.zeros((blocks * LANES, columns), np.float32)
    packed[:classes] = weights
    packed[classes:, -1] = -np.inf  # a lane without a class: its softmax is 0
    packed = packed.reshape(blocks, LANES, columns).transpose(0, 2, 1).copy()  # (blocks, p + 1, 16)
    gradient = np.zeros(packed.shape)
    loss = _pass(x, labels, packed, gradient)
    return loss, gradient.transpose(0, 2, 1).reshape(blocks * LANES, columns)[:classes].copy()


@njit(**JIT)
def _pass(x, labels, weights, gradient):
    n, p = x.shape
    blocks = len(weights)
    z = np.zeros((blocks, SAMPLES, LANES), np.float32)
    part = np.zeros(weights.shape, np.float32)
    loss, held = 0.0, 0
    for start in range(0, n, SAMPLES):
        here = min(SAMPLES, n - start)
        for v in range(blocks):
            for r in range(SAMPLES):
                for c in range(LANES):
                    z[v, r, c] = weights[v, p, c]
            if here == SAMPLES:
                _scores(x, start * p, p, 1, weights, v * (p + 1) * LANES, z, v * SAMPLES * LANES, p)
            else:
                for r in range(here):
                    _scores_of_one(
                        x, (start + r) * p, p, 1, weights, v * (p + 1) * LANES, z, (v * SAMPLES + r) * LANES, p
                    )
        loss += _residuals(z, labels, start, here, part)
        for v in range(blocks):
            whole = p - p % FEATURES
            for j in range(0, whole, FEATURES):
                _gradients(x, start * p + j, 1, p, z, v * SAMPLES * LANES, part, (v * (p + 1) + j) * LANES, here)
            for j in range(whole, p):
                _gradient_of_one(x, start * p + j, 1, p, z, v * SAMPLES * LANES, part, (v * (p + 1) + j) * LANES, here)
        held += 1
        if held == FLUSH or start + SAMPLES >= n:
            for v in range(blocks):
                for j in range(p + 1):
                    for c in range(LANES):
                        gradient[v, j, c] += part[v, j, c]
                        part[v, j, c] = 0
            held = 0
    return loss


@njit(**JIT)
def _residuals(z, labels, start, here, part):
    """Scores become softmax - onehot in place (0 in the lanes without a class), which part's last row sums; the loss."""
    loss = 0.0
    blocks, bias = len(z), part.shape[1] - 1
    for r in range(here):
        right = labels[start + r]
        top = F(-np.inf)
        for v in range(blocks):
            for c in range(LANES):
                top = max(top, z[v, r, c])
        loss -= z[right // LANES, r, right % LANES] - top
        total = F(0)
        for v in range(blocks):
            for c in range(LANES):
                z[v, r, c] = exp(z[v, r, c] - top)
            for c in range(LANES):
                total += z[v, r, c]
        loss += math.log(total)
        inverse = F(1) / total
        for v in range(blocks):
            for c in range(LANES):
                z[v, r, c] *= inverse
        z[right // LANES, r, right % LANES] -= F(1)
        for v in range(blocks):
            for c in range(LANES):
                part[v, bias, c] += z[v, r, c]
    return loss
