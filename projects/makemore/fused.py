"""Many steps of stochastic gradient descent as one compiled loop: what `network.loss`, `backward` and SGD do on the tape.

A step of 32 contexts is too small for a tape: its arithmetic takes some 30 microseconds, a walk over fifteen nodes
three times as long. Everything lies in one flat vector; network.Layout says where. Equality is a test.
"""

import numpy as np
from numba import njit

from abacus.kernels import JIT, exponential


@njit(**JIT)
def train(flat, moving, plan, ends, contexts, labels, picks, rates, eps, momentum, of_variance, losses):
    """One step for each row of `picks` (steps, batch), the numbers of its examples; flat and moving are written, and
    losses (steps,): the mean loss of each batch before its step. rates (steps,) are the learning rates.

    plan has a row for each layer: positions, inputs, width, copies of the statistics, and where its weights, gain,
    shift and moving moments begin (gain -1: no batch norm, the shift is a bias). ends = (characters, embedding, where the last
    weights begin).
    """
    characters, embedding, last = ends
    batch, block = picks.shape[1], contexts.shape[1]
    size = 0
    for k in range(len(plan)):
        size += batch * plan[k, 0] * plan[k, 2]
    widest = max(batch * block * embedding, batch * np.max(plan[:, 0] * plan[:, 2]))
    columns = np.max(plan[:, 2] * plan[:, 3])
    x = np.empty(batch * block * embedding, flat.dtype)
    h, hat = np.empty(size, flat.dtype), np.empty(size, flat.dtype)
    dz, dx = np.empty(widest, flat.dtype), np.empty(widest, flat.dtype)
    dw = np.empty(np.max(plan[:, 1] * plan[:, 2]) + plan[-1, 2] * characters, flat.dtype)
    sums, inverse = np.empty((5, columns), flat.dtype), np.empty((len(plan), columns), flat.dtype)
    z = np.empty((batch, characters), flat.dtype)
    top = plan[-1, 2]
    for step in range(len(picks)):
        _embed(flat, contexts, picks[step], embedding, x)
        at, rate = 0, rates[step]
        below = x
        for k in range(len(plan)):
            positions, inputs, width, copies, w_at, gain_at, shift_at, moving_at = plan[k]
            rows = batch * positions
            y = h[at : at + rows * width].reshape(rows, width)
            np.dot(below.reshape(rows, inputs), flat[w_at : w_at + inputs * width].reshape(inputs, width), y)
            shift = flat[shift_at : shift_at + width]
            if gain_at < 0:
                _tanh(y, shift)
            else:
                shape = rows // copies, copies * width
                moments = moving[moving_at : moving_at + 2 * copies * width].reshape(2, copies * width)
                normal = hat[at : at + rows * width].reshape(shape)
                _normalise(y.reshape(shape), normal, inverse[k], moments, eps, momentum, of_variance)
                _scale_tanh(normal.reshape(rows, width), flat[gain_at : gain_at + width], shift, y)
            below = h[at : at + rows * width]
            at += rows * width
        w = flat[last : last + top * characters].reshape(top, characters)
        bias = flat[last + top * characters : last + (top + 1) * characters]
        np.dot(below.reshape(batch, top), w, z)
        losses[step] = _cross_entropy(z, bias, labels, picks[step])
        dlast = dw[: top * characters].reshape(top, characters)
        np.dot(below.reshape(batch, top).T, z, dlast)
        np.dot(z, w.T, dx[: batch * top].reshape(batch, top))
        _descend(flat[last : last + top * characters], dlast.reshape(-1), rate)
        _descend_sums(bias, z, rate)
        for k in range(len(plan) - 1, -1, -1):
            positions, inputs, width, copies, w_at, gain_at, shift_at, moving_at = plan[k]
            rows = batch * positions
            at -= rows * width
            y = h[at : at + rows * width].reshape(rows, width)
            d = dz[: rows * width].reshape(rows, width)
            _tanh_pullback(dx[: rows * width].reshape(rows, width), y, d)
            shift = flat[shift_at : shift_at + width]
            if gain_at < 0:
                _descend_sums(shift, d, rate)
            else:
                shape = rows // copies, copies * width
                gain = flat[gain_at : gain_at + width]
                normal = hat[at : at + rows * width].reshape(shape)
                _normalise_pullback(d.reshape(shape), normal, inverse[k], gain, sums)
                for c in range(copies):
                    _descend(shift, sums[0, c * width : (c + 1) * width], rate)
                    _descend(gain, sums[1, c * width : (c + 1) * width], rate)
            w = flat[w_at : w_at + inputs * width]
            below = h[at - rows * inputs : at] if k else x
            dhere = dw[: inputs * width]
            np.dot(below.reshape(rows, inputs).T, d, dhere.reshape(inputs, width))
            np.dot(d, w.reshape(inputs, width).T, dx[: rows * inputs].reshape(rows, inputs))
            _descend(w, dhere, rate)
        _embed_pullback(flat, contexts, picks[step], embedding, dx, rate)


