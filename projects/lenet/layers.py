"""The layers of LeNet: partly connected feature maps, trainable subsampling, full connection; A tanh(S a) after each.

Between two layers travel the tanh values t; the paper's outputs are x = A·t. The constants A and S are multiplied into
the weights, which are few, and not into the maps: w·x + b = (A w)·t + b, and tanh(S a) has S inside w and b.
"""

import numpy as np

from abacus import ops
from abacus.tensor import Parameter, op

A, S = 1.7159, 2 / 3  # eq. 2, Appendix A: f(a) = A tanh(S a), so that f(±1) = ±1
KERNEL = 5


@op
def inside(w, b, scale):
    """(scale S w, S b): weights and biases with the constants of their inputs and of f multiplied in."""
    return (w * (scale * S), b * S), lambda d: (d[0] * (scale * S), d[1] * S)


@op(keeps=("links",))
def connect(w, links):
    """Kernels (outputs, inputs, 5, 5): those of w (links, 5, 5) where `links` (outputs, inputs) holds, 0 elsewhere."""
    shape = *links.shape, *w.shape[1:]
    if links.all():
        return w.reshape(shape), lambda dkernels: (dkernels.reshape(w.shape),)
    kernels = np.zeros(shape, w.dtype)
    kernels[links] = w
    return kernels, lambda dkernels: (dkernels[links],)


class Convolution:
    """Feature maps: map o is f(b_o + Σ of 5 × 5 kernels over the maps i with links[o, i]); `scale` is that of its input."""

    def __init__(self, links, start, scale=A):
        units, _ = np.nonzero(links)
        inputs = KERNEL**2 * links.sum(axis=1)
        self.links, self.scale = links, scale
        self.w = start((len(units), KERNEL, KERNEL), inputs[units, None, None])
        self.b = start(len(links), inputs)

    def __call__(self, t):
        w, b = inside(self.w, self.b, self.scale)
        return ops.conv2d(t, connect(w, self.links), b, activation="tanh")  # eq. 1

    def connections(self, side):
        """Of maps of side × side units: each has 25 for every link, and one to its bias."""
        return side**2 * (KERNEL**2 * int(self.links.sum()) + len(self.links))


class Subsampling:
    """Maps of half the side: f(coefficient·Σ + bias) over 2 × 2 units; each map of the layer before feeds `copies`."""

    def __init__(self, maps, start, copies=1):
        self.feed = np.arange(maps) // copies
        self.coefficient, self.bias = start(maps, 4), start(maps, 4)

    def __call__(self, t):
        if len(self.feed) > t.shape[1]:
            t = ops.take(ops.swapaxes(t, 0, 1), self.feed)
            t = ops.swapaxes(t, 0, 1)
        return ops.subsample(t, *inside(self.coefficient, self.bias, A), activation="tanh")  # eq. 3

    def connections(self, side):
        """Each unit has four, and one to its bias."""
        return side**2 * len(self.feed) * 5


class Full:
    """Units f(w·x + b) that see every unit before them."""

    def __init__(self, inputs, units, start):
        self.w, self.b = start((inputs, units), inputs), start(units, inputs)

    def __call__(self, t):
        return ops.affine(ops.reshape(t, len(t.value), -1), *inside(self.w, self.b, A), activation="tanh")

    def connections(self, side):
        return self.w.value.size + self.b.value.size


class Start:
    """Initial parameters, uniform within ±2.4 / F^exponent, F the inputs of the unit; Appendix A prints 2.4 / F."""

    def __init__(self, exponent, rng):
        self.exponent, self.rng = exponent, rng

    def __call__(self, shape, inputs):
        return Parameter((2.4 / inputs**self.exponent * self.rng.uniform(-1, 1, shape)).astype(np.float32))


def everything(outputs, inputs):
    """Links of every map with every map."""
    return np.ones((outputs, inputs), bool)


def links(rows, inputs):
    """Links as a bool array (outputs, inputs), from the inputs of each output."""
    found = np.zeros((len(rows), inputs), bool)
    for row, chosen in zip(found, rows):
        row[list(chosen)] = True
    return found
