"""Networks that look at a noised thing and at how noised it is: one of points in the plane, and a small MLP-Mixer of pictures."""

import itertools

import numpy as np

from abacus import nn, ops
from abacus.errors import BadInput
from abacus.tensor import no_grad

WAVES = 16  # sines, and as many cosines, that tell a network the step
FINE = 1.0, 2.0, 4.0, 8.0  # waves of a point's coordinates: without them relu units see no thin line


class PointNetwork:
    """x (n, 2) and the step (n,) to what is asked for, (n, 2): relu layers; beside x they see waves of x and of the step."""

    def __init__(self, hidden, rng):
        sizes = [2 + 4 * len(FINE) + 2 * WAVES, *hidden, 2]
        self.layers = [
            nn.Affine(a, b, rng, activation="relu" if i < len(sizes) - 2 else None, initial=nn.he_normal)
            for i, (a, b) in enumerate(itertools.pairwise(sizes))
        ]

    def __call__(self, x, t):
        fine = [f(k * x) for k in FINE for f in (np.sin, np.cos)]
        h = np.concatenate([x, *fine, waves(t)], axis=1).astype(np.float32)
        for layer in self.layers:
            h = layer(h)
        return h


class Mixer:
    """Pictures (n, side·side), steps (n,) and labels (n,) to what is asked for, (n, side·side) (Tolstikhin et al. 2021).

    A picture is cut into patches of patch × patch pixels, each a token of `width` numbers. A block lets the tokens mix
    (for each number alone), then the numbers (for each token alone). Step and label are added to every token; the label
    `classes` stands for none.
    """

    def __init__(self, side, patch, width, blocks, classes, rng):
        if side % patch:
            raise BadInput(f"Mixer: a side of {side} pixels cannot be cut into patches of {patch}")
        self.side, self.patch, self.classes = side, patch, classes
        tokens = (side // patch) ** 2
        self.inward = nn.Affine(patch * patch, width, rng)
        self.places = nn.Embedding(tokens, width, rng, sd=0.1)
        self.step = [nn.Affine(2 * WAVES, width, rng, activation="relu"), nn.Affine(width, width, rng)]
        self.label = nn.Embedding(classes + 1, width, rng, sd=0.1)
        self.blocks = [Block(tokens, width, rng) for _ in range(blocks)]
        self.norm = nn.LayerNorm(width)
        self.outward = nn.Affine(width, patch * patch, rng, initial=lambda shape, rng: np.zeros(shape, np.float32))

    def __call__(self, x, t, labels):
        if x.ndim != 2 or x.shape[1] != self.side**2:
            raise BadInput(f"Mixer: pictures of shape {x.shape}, wanted (n, {self.side**2}), each a row of pixels")
        told = self.step[1](self.step[0](waves(t))) + self.label(labels)
        h = self.inward(self._cut(x)) + self.places.table + told[:, None]
        for block in self.blocks:
            h = block(h, told)
        return self._join(self.outward(self.norm(h)))

    def _cut(self, x):
        n, p, across = len(x), self.patch, self.side // self.patch
        parts = x.reshape(n, across, p, across, p).transpose(0, 1, 3, 2, 4)
        return np.ascontiguousarray(parts.reshape(n, across * across, p * p), np.float32)

    def _join(self, y):
        n, p, across = len(y), self.patch, self.side // self.patch
        parts = ops.transpose(ops.reshape(y, (n, across, across, p, p)), (0, 1, 3, 2, 4))
        return ops.reshape(parts, (n, self.side**2))


class Block:
    """Tokens mix, then numbers, each by two affine maps around a relu, added to what was there."""

    def __init__(self, tokens, width, rng):
        self.norms = [nn.LayerNorm(width), nn.LayerNorm(width)]
        self.tokens = [nn.Affine(tokens, 2 * tokens, rng, activation="relu"), nn.Affine(2 * tokens, tokens, rng)]
        self.numbers = [nn.Affine(width, 2 * width, rng, activation="relu"), nn.Affine(2 * width, width, rng)]
        self.told = nn.Affine(width, width, rng)

    def __call__(self, h, told):
        mixed = ops.swapaxes(self.norms[0](h), 1, 2)
        h = h + ops.swapaxes(self.tokens[1](self.tokens[0](mixed)), 1, 2)
        inner = self.norms[1](h) + self.told(told)[:, None]
        return h + self.numbers[1](self.numbers[0](inner))


def waves(t):
    """Sines and cosines of the steps t (n,), of wave lengths from about 6 to 20 000 steps: (n, 32), float32."""
    angle = np.asarray(t, float)[:, None] * np.geomspace(1.0, 3e-4, WAVES)
    return np.concatenate([np.sin(angle), np.cos(angle)], axis=1).astype(np.float32)


class Average:
    """The running mean of a model's parameters, which draws better than the last ones: share·old + (1 − share)·new."""

    def __init__(self, model, share):
        self.share, self.updates = share, 0
        self.values = {name: p.value.copy() for name, p in nn.parameters(model).items()}

    def update(self, model):
        """Take in the model's parameters; the first updates count more, so that the start is soon forgotten."""
        self.updates += 1
        share = min(self.share, (1 + self.updates) / (10 + self.updates))
        for name, p in nn.parameters(model).items():
            self.values[name] *= share
            self.values[name] += (1 - share) * p.value

    def swap(self, model):
        """Exchange the means and the model's parameters: once to draw, once more to go on."""
        for name, p in nn.parameters(model).items():
            self.values[name], p.value[...] = p.value.copy(), self.values[name]
            p.version += 1


def call(model, *arguments):
    """What the model says, as an array, with no gradient kept."""
    with no_grad():
        return model(*arguments).value
