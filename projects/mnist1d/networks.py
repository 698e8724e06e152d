"""The four networks of Table 1, and the MLPs of the use cases; x (n, 40). Initial weights are PyTorch's defaults."""

import numpy as np

from abacus import nn, ops
from abacus.tensor import Parameter

LENGTH, CLASSES = 40, 10


class Logistic:
    """One affine map: 410 parameters."""

    def __init__(self, rng):
        self.out = nn.Affine(LENGTH, CLASSES, rng)

    def __call__(self, x):
        return self.out(x)  # eq. 1


class MLP:
    """40 - h - h - 10 with ReLU, the second layer a residual one: h₂ = h₁ + relu(W h₁ + b). 15 210 parameters of h = 100."""

    def __init__(self, rng, hidden=100):
        self.layers = [
            nn.Affine(LENGTH, hidden, rng, activation="relu"),
            nn.Affine(hidden, hidden, rng, activation="relu"),
            nn.Affine(hidden, CLASSES, rng),
        ]

    def __call__(self, x):
        h = self.layers[0](x)
        return self.layers[2](h + self.layers[1](h))  # eq. 2


class PlainMLP(MLP):
    """The same without the residual path (double descent)."""

    def __call__(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Conv1d:
    """relu(conv1d(x, w) + b), stride 2, padding 1."""

    def __init__(self, inputs, outputs, size, rng):
        bound = 1 / np.sqrt(inputs * size)
        self.w = Parameter(nn.uniform_by_inputs((inputs * size, outputs), rng).T.reshape(outputs, inputs, size))
        self.b = Parameter(rng.uniform(-bound, bound, outputs).astype(np.float32))

    def __call__(self, x):
        return ops.relu(ops.conv1d(x, self.w, self.b, stride=2, padding=1))  # eq. 3


class CNN:
    """Three convolutions of 25 channels, 40 -> 19 -> 10 -> 5 points, and an affine map: 5 210 parameters."""

    def __init__(self, rng, channels=25):
        sizes = (1, 5), (channels, 3), (channels, 3)
        self.layers = [Conv1d(inputs, channels, size, rng) for inputs, size in sizes]
        self.out = nn.Affine(5 * channels, CLASSES, rng)

    def __call__(self, x):
        h = ops.reshape(x, x.shape[0], 1, LENGTH)
        for layer in self.layers:
            h = layer(h)
        return self.out(ops.reshape(h, h.shape[0], -1))


class GRU:
    """Six units forwards and six backwards over the 40 points, and an affine map of all 480 outputs: 5 134 parameters."""

    def __init__(self, rng, width=6):
        self.forwards, self.backwards = nn.GRU(1, width, rng), nn.GRU(1, width, rng)
        self.out = nn.Affine(LENGTH * 2 * width, CLASSES, rng)

    def __call__(self, x):
        points = np.ascontiguousarray(x.T)[:, :, None]  # time first
        there, _ = self.forwards(points)  # eq. 4
        back, _ = self.backwards(points[::-1])
        both = ops.concat([there, ops.flip(back, 0)], axis=2)
        return self.out(ops.reshape(ops.swapaxes(both, 0, 1), len(x), -1))


NETWORKS = {"logistic": Logistic, "MLP": MLP, "CNN": CNN, "GRU": GRU}
