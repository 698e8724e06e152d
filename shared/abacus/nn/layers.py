"""Layers: objects that hold parameters and are called. They have no mode: what differs in training is an argument."""

import numpy as np

from abacus import ops
from abacus.expect import expect_word
from abacus.nn.initial import normal, uniform_by_inputs
from abacus.ops.affine import ACTIVATIONS
from abacus.tensor import Parameter


class Affine:
    """activation(x @ w + b): w (inputs, outputs), b (outputs,). Both start as U(±1/√inputs), PyTorch's default; another
    `initial(shape, rng)` draws w and leaves b at 0."""

    def __init__(self, inputs, outputs, rng, *, activation=None, bias=True, initial=None):
        self.w = Parameter((initial or uniform_by_inputs)((inputs, outputs), rng))
        self.b = None
        if bias:
            zeros = np.zeros(outputs, np.float32)
            self.b = Parameter(zeros if initial else uniform_by_inputs((inputs, outputs), rng)[0])
        expect_word(type(self).__name__, "activation", activation, ACTIVATIONS)
        self.activation = activation

    def __call__(self, x):
        return ops.affine(x, self.w, self.b, activation=self.activation)


class Embedding:
    """Row i of a table (rows, width) for the number i; starts as N(0, sd²)."""

    def __init__(self, rows, width, rng, *, sd=1.0):
        self.table = Parameter(normal((rows, width), sd, rng))

    def __call__(self, index):
        return ops.embedding(index, self.table)


class LayerNorm:
    """Layer norm over the last axis, with a gain that starts at 1 and a bias that starts at 0."""

    def __init__(self, width, *, bias=True, eps=1e-5):
        self.gain = Parameter(np.ones(width, np.float32))
        self.bias = Parameter(np.zeros(width, np.float32)) if bias else None
        self.eps = eps

    def __call__(self, x):
        return ops.layer_norm(x, self.gain, self.bias, eps=self.eps)


class RMSNorm:
    """RMS norm over the last axis, with a gain that starts at 1."""

    def __init__(self, width, *, eps=1e-6):
        self.gain = Parameter(np.ones(width, np.float32))
        self.eps = eps

    def __call__(self, x):
        return ops.rms_norm(x, self.gain, eps=self.eps)


class PReLU:
    """x where x > 0, slope·x elsewhere; the slopes, one for each of `channels` (axis 1) or one for all, start at 1/4."""

    def __init__(self, channels=1):
        self.slope = Parameter(np.full(channels, 0.25, np.float32))

    def __call__(self, x):
        return ops.prelu(x, self.slope)


class Dropout:
    """Dropout with probability p where a generator is given; without one (evaluation) x itself."""

    def __init__(self, p):
        self.p = p

    def __call__(self, x, rng=None):
        return ops.dropout(x, self.p, rng)


class Sequential:
    """The layers (or any functions) one after the other."""

    def __init__(self, *layers):
        self.layers = list(layers)

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x
