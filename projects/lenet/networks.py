"""LeNet-1, LeNet-4 and LeNet-5 as the paper describes them, and LeNet-5 as it would be built today.

Everything that learns answers the same calls: `network(x)` gives ten scores a pattern (largest: the digit read),
`network.loss(x, labels)` the mean loss, `network.maps(x)` what each layer says, `network.side` the side of its input.
"""

import numpy as np

import patterns
import rbf
from abacus import nn, ops
from layers import KERNEL, A, Convolution, Full, Subsampling, everything, links

# Table I: which maps of S2 each map of C3 sees
C3_SEES = (
    *[[i % 6, (i + 1) % 6, (i + 2) % 6] for i in range(6)],  # 0-5: three in a row
    *[[i % 6, (i + 1) % 6, (i + 2) % 6, (i + 3) % 6] for i in range(6)],  # 6-11: four in a row
    *[[0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5]],  # 12-14: four, not in a row
    range(6),  # 15: all
)
# LeCun et al. 1990, Table 1: which maps of H2 each map of LeNet-1's H3 sees
H3_SEES = ([0], [0, 1], [0, 1], [1], [0, 1], [0, 1], [2], [2, 3], [2, 3], [3], [2, 3], [2, 3])
# LeNet-4's tables are not printed. Ours: after the manner of Table I, so that the rounded counts of section III.C.8 come out
LENET4_C3_SEES = (
    *[[i, (i + 1) % 8, (i + 2) % 8] for i in range(8)],
    *[[i, (i + 1) % 8, (i + 2) % 8, (i + 3) % 8] for i in range(0, 8, 2)],
    *[[0, 1, 4, 5], [2, 3, 6, 7], [1, 2, 5, 6]],
    range(8),
)
LENET4_C5_SEES = [[(u + k) % 16 for k in range(4 if u % 3 == 2 else 5)] for u in range(120)]


class Network:
    """Layers one after the other. A subclass has `side`, `score` and `loss`, and its layers as attributes in order."""

    def layers(self):
        """{name: layer}, in the order in which the pattern passes."""
        return {name.upper(): layer for name, layer in vars(self).items() if callable(layer)}

    def maps(self, x):
        """{layer: its tanh values} for the patterns x (n, 1, side, side); the units' outputs are A times that."""
        said = {}
        for name, layer in self.layers().items():
            said[name] = x = layer(x)
        return said

    def last(self, x):
        """The last layer's tanh values."""
        for layer in self.layers().values():
            x = layer(x)
        return x


class LeNet5(Network):
    """Section II.B, Fig. 2. Ten distances to drawn digits, and the loss that pulls and pushes (rbf.py)."""

    side = 32

    def __init__(self, start):
        self.c1 = Convolution(everything(6, 1), start, scale=1)  # 28 × 28 × 6
        self.s2 = Subsampling(6, start)  # 14 × 14 × 6
        self.c3 = Convolution(links(C3_SEES, 6), start)  # 10 × 10 × 16
        self.s4 = Subsampling(16, start)  # 5 × 5 × 16
        self.c5 = Convolution(everything(120, 16), start)  # 1 × 1 × 120
        self.f6 = Full(120, 84, start)
        self.centres = rbf.bitmaps()

    def distances(self, x):
        return rbf.distances(self.last(x) * A, self.centres)

    def __call__(self, x):
        return -self.distances(x)

    def loss(self, x, labels):
        return rbf.map_loss(self.distances(x), labels, rbf.J)


class Places(Network):
    """Networks with ten output units, one a digit: the wanted output is +1 there, −1 elsewhere; E = ½ Σ (x − wanted)²."""

    def __call__(self, x):
        return self.last(x) * A

    def loss(self, x, labels):
        wanted = np.full((len(labels), 10), -1, np.float32)
        wanted[np.arange(len(labels)), labels] = 1
        return ops.sum(ops.square(self(x) - wanted)) * (0.5 / len(labels))


class LeNet1(Places):
    """Section III.C.7, which refers to LeCun et al. 1990: 16 × 16 images in a field of 28 × 28."""

    side = 28

    def __init__(self, start):
        self.h1 = Convolution(everything(4, 1), start, scale=1)  # 24 × 24 × 4
        self.h2 = Subsampling(4, start)  # 12 × 12 × 4
        self.h3 = Convolution(links(H3_SEES, 4), start)  # 8 × 8 × 12
        self.h4 = Subsampling(12, start)  # 4 × 4 × 12
        self.output = Full(192, 10, start)


class LeNet4(Places):
    """Section III.C.8: four maps, eight subsampled ones (each map of C1 feeds two), sixteen, sixteen, 120 units, ten."""

    side = 32

    def __init__(self, start):
        self.c1 = Convolution(everything(4, 1), start, scale=1)  # 28 × 28 × 4
        self.s2 = Subsampling(8, start, copies=2)  # 14 × 14 × 8
        self.c3 = Convolution(links(LENET4_C3_SEES, 8), start)  # 10 × 10 × 16
        self.s4 = Subsampling(16, start)  # 5 × 5 × 16
        self.c5 = Convolution(links(LENET4_C5_SEES, 16), start)  # 1 × 1 × 120
        self.output = Full(120, 10, start)


class Modern(Network):
    """LeNet-5's maps with ReLU, max pooling, full connection and softmax; weights after He et al. 2015."""

    side = 32

    def __init__(self, rng):
        self.c1 = nn.Conv2d(1, 6, KERNEL, rng, activation="relu", initial=nn.he_normal)
        self.s2 = MaxPooling()
        self.c3 = nn.Conv2d(6, 16, KERNEL, rng, activation="relu", initial=nn.he_normal)
        self.s4 = MaxPooling()
        self.c5 = nn.Conv2d(16, 120, KERNEL, rng, activation="relu", initial=nn.he_normal)
        self.f6 = Flat(nn.Affine(120, 84, rng, activation="relu", initial=nn.he_normal))
        self.output = nn.Affine(84, 10, rng, initial=nn.he_normal)

    def __call__(self, x):
        return self.last(x)

    def loss(self, x, labels):
        return ops.softmax_cross_entropy(self(x), labels)


class MaxPooling:
    def __call__(self, x):
        return ops.max_pool2d(x, 2)


class Flat:
    """A layer that wants the units in a row."""

    def __init__(self, layer):
        self.layer = layer

    def __call__(self, x):
        return self.layer(ops.reshape(x, len(x.value), -1))


NETWORKS = {"LeNet-1": LeNet1, "LeNet-4": LeNet4, "LeNet-5": LeNet5}  # the paper's


def answers(network, images):
    """The digit that the network reads in each of the images (n, 28, 28)."""
    return nn.evaluate(lambda part: network(patterns.seen(part, network.side)), images, 250).argmax(axis=1)


def error(read, labels):
    """Per cent of the digits that are read wrong."""
    return 100 * float(np.mean(read != labels))
