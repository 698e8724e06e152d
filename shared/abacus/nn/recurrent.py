"""Recurrent layers over whole sequences, time first: x (time, batch, inputs)."""

import numpy as np

from abacus import ops
from abacus.expect import expect_shape
from abacus.tensor import Parameter


def _weights(inputs, width, gates, rng):
    """wx and wh, both U(±1/√width): PyTorch's default."""
    bound = 1 / np.sqrt(width)
    shapes = (inputs, gates * width), (width, gates * width)
    return [Parameter(rng.uniform(-bound, bound, shape).astype(np.float32)) for shape in shapes]


def _bias(width, gates, rng):
    bound = 1 / np.sqrt(width)
    return Parameter(rng.uniform(-bound, bound, gates * width).astype(np.float32))


def _zeros(x, layer):
    expect_shape(type(layer).__name__, "x", x.shape, ("time", "batch", len(layer.wx)))
    return np.zeros((x.shape[1], layer.wh.shape[0]), layer.wh.dtype)


class RNN:
    """h = tanh(x wx + h wh + b). Called with x and the h to start from (zeros): (all h, the last h)."""

    def __init__(self, inputs, width, rng):
        self.wx, self.wh = _weights(inputs, width, 1, rng)
        self.b = _bias(width, 1, rng)

    def __call__(self, x, h=None):
        return ops.rnn(x, _zeros(x, self) if h is None else h, self.wx, self.wh, self.b)


class LSTM:
    """An LSTM layer. Called with x and the state (h, c) to start from (zeros): (all h, (the last h, the last c))."""

    def __init__(self, inputs, width, rng):
        self.wx, self.wh = _weights(inputs, width, 4, rng)
        self.b = _bias(width, 4, rng)

    def __call__(self, x, state=None):
        h, c = (_zeros(x, self), _zeros(x, self)) if state is None else state
        y, h, c = ops.lstm(x, h, c, self.wx, self.wh, self.b)
        return y, (h, c)


class GRU:
    """A GRU layer. Called with x and the h to start from (zeros): (all h, the last h). The reset gate acts after the
    product, or with reset_first on the state before it (ops.gru_reset_first)."""

    def __init__(self, inputs, width, rng, *, reset_first=False):
        self.wx, self.wh = _weights(inputs, width, 3, rng)
        self.bx, self.bh = _bias(width, 3, rng), _bias(width, 3, rng)
        self.step = ops.gru_reset_first if reset_first else ops.gru

    def __call__(self, x, h=None):
        return self.step(x, _zeros(x, self) if h is None else h, self.wx, self.wh, self.bx, self.bh)
