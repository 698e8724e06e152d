"""Subsampling with a trainable coefficient and bias (LeCun et al. 1998)."""

import numpy as np

from abacus.errors import BadInput
from abacus.ops.conv import channels_last, nchw
from abacus.ops.pool import outputs, spread, sums, windows
from abacus.tensor import op


@op
def subsample(x, coefficient, bias, size=2):
    """coefficient·Σ + bias, Σ the sum over each size x size window: layer S2 of LeCun et al. 1998 (p. 2284).

    x (n, c, h, w), coefficient and bias (c,). dx = coefficient·dy over the window, dcoefficient = Σ dy·Σ, dbias = Σ dy.
    """
    size, stride, padding = windows("subsample", x, size, None, 0)
    for argument, got in (("coefficient", coefficient), ("bias", bias)):
        if got.shape != x.shape[1:2]:
            raise BadInput(f"subsample: {argument} has shape {got.shape}, wanted {x.shape[1:2]} to go with x {x.shape}")
    out = outputs("subsample", x, size, stride, padding, (1, 1), False)
    ones = np.ones(out, x.dtype)
    total = sums(x, ones, out, size, stride, padding)

    def pullback(dy):
        dy = channels_last(dy)
        return (
            lambda: spread(nchw(dy * coefficient), ones, x, size, stride, padding),
            lambda: np.einsum("nijc,nijc->c", dy, total),
            lambda: dy.sum(axis=(0, 1, 2)),
        )

    return nchw(total * coefficient + bias), pullback
