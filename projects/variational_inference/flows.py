"""Normalising flows: a normal law bent by invertible steps whose change of volume is known, of two kinds."""

import numpy as np

from abacus import nn, no_grad, ops
from abacus.errors import BadInput
from abacus.tensor import Parameter
from advi import MeanField, _log_normal


class Planar:
    """Rezende and Mohamed's flow: `layers` steps z + u tanh(w·z + b), each pushing along one direction: eqs. (25), (26)."""

    def __init__(self, d, layers, rng):
        _check(d, layers)
        self.d, self.base = d, MeanField(d)
        self.u = [Parameter(0.1 * rng.standard_normal(d)) for _ in range(layers)]
        self.w = [Parameter(rng.standard_normal(d)) for _ in range(layers)]
        self.b = [Parameter(np.zeros(1)) for _ in range(layers)]

    def draw(self, noise):
        """z (S, d) and log q(z) (S,) on the tape, for standard normal noise (S, d)."""
        z, log_q = self.base.draw(noise)
        for u, w, b in zip(self.u, self.w, self.b):
            along, length = ops.sum(u * w), ops.sum(w * w)
            u = u + (ops.softplus(along) - 1 - along) * w / length  # w·u > −1, so that the step is invertible
            h = ops.tanh(ops.sum(z * w, axis=1) + b)
            z = z + ops.reshape(h, (-1, 1)) * u  # eq. 25
            log_q = log_q - ops.log(1 + (1 - h * h) * ops.sum(u * w))  # eq. 26
        return z, log_q


class Coupling:
    """Dinh's flow (RealNVP): half of z moves and stretches the other half, in turns: eqs. (27), (28). It can be run backwards."""

    def __init__(self, d, layers, hidden, rng):
        _check(d, layers)
        if d < 2:
            raise BadInput("a coupling needs two coordinates at least")
        self.d, self.base, self.cut = d, MeanField(d), d // 2
        self.nets = [_Net(*self._sizes(k), hidden, rng) for k in range(layers)]

    def _sizes(self, k):
        return (self.cut, self.d - self.cut) if k % 2 == 0 else (self.d - self.cut, self.cut)

    def _split(self, k, z):
        first, second = z[:, : self.cut], z[:, self.cut :]
        return (first, second) if k % 2 == 0 else (second, first)

    def _join(self, k, kept, moved):
        return ops.concat([kept, moved] if k % 2 == 0 else [moved, kept], axis=1)

    def draw(self, noise):
        """z (S, d) and log q(z) (S,) on the tape, for standard normal noise (S, d)."""
        z, log_q = self.base.draw(noise)
        for k, net in enumerate(self.nets):
            kept, other = self._split(k, z)
            log_stretch, shift = net(kept)
            z = self._join(k, kept, other * ops.exp(log_stretch) + shift)  # eq. 27
            log_q = log_q - ops.sum(log_stretch, axis=1)  # eq. 28
        return z, log_q

    def log_density(self, z):
        """log q at any points z (S, d), as an array: the steps are undone, the last first."""
        z, log_q = np.asarray(z, float), 0.0
        with no_grad():
            for k in reversed(range(len(self.nets))):
                kept, other = self._split(k, z)
                log_stretch, shift = (t.value for t in self.nets[k](kept))
                z = self._join(k, kept, (other - shift) * np.exp(-log_stretch)).value
                log_q = log_q - log_stretch.sum(axis=1)
        noise = (z - self.base.mean.value) * np.exp(-self.base.log_scale.value)
        return _log_normal(noise) - self.base.log_scale.value.sum() + log_q


class _Net:
    """inputs -> hidden, tanh -> log stretch and shift of the other half; begins as no change at all."""

    def __init__(self, inputs, outputs, hidden, rng):
        self.outputs = outputs
        self.w1, self.b1 = Parameter(rng.standard_normal((inputs, hidden)) / np.sqrt(inputs)), Parameter(np.zeros(hidden))
        self.w2 = Parameter(0.01 * rng.standard_normal((hidden, 2 * outputs)))
        self.b2 = Parameter(np.zeros(2 * outputs))

    def __call__(self, x):
        both = ops.matmul(ops.tanh(ops.matmul(x, self.w1) + self.b1), self.w2) + self.b2
        return 2 * ops.tanh(both[:, : self.outputs]), both[:, self.outputs :]


def _check(d, layers):
    if d < 1 or layers < 1:
        raise BadInput(f"{d} dimensions, {layers} layers: wanted at least 1 of each")


def count(flow):
    """How many numbers a flow holds."""
    return nn.count(flow)
