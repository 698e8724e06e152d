"""The compiled loops of a network with one hidden layer whose inputs and hidden units are dropped out, in training and after.

float32. The weights are one vector: (d, units) of the first layer, its biases, the (units,) of the second, its bias.
"""

import numpy as np
from numba import njit

from abacus.kernels import JIT

BETA1, BETA2, EPSILON = 0.9, 0.999, 1e-8  # Adam's own


@njit(**JIT)
def drop(x, probability, rng):
    """Every entry of x is 0 with this probability, and else divided by what is left (in place).

    From one dropped entry to the next is a geometric number of steps: few random numbers do.
    """
    flat = x.reshape(-1)
    flat *= np.float32(1 / (1 - probability))
    log_kept, place = np.log1p(-probability), -1
    while True:
        place += 1 + int(np.log(1 - rng.random()) / log_kept)
        if place >= len(flat):
            return
        flat[place] = 0


@njit(**JIT)
def forward(weights, x, units, probability, rng):
    """The masked inputs (n, d), the masked hidden layer (n, units) and the outputs (n,): eq. (24)."""
    d = x.shape[1]
    first = weights[: d * units].reshape(d, units)
    bias, second = weights[d * units : (d + 1) * units], weights[(d + 1) * units : (d + 2) * units]
    seen = x.copy()
    drop(seen, probability, rng)
    hidden = np.dot(seen, first)
    for i in range(len(hidden)):
        for j in range(units):
            hidden[i, j] = max(hidden[i, j] + bias[j], np.float32(0))
    drop(hidden, probability, rng)
    return seen, hidden, np.dot(hidden, second) + weights[-1]  # eq. 24


@njit(**JIT)
def train(weights, x, y, units, probability, decay, epochs, batch, rate, rng):
    """Adam on mean (out − y)² + decay Σ w² (biases apart), in place: batches of a new order in each epoch: eq. (25)."""
    n, d = x.shape
    mean, square = np.zeros_like(weights), np.zeros_like(weights)
    slope, step = np.empty_like(weights), 0
    order = np.arange(n)
    for _ in range(epochs):
        for i in range(n - 1, 0, -1):
            j = int(rng.random() * (i + 1))
            order[i], order[j] = order[j], order[i]
        for start in range(0, n, batch):
            rows = order[start : start + batch]
            seen, hidden, out = forward(weights, x[rows], units, probability, rng)
            dout = (out - y[rows]) * np.float32(2 / len(rows))
            second = weights[(d + 1) * units : (d + 2) * units]
            dhidden = np.empty_like(hidden)
            for i in range(len(hidden)):
                for j in range(units):
                    on = hidden[i, j] > 0  # neither off nor dropped
                    dhidden[i, j] = dout[i] * second[j] / np.float32(1 - probability) if on else np.float32(0)
            slope[: d * units] = np.dot(seen.T, dhidden).reshape(-1) + np.float32(2 * decay) * weights[: d * units]
            slope[d * units : (d + 1) * units] = dhidden.sum(axis=0)
            slope[(d + 1) * units : -1] = np.dot(dout, hidden) + np.float32(2 * decay) * second
            slope[-1] = dout.sum()
            step += 1
            size = rate * np.sqrt(1 - BETA2**step) / (1 - BETA1**step)
            for k in range(len(weights)):  # eq. 25
                mean[k] = np.float32(BETA1) * mean[k] + np.float32(1 - BETA1) * slope[k]
                square[k] = np.float32(BETA2) * square[k] + np.float32(1 - BETA2) * slope[k] * slope[k]
                weights[k] -= np.float32(size) * mean[k] / (np.sqrt(square[k]) + np.float32(EPSILON))


@njit(**JIT)
def passes(weights, x, y, centre, scale, units, probability, tau, times, rng):
    """(mean of the outputs (n,), log of the mean over passes of exp(−τ/2 (y − out)²) (n,)), outputs in the units of y."""
    n = len(x)
    mean, most, total = np.zeros(n), np.full(n, -np.inf), np.zeros(n)
    for _ in range(times):
        out = forward(weights, x, units, probability, rng)[2]
        for i in range(n):
            value = centre + scale * out[i]
            mean[i] += value / times
            log = -0.5 * tau * (y[i] - value) ** 2
            if log > most[i]:
                total[i] = total[i] * np.exp(most[i] - log) + 1.0
                most[i] = log
            else:
                total[i] += np.exp(log - most[i])
    return mean, most + np.log(total / times)
