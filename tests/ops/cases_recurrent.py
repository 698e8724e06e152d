"""Cases of the recurrent ops, against plain loops and PyTorch's modules."""

import numpy as np
from scipy.special import expit

from abacus import ops


def _arrays(some, gates, states, biases, time=None):
    batch, inputs, width = some.size(), some.size(), some.size()
    lead = (batch,) if time is None else (time, batch)
    return (
        some.array(*lead, inputs),
        *(some.array(batch, width) for _ in range(states)),
        some.array(inputs, gates * width),
        some.array(width, gates * width),
        *(some.array(gates * width) for _ in range(biases)),
    )


def _module(t, kind, x, wx, wh, bx, bh):
    """PyTorch's layer `kind` as a function of the weights."""
    layer = getattr(t.nn, kind)(x.shape[-1], wh.shape[0]).double()
    weights = {"weight_ih_l0": wx.T, "weight_hh_l0": wh.T, "bias_ih_l0": bx, "bias_hh_l0": bh}
    return lambda *inputs: t.func.functional_call(layer, weights, inputs)


def _rnn(x, h, wx, wh, b):
    hs = []
    for step in x:
        h = np.tanh(step @ wx + h @ wh + b)
        hs.append(h)
    return np.reshape(hs, (len(x), *h.shape)), h


def rnn(some):
    def torch(t, x, h, wx, wh, b):
        y, last = _module(t, "RNN", x, wx, wh, b, t.zeros_like(b))(x, h[None])
        return y, last[0]

    return {"call": ops.rnn, "arrays": _arrays(some, 1, 1, 1, some.size()), "plain": _rnn, "torch": torch}


def rnn_step(some):
    return {
        "call": ops.rnn_step,
        "arrays": _arrays(some, 1, 1, 1),
        "plain": lambda x, *others: _rnn(x[None], *others)[1],
    }


def _lstm(x, h, c, wx, wh, b):
    hs = []
    for step in x:
        i, f, g, o = np.split(step @ wx + h @ wh + b, 4, axis=1)
        c = expit(f) * c + expit(i) * np.tanh(g)
        h = expit(o) * np.tanh(c)
        hs.append(h)
    return np.reshape(hs, (len(x), *h.shape)), h, c


def lstm(some):
    def torch(t, x, h, c, wx, wh, b):
        y, (h, c) = _module(t, "LSTM", x, wx, wh, b, t.zeros_like(b))(x, (h[None], c[None]))
        return y, h[0], c[0]

    return {"call": ops.lstm, "arrays": _arrays(some, 4, 2, 1, some.size()), "plain": _lstm, "torch": torch}


def lstm__last_cell_only(some):
    return {"call": lambda *a: ops.lstm(*a)[2], "arrays": _arrays(some, 4, 2, 1, 3), "plain": lambda *a: _lstm(*a)[2]}


def lstm_step(some):
    return {
        "call": ops.lstm_step,
        "arrays": _arrays(some, 4, 2, 1),
        "plain": lambda x, *others: _lstm(x[None], *others)[1:],
    }


def _gru(x, h, wx, wh, bx, bh):
    hs = []
    for step in x:
        (r, z, n), (hr, hz, hn) = np.split(step @ wx + bx, 3, axis=1), np.split(h @ wh + bh, 3, axis=1)
        r, z = expit(r + hr), expit(z + hz)
        h = (1 - z) * np.tanh(n + r * hn) + z * h
        hs.append(h)
    return np.reshape(hs, (len(x), *h.shape)), h


def gru(some):
    def torch(t, x, h, wx, wh, bx, bh):
        y, last = _module(t, "GRU", x, wx, wh, bx, bh)(x, h[None])
        return y, last[0]

    return {"call": ops.gru, "arrays": _arrays(some, 3, 1, 2, some.size()), "plain": _gru, "torch": torch}


def gru_step(some):
    return {
        "call": ops.gru_step,
        "arrays": _arrays(some, 3, 1, 2),
        "plain": lambda x, *others: _gru(x[None], *others)[1],
    }


X, H, WX, WH, B = np.ones((5, 2, 3)), np.ones((2, 6)), np.ones((3, 24)), np.ones((6, 24)), np.ones(24)
WRONG = {
    "lstm: x has shape (5, 2, 4), wanted (time, batch, 3)": lambda: ops.lstm(np.ones((5, 2, 4)), H, H, WX, WH, B),
    "lstm: x has shape (2, 3), wanted (time, batch, 3)": lambda: ops.lstm(X[0], H, H, WX, WH, B),
    "lstm: h has shape (2, 5), wanted (2, 6)": lambda: ops.lstm(X, H[:, 1:], H, WX, WH, B),
    "lstm: c has shape (4000, 6), wanted (2, 6)": lambda: ops.lstm(X, H, np.ones((4000, 6)), WX, WH, B),
    "lstm: wx has shape (0, 24), wanted at least one input and one unit": lambda: ops.lstm(
        X[..., :0], H, H, WX[:0], WH, B
    ),
    "lstm: bias has shape (6,), wanted (24,)": lambda: ops.lstm(X, H, H, WX, WH, B[:6]),
    "lstm_step: c has shape (1, 6), wanted (2, 6)": lambda: ops.lstm_step(X[0], H, H[:1], WX, WH, B),
    "lstm_step: x has shape (5, 2, 3), wanted (batch, 3)": lambda: ops.lstm_step(X, H, H, WX, WH, B),
    "gru: wh has shape (6, 24), wanted (6, 18)": lambda: ops.gru(X, H, WX, WH, B, B),
    "gru: wx has shape (3, 24), wanted (3, 18)": lambda: ops.gru(X, H, WX, WH[:, :18], B, B),
    "gru: wx has shape (3,), wanted (inputs, 3·width)": lambda: ops.gru(X, H, WX[:, 0], WH, B, B),
    "gru: bh has shape (17,), wanted (18,)": lambda: ops.gru(X, H, WX[:, :18], WH[:, :18], B[:18], B[:17]),
    "gru_step: h has shape (1, 6), wanted (2, 6)": lambda: ops.gru_step(
        X[0], H[:1], WX[:, :18], WH[:, :18], B[:18], B[:18]
    ),
    "rnn: h has shape (1, 6), wanted (2, 6)": lambda: ops.rnn(X, H[:1], WX[:, :6], WH[:, :6], B[:6]),
    "rnn_step: wh has shape (6,), wanted (width, 1·width)": lambda: ops.rnn_step(X[0], H, WX[:, :6], WH[:, 0], B[:6]),
}
