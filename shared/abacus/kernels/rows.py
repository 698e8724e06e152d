"""Softmax, cross-entropy and layer norm: one pass over each row of a contiguous matrix while it is in cache."""

import math

import numpy as np
from numba import njit

from abacus.kernels import JIT, ORDERED
from abacus.kernels.exponential import exp

FAR = 32  # standard deviations: a mean that is farther away costs more than 5 of the 24 binary digits of a float32


@njit(**(JIT | {"fastmath": ORDERED}))
def _largest(x, i, columns):
    """The largest of the first entries of row i, found by vectors. A NaN among them may be passed over: what is computed
    from the entry itself is NaN, and so is the row's sum."""
    top = x[i, 0]
    for j in range(columns):
        top = max(top, x[i, j])
    return top


@njit(**JIT)
def softmax(p, scale, period):
    """p becomes softmax(scale·p) by row. Row i sees only its first i % period + 1 entries (causal), or all where period
    is 0. A row of nothing but -inf becomes zeros; one with a NaN or with inf is NaN where it sees."""
    rows, columns = p.shape
    for i in range(rows):
        seen = min(i % period + 1, columns) if period else columns
        top = _largest(p, i, seen)
        if top == -np.inf:
            top = p.dtype.type(0)
        total = p.dtype.type(0)
        for j in range(seen):
            e = exp((p[i, j] - top) * scale)
            p[i, j] = e
            total += e
        inverse = p.dtype.type(0) if total == 0 else p.dtype.type(1) / total
        for j in range(seen):
            p[i, j] *= inverse
        for j in range(seen, columns):
            p[i, j] = 0


@njit(**JIT)
def softmax_pullback(dp, p, scale):
    """dp becomes dz = scale·p·(dp - Σ dp·p) by row."""
    for i in range(p.shape[0]):
        inner = p.dtype.type(0)
        for j in range(p.shape[1]):
            inner += dp[i, j] * p[i, j]
        for j in range(p.shape[1]):
            dp[i, j] = (dp[i, j] - inner) * p[i, j] * scale


@njit(**JIT)
def cross_entropy(z, labels, weights, smoothing, ignored, mean, losses, dz):
    """losses[i] = -Σ target·weight·log softmax(z[i]), target being onehot smoothed by `smoothing`; dz its gradient.
    Where `mean`, both are divided by the sum of the weights of the labels that are not `ignored`. (Whether all labels are
    classes, that sum)."""
    one = z.dtype.type(1)
    rows, classes = z.shape
    spread = smoothing / z.dtype.type(classes)
    every, counted = z.dtype.type(0), 0.0
    for j in range(classes):
        every += weights[j]
    for label in labels:
        if label != ignored:
            if label < 0 or label >= classes:
                return False, counted
            counted += weights[label]
    share = z.dtype.type(1 / counted) if mean else one
    for i in range(rows):
        label = labels[i]
        if label == ignored:
            losses[i] = 0
            dz[i, :] = 0
            continue
        top = _largest(z, i, classes)
        total = z.dtype.type(0)
        for j in range(classes):
            e = exp(z[i, j] - top)
            dz[i, j] = e
            total += e
        log_total = z.dtype.type(math.log(total)) + top
        weight = share * (one - smoothing) * weights[label]
        loss = weight * (log_total - z[i, label])
        rest = share * spread
        factor = (weight + rest * every) / total
        for j in range(classes):
            dz[i, j] *= factor
        dz[i, label] -= weight
        if smoothing > 0:
            for j in range(classes):
                loss += rest * weights[j] * (log_total - z[i, j])
                dz[i, j] -= rest * weights[j]
        losses[i] = loss
    return True, counted


@njit(**JIT)
def layer_norm(x, gain, bias, eps, y, means, scales):
    """y = (x - mean)·scale·gain + bias by row, scale = 1 / √(variance + eps). A mean that is FAR is taken about the row's
    first entry: that of equal entries is then this entry, and y the bias."""
    rows, columns = x.shape
    for i in range(rows):
        total = x.dtype.type(0)
        for j in range(columns):
            total += x[i, j]
        mean = total / x.dtype.type(columns)
        squares = x.dtype.type(0)
        for j in range(columns):
            squares += (x[i, j] - mean) * (x[i, j] - mean)
        if mean * mean > x.dtype.type(FAR * FAR) * squares / x.dtype.type(columns):
            total = x.dtype.type(0)
            for j in range(columns):
                total += x[i, j] - x[i, 0]
            mean = x[i, 0] + total / x.dtype.type(columns)
            squares = x.dtype.type(0)
            for j in range(columns):
                squares += (x[i, j] - mean) * (x[i, j] - mean)
        scale = x.dtype.type(1) / x.dtype.type(math.sqrt(squares / x.dtype.type(columns) + eps))
        means[i], scales[i] = mean, scale
        for j in range(columns):
            y[i, j] = (x[i, j] - mean) * scale * gain[j] + bias[j]


@njit(**JIT)
def layer_norm_pullback(dy, x, gain, means, scales, dx, dgain, dbias):
    """dx by row; dgain and dbias are summed over the rows."""
    rows, columns = x.shape
    dgain[:] = 0
    dbias[:] = 0
    for i in range(rows):
        mean, scale = means[i], scales[i]
        plain, along = x.dtype.type(0), x.dtype.type(0)
        for j in range(columns):
            normal = (x[i, j] - mean) * scale
            dgain[j] += dy[i, j] * normal
            dbias[j] += dy[i, j]
            plain += dy[i, j] * gain[j]
            along += dy[i, j] * gain[j] * normal
        plain /= x.dtype.type(columns)
        along /= x.dtype.type(columns)
        for j in range(columns):
            dx[i, j] = scale * (dy[i, j] * gain[j] - plain - (x[i, j] - mean) * scale * along)
