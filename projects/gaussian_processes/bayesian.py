"""A small Bayesian network by probabilistic backpropagation (Hernández-Lobato & Adams 2015): no sampling, no learning rate."""

import numpy as np

import moments
from dropout import scale

SHAPE = RATE = 6.0  # of the Gamma laws of the weights' and of the noise's precision, before any sample


class Bayesian:
    """A network of `units` rectifiers whose weights are independent normals; `passes` over the samples, one at a time."""

    def __init__(self, units, passes):
        self.units, self.passes = units, passes

    def fit(self, x, y, rng):
        """Learn from x (n, d), y (n,): each sample moves mean and variance of every weight (eq. 30). Returns self."""
        self.inputs, self.targets = scale(x), scale(y)
        x, y = self._with_one(x), self.targets(y)
        shapes = (self.units, x.shape[1]), (1, self.units + 1)
        self.layers = [(rng.standard_normal(s) / np.sqrt(s[1]), np.full(s, RATE / (SHAPE - 1))) for s in shapes]
        sites = [(np.zeros(s), np.full(s, (SHAPE - 1) / RATE), np.zeros((2, *s))) for s in shapes]
        self.noise, weights = np.array([SHAPE, RATE]), np.array([SHAPE, RATE])
        for _ in range(self.passes):
            (m1, v1), (m2, v2) = self.layers
            moments.learn(m1, v1, m2, v2, self.noise, x, y, rng.permutation(len(x)))
            for layer, site in zip(self.layers, sites):
                moments.refine(*layer, *site, weights)
        return self

    def predict(self, x):
        """Mean and variance (m,) of new targets, their noise among it."""
        (m1, v1), (m2, v2) = self.layers
        pairs = np.array([moments.forward(m1, v1, m2, v2, row)[-2:] for row in self._with_one(x)])
        mean, variance = pairs.T
        noise = self.noise[1] / (self.noise[0] - 1)
        return mean * self.targets.deviation + self.targets.mean, (variance + noise) * self.targets.deviation**2

    def _with_one(self, x):
        return np.hstack([self.inputs(x), np.ones((len(x), 1))])
