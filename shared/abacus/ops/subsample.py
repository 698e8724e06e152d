"""Subsampling with a trainable coefficient and bias (LeCun et al. 1998)."""

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.ops.conv import activation_number, channels_last, nchw, through
from abacus.ops.pool import outputs, windows
from abacus.tensor import op


@op
def subsample(x, coefficient, bias, size=2, activation=None):
    """activation(coefficient·Σ + bias), Σ the sum over each size x size window: layer S2 of LeCun et al. 1998 (p. 2284).

    x (n, c, h, w), coefficient and bias (c,); activation as in `affine`. With dz = dy·activation': dx = coefficient·dz over
    the window, dcoefficient = Σ dz·Σ, dbias = Σ dz.
    """
    size, stride, padding = windows("subsample", x, size, None, 0)
    for argument, got in (("coefficient", coefficient), ("bias", bias)):
        if got.shape != x.shape[1:2]:
            raise BadInput(f"subsample: {argument} has shape {got.shape}, wanted {x.shape[1:2]} to go with x {x.shape}")
    number = activation_number("subsample", activation)
    out = outputs("subsample", x, size, stride, padding, (1, 1), False)
    dtype = np.result_type(x, coefficient, bias)
    rows = channels_last(x).astype(dtype, copy=False)
    y, shapes = np.empty((len(x), *out, x.shape[1]), dtype), (*rows.shape[1:], *out, *size)
    total = np.empty_like(y)
    along, shift = (np.tile(p.astype(dtype, copy=False), out[1]) for p in (coefficient, bias))
    kernels.subsample.forward(rows.reshape(-1), along, shift, total.reshape(-1), y.reshape(-1), len(x), shapes, number)

    def pullback(dy):
        dz, dbias = through(activation, channels_last(dy), y)
        whole = out[0] * size[0] == x.shape[2] and out[1] * size[1] == x.shape[3]
        dx, dcoefficient = (np.empty if whole else np.zeros)(rows.shape, dtype), np.empty_like(along)
        kernels.subsample.backward(
            dz.reshape(-1), total.reshape(-1), along, dx.reshape(-1), dcoefficient, len(x), shapes
        )
        return nchw(dx), dcoefficient.reshape(out[1], -1).sum(axis=0), dbias

    return nchw(y), pullback