@njit(**JIT, forceinline=True)
def _embed(flat, contexts, chosen, embedding, x):
    at = 0
    for b in range(len(chosen)):
        for c in range(contexts.shape[1]):
            row = contexts[chosen[b], c] * embedding
            for e in range(embedding):
                x[at + e] = flat[row + e]
            at += embedding


@njit(**JIT, forceinline=True)
def _embed_pullback(flat, contexts, chosen, embedding, dx, rate):
    at = 0
    for b in range(len(chosen)):
        for c in range(contexts.shape[1]):
            row = contexts[chosen[b], c] * embedding
            for e in range(embedding):
                flat[row + e] -= rate * dx[at + e]
            at += embedding


@njit(**JIT, forceinline=True)
def _tanh(y, shift):
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = exponential.tanh(y[i, j] + shift[j])


@njit(**JIT, forceinline=True)
def _scale_tanh(normal, gain, shift, y):
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            y[i, j] = exponential.tanh(normal[i, j] * gain[j] + shift[j])


@njit(**JIT, forceinline=True)
def _tanh_pullback(dy, y, dz):
    one = y.dtype.type(1)
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            dz[i, j] = dy[i, j] * (one - y[i, j] * y[i, j])  # eq. 5


@njit(**JIT, forceinline=True)
def _normalise(y, normal, inverse, moments, eps, momentum, of_variance):
    """normal = (y - mean) / √(variance + eps) by column, the variance with 1/(m - 1); the moving moments follow."""
    m, columns = y.shape
    one = y.dtype.type(1)
    for j in range(columns):
        inverse[j] = 0
    for i in range(m):
        for j in range(columns):
            inverse[j] += y[i, j]
    for j in range(columns):
        moments[0, j] += momentum * (inverse[j] / y.dtype.type(m) - moments[0, j])
        inverse[j] /= y.dtype.type(m)
    for i in range(m):
        for j in range(columns):
            normal[i, j] = y[i, j] - inverse[j]
    for j in range(columns):
        inverse[j] = 0
    for i in range(m):
        for j in range(columns):
            inverse[j] += normal[i, j] * normal[i, j]
    for j in range(columns):
        variance = inverse[j] / y.dtype.type(m - 1)
        now = variance if of_variance else np.sqrt(variance)
        moments[1, j] += momentum * (now - moments[1, j])
        inverse[j] = one / np.sqrt(variance + eps)
    for i in range(m):
        for j in range(columns):
            normal[i, j] *= inverse[j]  # eq. 6


@njit(**JIT, forceinline=True)
def _normalise_pullback(dy, normal, inverse, gain, sums):
    """dy becomes the gradient of what was normalised; the first of sums are Σ dy and Σ dy·normal by column, before."""
    m, columns = dy.shape
    sums[:2, :columns] = 0
    for i in range(m):
        for j in range(columns):
            sums[0, j] += dy[i, j]
            sums[1, j] += dy[i, j] * normal[i, j]
    for j in range(columns):
        sums[2, j] = gain[j % len(gain)] * inverse[j]
        sums[3, j] = sums[2, j] * sums[0, j] / dy.dtype.type(m)
        sums[4, j] = sums[2, j] * sums[1, j] / dy.dtype.type(m - 1)
    for i in range(m):
        for j in range(columns):
            dy[i, j] = sums[2, j] * dy[i, j] - sums[3, j] - sums[4, j] * normal[i, j]  # eq. 7


@njit(**JIT, forceinline=True)
def _cross_entropy(z, bias, labels, chosen):
    """Mean of -log softmax(z + bias)[label]; z becomes its gradient."""
    rows, classes = z.shape
    total = 0.0
    for i in range(rows):
        label = labels[chosen[i]]
        highest = z[i, 0] + bias[0]
        for j in range(classes):
            z[i, j] += bias[j]
            highest = max(highest, z[i, j])
        of_label = z[i, label] - highest
        mass = z.dtype.type(0)
        for j in range(classes):
            e = exponential.exp(z[i, j] - highest)
            z[i, j] = e
            mass += e
        total += np.log(mass) - of_label
        scale = z.dtype.type(1) / (mass * z.dtype.type(rows))
        for j in range(classes):
            z[i, j] *= scale
        z[i, label] -= z.dtype.type(1) / z.dtype.type(rows)
    return total / rows


@njit(**JIT, forceinline=True)
def _descend(w, dw, rate):
    for i in range(len(w)):
        w[i] -= rate * dw[i]


@njit(**JIT, forceinline=True)
def _descend_sums(w, d, rate):
    """w -= rate · (column sums of d)."""
    for i in range(d.shape[0]):
        for j in range(d.shape[1]):
            w[j] -= rate * d[i, j]
