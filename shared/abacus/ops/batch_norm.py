"""Batch normalisation (Ioffe & Szegedy 2015), with what follows it in a residual network in the same pass."""

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.expect import expect_real, expect_word
from abacus.ops.columns import fold
from abacus.tensor import op

# Standard deviations. A mean (or a first pixel) that is farther away costs more than 5 of the 24 binary digits of a float32
# where it is taken off after the product: it is then taken off first.
FAR = 32


@op(keeps=("running_mean", "running_var"))  # they are written
def batch_norm(
    x,
    running_mean,
    running_var,
    gain=None,
    bias=None,
    training=False,
    momentum=0.1,
    eps=1e-5,
    shortcut=None,
    activation=None,
):
    """activation((x - mean) / √(variance + eps)·gain + bias + shortcut), each channel by its own mean and variance.

    x (n, channels, …), shortcut as x, the others (channels,); activation is "relu" or None. With `training` the moments are
    the batch's (1/m), dx = gain / σ (dy - mean(dy) - h mean(dy h)) for h = (x - mean) / σ, and the running ones move by
    `momentum` towards them, in place (the variance with 1/(m - 1), as PyTorch does); else the running ones are used.
    """
    _check(x, running_mean, running_var, gain, bias, training, shortcut, activation)
    channels, relu, m = x.shape[1], activation == "relu", x.size // max(1, x.shape[1])
    several = fold(m, channels)
    rows = _rows(x, several)
    if training:
        mean, var = _moments(rows, several)
        for running, now in ((running_mean, mean), (running_var, var * (m / (m - 1)))):
            if running is not None:
                running += momentum * (now - running)
    else:
        mean, var = running_mean.astype(float), running_var.astype(float)
    inverse = 1 / np.sqrt(var + eps)
    factor = inverse if gain is None else inverse * gain
    centre = np.where(np.abs(mean) * inverse > FAR, mean, 0).astype(x.dtype)
    rest = mean - centre
    start = -rest * factor if bias is None else bias - rest * factor
    middle, scale, shift = (np.tile(v.astype(x.dtype), several) for v in (centre, factor, start))
    y, other = np.empty_like(rows), None if shortcut is None else _rows(shortcut, several)

    def half(_, begin, end):
        if other is None:
            kernels.normalise.scale_shift(rows, middle, scale, shift, begin, end, relu, y)
        else:
            kernels.normalise.scale_shift_add(rows, middle, scale, shift, other, begin, end, relu, y)

    kernels.threads.halves(half, len(rows))

    def pullback(dy):
        dy, near = _rows(dy, several), np.tile(mean.astype(x.dtype), several)
        g, sums = np.empty_like(dy) if relu else dy, np.zeros((2, 2, channels * several))

        def half(i, begin, end):
            if relu:
                kernels.normalise.pullback_sums_relu(dy, y, rows, near, begin, end, g, sums[i])
            else:
                kernels.normalise.pullback_sums(g, rows, near, begin, end, sums[i])

        kernels.threads.halves(half, len(rows))
        dbias, dgain = _unfold(sums, several)
        dgain = (dgain - (mean - near[:channels]) * dbias) * inverse

        def dx():
            of_x = -factor * inverse * dgain / m if training else np.zeros(channels)
            constant = -factor * dbias / m - of_x * rest if training else np.zeros(channels)
            out, of = np.empty_like(g), [np.tile(v.astype(x.dtype), several) for v in (factor, of_x, constant)]

            def half(_, begin, end):
                kernels.normalise.pullback(g, rows, middle, *of, begin, end, out)

            kernels.threads.halves(half, len(rows))
            return _unrows(out, x)

        return dx, None, None, dgain.astype(x.dtype), dbias.astype(x.dtype), None, None, None, lambda: _unrows(g, x)

    return _unrows(y, x), pullback


def _rows(x, several):
    """x (n, channels, …) as contiguous (everything else / several, several · channels): a view where the channels lie last."""
    return np.ascontiguousarray(np.moveaxis(x, 1, -1)).reshape(-1, several * x.shape[1])


def _unrows(rows, x):
    return np.moveaxis(rows.reshape(x.shape[0], *x.shape[2:], x.shape[1]), -1, 1)


def _unfold(sums, several):
    """(2 sums, channels) of those of both halves (2, 2, several · channels)."""
    return sums.sum(axis=0).reshape(2, several, -1).sum(axis=1)


def _moments(rows, several):
    """Mean and variance (1/m) of each channel, in float64; the sums are about the first pixel, which is near the mean. Where
    it is not, they are taken once more, about the mean; where a square overflowed, in float64."""
    channels = rows.shape[1] // several
    mean, var = _about(rows[0, :channels], rows, several)
    with np.errstate(over="ignore", invalid="ignore"):
        far = np.square(mean - rows[0, :channels]) > FAR**2 * var
    if far.any():
        again = _about(mean.astype(rows.dtype), rows, several)
        mean, var = (np.where(far, new, old) for new, old in zip(again, (mean, var)))
    if rows.dtype != np.float64 and not np.isfinite(var).all():
        return _moments(rows.astype(np.float64), several)
    return mean, var


def _about(point, rows, several):
    """Mean and variance of each channel from the sums of x - point and of its square."""
    shift, sums = np.tile(point, several), np.zeros((2, 2, rows.shape[1]))

    def half(i, begin, end):
        kernels.normalise.moments(rows, shift, begin, end, sums[i])

    kernels.threads.halves(half, len(rows))
    off, squares = _unfold(sums, several) / (len(rows) * several)
    return point + off, np.maximum(squares - off * off, 0)


def _check(x, running_mean, running_var, gain, bias, training, shortcut, activation):
    if x.ndim < 2 or not x.shape[1]:
        raise BadInput(f"batch_norm: x has shape {x.shape}, wanted (n, channels, ...), at least one channel")
    wanted = x.shape[1:2]
    named = {"running_mean": running_mean, "running_var": running_var, "gain": gain, "bias": bias}
    for argument, got in named.items():
        if got is not None and got.shape != wanted:
            raise BadInput(f"batch_norm: {argument} has shape {got.shape}, wanted {wanted} to go with x {x.shape}")
    for argument, got in named.items():
        if training and got is not None:
            expect_real("batch_norm", argument, got)
    if not training and (running_mean is None or running_var is None):
        raise BadInput("batch_norm: running_mean and running_var are wanted where training is False")
    if training and x.size // max(1, x.shape[1]) < 2:
        raise BadInput(f"batch_norm: x has shape {x.shape}, wanted more than one value per channel in training")
    if shortcut is not None and shortcut.shape != x.shape:
        raise BadInput(f"batch_norm: shortcut has shape {shortcut.shape}, wanted {x.shape} as x")
    expect_word("batch_norm", "activation", activation, ("relu", None))
