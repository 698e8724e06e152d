"""The GRU as Cho et al. (2014) print it: the reset gate acts on the state before the product, not after it as in `gru`."""

import numpy as np

from abacus.ops.floats import floats
from abacus.ops.recurrent import expect_cell
from abacus.tensor import op


@op
def gru_reset_first(x, h, wx, wh, bx, bh):
    """x (time, batch, inputs), h (batch, width) -> (all h (time, batch, width), the last h).

    r, z = σ(...), n = tanh(x wx + bx + (r·h) wh + bh) in the order r, z, n; h = (1 - z)·n + z·h. Shapes as in `gru`. (Cho's z
    is our 1 - z; linear_before_reset = 0 in ONNX, reset_after = False in Keras.)
    """
    name = "gru_reset_first"
    x, h, wx, wh, bx, bh = (
        floats(name, argument, a) for argument, a in zip(("x", "h", "wx", "wh", "bx", "bh"), (x, h, wx, wh, bx, bh))
    )
    expect_cell(name, 3, x, wx, wh, {"h": h}, {"bx": bx, "bh": bh})
    time, (batch, width) = len(x), h.shape
    given = (x.reshape(-1, x.shape[-1]) @ wx + (bx + bh)).reshape(time, batch, 3 * width)
    gates, y = np.empty_like(given), np.empty((time, batch, width), given.dtype)
    two, of_gates, of_n = 2 * width, wh[:, : 2 * width], wh[:, 2 * width :]
    for t in range(time):
        before = y[t - 1] if t else h
        gates[t, :, :two] = np.tanh((given[t, :, :two] + before @ of_gates) * 0.5) * 0.5 + 0.5
        r, z = gates[t, :, :width], gates[t, :, width:two]
        n = gates[t, :, two:] = np.tanh(given[t, :, two:] + (r * before) @ of_n)
        y[t] = (1 - z) * n + z * before

    def pullback(d):
        dgates, later = np.empty_like(gates), np.zeros_like(h) if d[1] is None else d[1]
        for t in reversed(range(time)):
            before, dh = y[t - 1] if t else h, later if d[0] is None else later + d[0][t]
            r, z, n = gates[t, :, :width], gates[t, :, width:two], gates[t, :, two:]
            dn = dgates[t, :, two:] = dh * (1 - z) * (1 - n * n)
            reset = dn @ of_n.T
            dgates[t, :, :width] = reset * before * r * (1 - r)
            dgates[t, :, width:two] = dh * (before - n) * z * (1 - z)
            later = dh * z + reset * r + dgates[t, :, :two] @ of_gates.T
        flat, states = dgates.reshape(-1, 3 * width), np.concatenate((h[None], y[:-1]))[:time].reshape(-1, width)

        def dwh():
            kept = gates[:, :, :width].reshape(-1, width) * states
            return np.concatenate([states.T @ flat[:, :two], kept.T @ flat[:, two:]], axis=1)

        bias = flat.sum(axis=0)
        return lambda: (flat @ wx.T).reshape(x.shape), later, lambda: x.reshape(-1, len(wx)).T @ flat, dwh, bias, bias

    return (y, y[-1] if time else h), pullback
