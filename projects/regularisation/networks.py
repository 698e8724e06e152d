"""The two networks of this lesson: layers of units, and a small convolutional network; and the reading of what they say."""

from itertools import pairwise

import numpy as np

from abacus import nn, ops
from abacus.errors import BadInput
from images import CLASSES, SIDE
from layers import FUSED, INITIAL, NORMS, Layer, known

ROWS = 1000  # of an evaluation at a time
MAPS = 8, 16  # of the convolutional network's two layers


class Network:
    """What both have: a loss while it learns, outputs and answers afterwards. A subclass says what `hidden` is."""

    def __call__(self, x, rng=None):
        """Scores (n, 10) of inputs (n, 784); with a generator it learns, and drops by it."""
        return self.top(self.hidden(x, rng)[-1], rng)

    def loss(self, x, labels, rng, smoothing=0.0):
        """The mean cross-entropy of a batch, against (1 − ε) onehot + ε/classes for ε = smoothing (eq. 2)."""
        return ops.softmax_cross_entropy(self(x, rng), labels, label_smoothing=smoothing)  # eq. 2

    def outputs(self, x):
        """Scores as a plain array, a part of the rows at a time."""
        return nn.evaluate(self, x, ROWS)

    def predict(self, x):
        """The class of the largest score (n,)."""
        return self.outputs(x).argmax(axis=1)

    def score(self, x, labels):
        """The share that is answered right."""
        return float(np.mean(self.predict(x) == labels))

    def weights(self):
        """The layers' W, by their names: what decays, and what has a largest norm."""
        return {name: p for name, p in nn.parameters(self).items() if name.rpartition(".")[2] == "w"}


class MLP(Network):
    """sizes = [inputs, hidden..., outputs]. Of the inputs a share drop[0], of hidden units a share drop[1] is dropped (eq. 5)."""

    def __init__(self, sizes, rng, *, activation="relu", initial="he", norm="none", drop=(0.0, 0.0), drop_weights=0.0):
        check("MLP", activation, initial, norm)
        self.drop = tuple(drop)
        common = {"initial": initial, "drop_weights": drop_weights}
        self.layers = [
            Layer(inputs, outputs, rng, activation=activation, norm=norm, **common)
            for inputs, outputs in pairwise(sizes[:-1])
        ]
        self.top = Layer(sizes[-2], sizes[-1], rng, activation=None, **common)

    def hidden(self, x, rng=None):
        """What each layer passes on, the inputs first; while it learns, with zeros where something is dropped."""
        said = [ops.dropout(x, self.drop[0], rng)]  # eq. 5
        for layer in self.layers:
            said.append(ops.dropout(layer(said[-1], rng), self.drop[1], rng))
        return said


class CNN(Network):
    """Two layers of 3 × 3 kernels (8 and 16 maps), each with 2 × 2 max pooling, then 10 scores; drop as in MLP."""

    def __init__(self, rng, *, activation="relu", initial="he", norm="none", drop=(0.0, 0.0), drop_weights=0.0):
        check("CNN", activation, initial, norm)
        self.drop = tuple(drop)
        common = {"initial": initial, "drop_weights": drop_weights}
        self.layers = [
            Layer(inputs, maps, rng, activation=activation, norm=norm, kernel=3, **common)
            for inputs, maps in zip((1, *MAPS), MAPS)
        ]
        self.top = Layer(MAPS[-1] * (SIDE // 4) ** 2, CLASSES, rng, activation=None, **common)

    def hidden(self, x, rng=None):
        """As MLP's; the last is flat (n, 784)."""
        n = len(x)
        said = [ops.dropout(np.reshape(x, (n, 1, SIDE, SIDE)), self.drop[0], rng)]
        for layer in self.layers:
            said.append(ops.dropout(ops.max_pool2d(layer(said[-1], rng), 2), self.drop[1], rng))
        return [*said[:-1], ops.reshape(said[-1], n, -1)]


def check(where, activation, initial, norm):
    """BadInput, in one line, for a word that is none of this lesson's."""
    known(where, "activation", activation, FUSED)
    known(where, "initial", initial, INITIAL)
    known(where, "norm", norm, NORMS)


def check_drop(drop):
    """BadInput where these are not two shares."""
    if len(drop) != 2:
        raise BadInput(f"drop={drop}: wanted two shares, of the inputs and of the hidden units")
