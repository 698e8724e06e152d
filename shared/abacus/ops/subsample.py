"""Subsampling with a trainable coefficient and bias (LeCun et al. 1998)."""

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.ops.columns import column_sums, scaled
from abacus.ops.conv import ACTIVATIONS, channels_last, nchw, through
from abacus.ops.pool import outputs, spread, sums, windows
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
    if activation not in ACTIVATIONS:
        raise BadInput(f"subsample: activation is {activation!r}, wanted one of relu, tanh, sigmoid or None")
    out = outputs("subsample", x, size, stride, padding, (1, 1), False)
    ones = np.ones(out, x.dtype)
    total = sums(x, ones, out, size, stride, padding)
    y = scaled(total, coefficient, bias)
    if activation is not None:
        kernels.activation.activate(y.reshape(-1), kernels.activation.NUMBER[activation])

    def pullback(dy):
        dz = channels_last(dy) if activation is None else through(activation, channels_last(dy), y)
        return (
            lambda: spread(nchw(scaled(dz, coefficient)), ones, x, size, stride, padding),
            lambda: column_sums(dz * total),
            lambda: column_sums(dz),
        )

    return nchw(y), pullback
