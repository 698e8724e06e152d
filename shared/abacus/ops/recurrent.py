"""Recurrent layers: RNN, LSTM and GRU, a step or a whole sequence as one node. Time comes first, as in PyTorch.

Weights are (inputs, gates·width) and (width, gates·width), so that a gate is a block of columns; the order of the gates
is PyTorch's. All gradients of the weights are single products over the whole sequence.
"""

import numpy as np

from abacus import kernels
from abacus.errors import BadInput
from abacus.expect import expect_shape
from abacus.tensor import op


def expect_cell(name, gates, x, wx, wh, states, biases, axes=("time", "batch")):
    """BadInput unless all shapes go together: the weights say what the widths are, and x what the batch is."""
    if wx.ndim != 2 or wh.ndim != 2:
        expect_shape(name, "wx", wx.shape, ("inputs", f"{gates}·width"))
        expect_shape(name, "wh", wh.shape, ("width", f"{gates}·width"))
    inputs, width = len(wx), len(wh)
    expect_shape(name, "wh", wh.shape, (width, gates * width))
    expect_shape(name, "wx", wx.shape, (inputs, gates * width))
    if not wx.size:
        raise BadInput(f"{name}: wx has shape {wx.shape}, wanted at least one input and one unit")
    if x.ndim != len(axes) + 1 or x.shape[-1] != inputs:
        expect_shape(name, "x", x.shape, (*axes, inputs))
    for argument, state in states.items():
        expect_shape(name, argument, state.shape, (x.shape[-2], width))
    for argument, bias in biases.items():
        expect_shape(name, argument, bias.shape, (gates * width,))


@op
def rnn_step(x, h, wx, wh, bias):
    """tanh(x wx + h wh + bias): x (batch, inputs), h (batch, width) -> (batch, width) (Elman 1990)."""
    expect_cell("rnn_step", 1, x, wx, wh, {"h": h}, {"bias": bias}, axes=("batch",))
    y = np.tanh(x @ wx + h @ wh + bias)

    def pullback(dy):
        dz = dy * (1 - y * y)
        return lambda: dz @ wx.T, lambda: dz @ wh.T, lambda: x.T @ dz, lambda: h.T @ dz, lambda: dz.sum(axis=0)

    return y, pullback


@op
def rnn(x, h, wx, wh, bias):
    """rnn_step over time: x (time, batch, inputs), h (batch, width) -> (all h (time, batch, width), the last h)."""
    expect_cell("rnn", 1, x, wx, wh, {"h": h}, {"bias": bias})
    y = (x.reshape(-1, x.shape[-1]) @ wx + bias).reshape(*x.shape[:2], len(wh))
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
    before = np.concatenate((h[None], y[:-1]))[: len(y)].reshape(-1, h.shape[-1])
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
    expect_cell("lstm", 4, x, wx, wh, {"h": h, "c": c}, {"bias": bias})
    return _lstm(x, h, c, wx, wh, bias)


def _lstm(x, h, c, wx, wh, bias):
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
    expect_cell("lstm_step", 4, x, wx, wh, {"h": h, "c": c}, {"bias": bias}, axes=("batch",))
    (_, h1, c1), pullback = _lstm(x[None], h, c, wx, wh, bias)

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
    expect_cell("gru", 3, x, wx, wh, {"h": h}, {"bx": bx, "bh": bh})
    return _gru(x, h, wx, wh, bx, bh)


def _gru(x, h, wx, wh, bx, bh):
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
    expect_cell("gru_step", 3, x, wx, wh, {"h": h}, {"bx": bx, "bh": bh}, axes=("batch",))
    (_, h1), pullback = _gru(x[None], h, wx, wh, bx, bh)

    def step_pullback(dh):
        dx, *others = pullback((None, dh))
        return lambda: dx()[0], *others

    return h1, step_pullback
