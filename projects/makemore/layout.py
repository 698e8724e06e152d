"""Where the parameters of the lectures' networks lie, and the numbers that they begin with.

A layer with join j takes j neighbours side by side: 3 on three characters is the MLP, 2, 2, 2 on eight is the WaveNet.
"""

import math
from dataclasses import dataclass

import numpy as np

from abacus.tensor import Parameter

INITS = ("original", "softmax fixed", "tanh fixed", "Kaiming", "unit")
NORMS = ("none", "moving deviation", "by position", "whole")
# of batch norm: ε, and by how much its moving moments follow each batch
EPS = {"none": 0.0, "moving deviation": 0.0, "by position": 1e-5, "whole": 1e-5}  # lecture 4 divides by the deviation
MOMENTUM = {
    "none": 0.0,
    "moving deviation": 0.001,
    "by position": 0.1,
    "whole": 0.1,
}  # lecture 4: 0.001; lecture 6: 0.1


@dataclass(frozen=True)
class Shape:
    """What fixes the parameters: the number of characters, and the network's settings."""

    characters: int
    embedding: int  # numbers a character
    hidden: int  # units a layer
    joins: tuple  # neighbours that each layer takes together
    norm: str  # one of NORMS
    norm_last: bool = False  # batch norm of the logits too, in place of their bias alone

    @property
    def context(self):
        """How many characters the network sees: as many as are one at the top."""
        return math.prod(self.joins)


class Layout:
    """Where each parameter lies in one flat vector of `size` numbers, and batch norm's moving moments in another."""

    def __init__(self, shape):
        self.shape, self.places, self.size, self.moving = shape, {}, 0, 0
        self._add("embedding", shape.characters, shape.embedding)
        positions, width, self.plan = shape.context, shape.embedding, []
        for k, join in enumerate(shape.joins):
            positions, inputs = positions // join, join * width
            width, norm = shape.hidden, shape.norm != "none"
            copies = positions if shape.norm == "by position" else 1
            row = [positions, inputs, width, copies, self._add(f"w{k}", inputs, width)]
            row += [self._add(f"gain{k}", width) if norm else -1, self._add(f"shift{k}", width), self.moving]
            self.plan.append(row)
            self.moving += 2 * copies * width * norm
        self.last = self._add("w", width, shape.characters)
        self._add("b", shape.characters)
        if shape.norm_last:
            self._add("gain", shape.characters)

    def _add(self, name, *shape):
        at = self.size
        self.places[name] = at, shape
        self.size += math.prod(shape)
        return at

    def views(self, flat):
        """{name: view of the flat vector}."""
        return {name: flat[at : at + math.prod(shape)].reshape(shape) for name, (at, shape) in self.places.items()}

    def parameters(self, flat):
        """{name: Parameter}, copies of the flat vector's parts."""
        return {name: Parameter(view, name) for name, view in self.views(flat).items()}

    def moments(self, moving):
        """For each layer with batch norm its moving (mean, variance or deviation), (2, copies, width): views."""
        return [
            moving[at : at + 2 * copies * width].reshape(2, copies, width)
            for _, _, width, copies, _, gain, _, at in self.plan
            if gain >= 0
        ]

    def moving_start(self):
        """The moving moments before the first step: means 0, variances and deviations 1."""
        moving = np.zeros(self.moving, np.float32)
        for moments in self.moments(moving):
            moments[1] = 1
        return moving


def start(layout, init, gain, rng):
    """The flat vector of initial parameters, float32: all normal but for gains and shifts of batch norm.

    "original": everything N(0, 1). "softmax fixed": the last weights x 0.01, their bias 0. "tanh fixed": besides, hidden
    weights x 0.2 and biases x 0.01. "Kaiming": hidden weights x (5/3)/√inputs. "unit": 1/√inputs, the last ones x 0.1.
    Hidden weights are multiplied by `gain` too, which is 1 but where that is studied. The gain of the logits' own batch
    norm is 0.1.
    """
    flat, normed = rng.standard_normal(layout.size).astype(np.float32), layout.shape.norm != "none"
    for name, view in layout.views(flat).items():
        kind = name.rstrip("0123456789")
        if kind == "gain":
            view[:] = 1 if name != "gain" else 0.1
        elif kind == "shift":
            view *= 0 if normed or init == "unit" else 1 if init in ("original", "softmax fixed") else 0.01
        elif kind == "b":
            view *= init == "original"
        elif name == "w":
            view *= {"original": 1, "unit": 0.1 / math.sqrt(len(view))}.get(init, 0.01)
        elif kind == "w":
            root = math.sqrt(len(view))
            view *= gain * {"tanh fixed": 0.2, "Kaiming": 5 / 3 / root, "unit": 1 / root}.get(init, 1)
    return flat
