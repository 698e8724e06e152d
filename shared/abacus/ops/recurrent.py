"""Recurrent layers: RNN, LSTM and GRU, a step or a whole sequence as one node. Time comes first, as in PyTorch.

Weights are (inputs, gates·width) and (width, gates·width), so that a gate is a block of columns; the order of the gates
is PyTorch's. All gradients of the weights are single products over the whole sequence.
"""

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.tensor import op


def _check(name, x, h, wx, wh, gates):
    width = h.shape[-1]
    if x.shape[-1] != wx.shape[0] or x.shape[-2:-1] != h.shape[:1]:
        raise BadInput(f"{name}: x has shape {x.shape}, wanted (…, {h.shape[0]}, {wx.shape[0]})")
    if wx.shape[1] != gates * width or wh.shape != (width, gates * width):
        wanted = f"(inputs, {gates * width}) and ({width}, {gates * width})"
        raise BadInput(f"{name}: wx, wh have shapes {wx.shape}, {wh.shape}, wanted {wanted} for h {h.shape}")


@op
def rnn_step(x, h, wx, wh, bias):
    """tanh(x wx + h wh + bias): x (batch, inputs), h (batch, width) -> (batch, width) (Elman 1990)."""
    _check("rnn_step", x, h, wx, wh, 1)
    y = np.tanh(x @ wx + h @ wh + bias)

    def pullback(dy):
        dz = dy * (1 - y * y)
        return lambda: dz @ wx.T, lambda: dz @ wh.T, lambda: x.T @ dz, lambda: h.T @ dz, lambda: dz.sum(axis=0)

    return y, pullback


@op
def rnn(x, h, wx, wh, bias):
    """rnn_step over time: x (time, batch, inputs), h (batch, width) -> (all h (time, batch, width), the last h)."""
    _check("rnn", x, h, wx, wh, 1)
    y = (x.reshape(-1, x.shape[-1]) @ wx + bias).reshape(*x.shape[:2], -1)
    for t in range(len(x)):
        y[t] += (y[t - 1] if t else h) @ wh
        np.tanh(y[t], out=y[t])

    def pullback(d):
        dz = np.empty_like(y)
        dlater = np.zeros_like(h) if d[1] is None else d[1]
        for t in reversed(range(len(x))):
            dz[t] = (dlater if d[0] is None else dlater + d[0][t]) * (1 - y[t] * y[t])
            dlater = dz[t] @ wh.T
        return _weights(x, h, y, dz, dz, wx, dlater)

    return (y, y[-1] if len(x) else h), pullback


def _weights(x, h, y, dgates, drecurrent, wx, dh):
    """Entries for (x, h, wx, wh, bias) from the gradients of the gates at all times."""
    flat = dgates.reshape(-1, dgates.shape[-1])
    before = np.concatenate((h[None], y[:-1])).reshape(-1, h.shape[-1])
    return (
        lambda: (flat @ wx.T).reshape(x.shape),
        dh,
        lambda: x.reshape(-1, x.shape[-1]).T @ flat,
        lambda: before.T @ drecurrent.reshape(-1, drecurrent.shape[-1]),
        lambda: flat.sum(axis=0),
    )


@op
def lstm(x, h, c, wx, wh, bias):
    """x (time, batch, inputs), h and c (batch, width) -> (all h (time, batch, width), the last h, the last c).

    i, f, o = σ(...), g = tanh(...) of x wx + h wh + bias in the order i, f, g, o; c = f·c + i·g, h = o·tanh(c)
    (Hochreiter & Schmidhuber 1997 with the forget gate of Gers et al. 2000).
    """
    _check("lstm", x, h, wx, wh, 4)
    time, (batch, width) = len(x), h.shape
    gates = (x.reshape(-1, x.shape[-1]) @ wx + bias).reshape(time, batch, 4 * width)
    y, cells, squashed = (np.empty((time, batch, width), gates.dtype) for _ in range(3))
    recurrent = np.empty((batch, 4 * width), gates.dtype)
    start = np.ascontiguousarray(c)
    for t in range(time):
        np.matmul(y[t - 1] if t else h, wh, out=recurrent)
        kernels.recurrent.lstm(gates[t], recurrent, cells[t - 1] if t else start, cells[t], squashed[t], y[t])

    def pullback(d):
        dy = np.zeros_like(y) if d[0] is None else np.ascontiguousarray(d[0])
        dlater = np.zeros_like(start) if d[1] is None else np.array(d[1], order="C")
        dcell = np.zeros_like(start) if d[2] is None else np.array(d[2], order="C")
        dgates, back = np.empty_like(gates), wh.T
        for t in reversed(range(time)):
            before = cells[t - 1] if t else start
            kernels.recurrent.lstm_pullback(dy[t], dlater, dcell, gates[t], before, squashed[t], dgates[t])
            np.matmul(dgates[t], back, out=dlater)
        dx, dh, *weights = _weights(x, h, y, dgates, dgates, wx, dlater)
        return dx, dh, dcell, *weights

    return (y, y[-1] if time else h, cells[-1] if time else c), pullback


@op
def lstm_step(x, h, c, wx, wh, bias):
    """One step of `lstm`: x (batch, inputs) -> (h, c)."""
    (_, h1, c1), pullback = lstm.__wrapped__(x[None], h, c, wx, wh, bias)

    def step_pullback(d):
        dx, *others = pullback((None, *d))
        return lambda: dx()[0], *others

    return (h1, c1), step_pullback


@op
def gru(x, h, wx, wh, bx, bh):
    """x (time, batch, inputs), h (batch, width) -> (all h (time, batch, width), the last h).

    r, z = σ(...), n = tanh(x wx + bx + r·(h wh + bh)) in the order r, z, n; h = (1 - z)·n + z·h (Cho et al. 2014, the
    reset gate after the product as in PyTorch).
    """
    _check("gru", x, h, wx, wh, 3)
    time, (batch, width) = len(x), h.shape
    gates = (x.reshape(-1, x.shape[-1]) @ wx + bx).reshape(time, batch, 3 * width)
    y, recurrent = np.empty((time, batch, width), gates.dtype), np.empty_like(gates)
    start = np.ascontiguousarray(h)
    for t in range(time):
        before = y[t - 1] if t else start
        np.matmul(before, wh, out=recurrent[t])
        recurrent[t] += bh
        kernels.recurrent.gru(gates[t], recurrent[t], before, y[t])

    def pullback(d):
        dy = np.zeros_like(y) if d[0] is None else np.ascontiguousarray(d[0])
        dlater = np.zeros_like(start) if d[1] is None else np.array(d[1], order="C")
        dgates, drecurrent, direct = np.empty_like(gates), np.empty_like(gates), np.empty_like(start)
        for t in reversed(range(time)):
            before = y[t - 1] if t else start
            kernels.recurrent.gru_pullback(
                dy[t], dlater, gates[t], recurrent[t], before, dgates[t], drecurrent[t], direct
            )
            np.matmul(drecurrent[t], wh.T, out=dlater)
            dlater += direct
        entries = _weights(x, h, y, dgates, drecurrent, wx, dlater)
        return *entries, lambda: drecurrent.reshape(-1, 3 * width).sum(axis=0)

    return (y, y[-1] if time else h), pullback


@op
def gru_step(x, h, wx, wh, bx, bh):
    """One step of `gru`: x (batch, inputs) -> h."""
    (_, h1), pullback = gru.__wrapped__(x[None], h, wx, wh, bx, bh)

    def step_pullback(dh):
        dx, *others = pullback((None, dh))
        return lambda: dx()[0], *others

    return h1, step_pullback
