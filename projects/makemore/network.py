"""The networks of the lectures: embedding, layers that join neighbours, batch norm, tanh, and a softmax at the end.

A layer with join j takes j neighbours side by side: 3 on three characters is the MLP, 2, 2, 2 on eight is the WaveNet.
Written twice: here on the tape, to be read and for what is looked at inside; in fused.py to be trained 200 000 steps.
"""

import math
from dataclasses import dataclass

import numpy as np

from abacus import ops
from abacus.tensor import Parameter, no_grad, op

INITS = ("original", "softmax fixed", "tanh fixed", "Kaiming", "unit")
NORMS = ("none", "moving deviation", "by position", "whole")
PART = 8192  # examples that are evaluated at once


@dataclass(frozen=True)
class Shape:
    """What fixes the parameters: the number of characters, and the network's settings."""

    characters: int
    context: int
    embedding: int
    hidden: int
    joins: tuple
    norm: str
    norm_last: bool  # batch norm of the logits too, in place of their bias alone


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


@op
def standardise(x, eps):
    """(x - mean) / √(variance + eps) along the first axis, the variance with 1/(m - 1); x (m, ...).

    With h the result: dx = (dh - mean(dh) - h·Σ(dh·h)/(m - 1)) / √(variance + eps).
    """
    centred = x - x.mean(axis=0)
    inverse = 1 / np.sqrt((centred**2).sum(axis=0) / (len(x) - 1) + x.dtype.type(eps))
    h = centred * inverse

    def pullback(dh):
        return inverse * (dh - dh.mean(axis=0) - h * (dh * h).sum(axis=0) / (len(x) - 1)), None

    return h, pullback


def probes(layout, n):
    """For n examples and each hidden layer zeros of the shape of its output: see `logits`."""
    return [Parameter(np.zeros((n * positions, width), np.float32)) for positions, _, width, *_ in layout.plan]


def logits(p, layout, contexts, eps, moments=None, probes=None, seen=None):
    """(n, characters) from contexts (n, context).

    With `moments` (see `used`) batch norm takes those, as when the network is used, else the batch's own. `probes`, one
    for each hidden layer, are added to its output: zeros, whose gradient is that of the output. The list
    `seen` takes the outputs.
    """
    x, n = ops.embedding(contexts, p["embedding"]), len(contexts)
    for k, (positions, inputs, width, copies, *_) in enumerate(layout.plan):
        z = ops.reshape(x, n * positions, inputs) @ p[f"w{k}"]
        if layout.shape.norm != "none":
            z = ops.reshape(z, n * positions // copies, copies, width)
            z = standardise(z, eps) if moments is None else (z - moments[k][0]) / moments[k][1]
            z = ops.reshape(z * p[f"gain{k}"], n * positions, width)
        x = ops.tanh(z + p[f"shift{k}"])
        if probes is not None:
            x = x + probes[k]
        if seen is not None:
            seen.append(x.value)
    z = x @ p["w"]
    return (standardise(z, eps) * p["gain"] if layout.shape.norm_last else z) + p["b"]


def used(layout, moving, eps):
    """(mean, √(variance + eps)) for each layer with batch norm; the moving deviation as it is where that was averaged."""
    of_variance = layout.shape.norm != "moving deviation"
    return [(m[0], np.sqrt(m[1] + np.float32(eps)) if of_variance else m[1]) for m in layout.moments(moving)]


def losses(layout, flat, moving, contexts, labels, eps):
    """-log p(label) of every example, by the network as it is used."""
    p, moments, parts = layout.parameters(flat), used(layout, moving, eps), []
    with no_grad():
        for i in range(0, len(labels), PART):
            z = logits(p, layout, contexts[i : i + PART], eps, moments)
            parts.append(ops.softmax_cross_entropy(z, labels[i : i + PART], reduction="none").value)
    return np.concatenate(parts).astype(np.float64)


def sample(layout, flat, moving, alphabet, eps, count, rng):
    """`count` new words, character by character from the network's distribution."""
    p, moments, words = layout.parameters(flat), used(layout, moving, eps), []
    with no_grad():
        for _ in range(count):
            numbers = [0] * layout.shape.context
            while True:
                z = logits(p, layout, np.array([numbers[-layout.shape.context :]]), eps, moments)
                numbers.append(draw(z.value[0], rng))
                if numbers[-1] == 0:
                    break
            words.append(alphabet.decode(numbers[layout.shape.context :]))
    return words


def draw(z, rng):
    """A number drawn from softmax(z)."""
    mass = np.cumsum(np.exp(z.astype(np.float64) - z.max()))
    return int(np.searchsorted(mass, rng.random() * mass[-1], side="right"))
