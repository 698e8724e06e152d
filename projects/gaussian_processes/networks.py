"""Two small networks that say how little they know: one keeps dropping units out, one has a law for every weight."""

from typing import NamedTuple

import numpy as np

PASSES = 10_000
SHAPE = RATE = 6.0  # of the Gamma laws of the weights' and of the noise's precision, before any sample


class Scale(NamedTuple):
    """What makes columns standard: their means and deviations (where a deviation is 0: 1)."""

    mean: np.ndarray
    deviation: np.ndarray

    def __call__(self, x):
        return (x - self.mean) / self.deviation


def scale(x):
    """The Scale of the rows of x."""
    deviation = x.std(axis=0)
    return Scale(x.mean(axis=0), np.where(deviation == 0, 1.0, deviation))


class Dropout:
    """A network of `units` rectifiers that drops inputs and units out with a `probability`; `tau` is the noise's precision
    (Gal & Ghahramani 2016).

    epochs, batch and rate are Adam's; length is the prior's length scale: with it and tau, dropout is a variational
    approximation to a Gaussian process, and the decay of the weights follows (eq. 26).
    """

    def __init__(self, units, probability, tau, epochs, batch=128, rate=1e-3, length=0.01):
        self.units, self.probability, self.tau = units, probability, tau
        self.epochs, self.batch, self.rate, self.length = epochs, batch, rate, length

    def fit(self, x, y, rng):
        """Train on x (n, d) and y (n,). Returns self."""
        import masked  # compiled loops are imported when they are needed: --help is instant

        self.inputs, self.targets = scale(x), scale(y)
        n, d = x.shape
        decay = self.length**2 * (1 - self.probability) / (2 * n * self.tau)  # eq. 26
        limits = [np.sqrt(6 / (d + self.units)), np.sqrt(6 / (self.units + 1))]  # Glorot's
        first, second = (rng.uniform(-a, a, k) for a, k in zip(limits, (d * self.units, self.units)))
        self.weights = np.concatenate([first, np.zeros(self.units), second, [0.0]]).astype(np.float32)
        data = self.inputs(x).astype(np.float32), self.targets(y).astype(np.float32)
        masked.train(self.weights, *data, self.units, self.probability, decay, self.epochs, self.batch, self.rate, rng)
        return self

    def predict(self, x, y, rng, times=PASSES):
        """The mean of `times` passes at x (n, d), and the log density of y (n,) under all of them: eq. (27)."""
        import masked

        seen = self.inputs(x).astype(np.float32)
        centre, spread = float(self.targets.mean), float(self.targets.deviation)
        mean, logs = masked.passes(
            self.weights, seen, y, centre, spread, self.units, self.probability, self.tau, times, rng
        )
        return mean, logs + 0.5 * np.log(self.tau / (2 * np.pi))  # eq. 27


class Bayesian:
    """A network of `units` rectifiers whose weights are independent normals; `passes` over the samples, one at a time.

    Probabilistic backpropagation (Hernández-Lobato & Adams 2015): no sampling, and no learning rate.
    """

    def __init__(self, units, passes):
        self.units, self.passes = units, passes

    def fit(self, x, y, rng):
        """Learn from x (n, d), y (n,): each sample moves mean and variance of every weight (eq. 30). Returns self."""
        import moments

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
        import moments

        (m1, v1), (m2, v2) = self.layers
        pairs = np.array([moments.forward(m1, v1, m2, v2, row)[-2:] for row in self._with_one(x)])
        mean, variance = pairs.T
        noise = self.noise[1] / (self.noise[0] - 1)
        return mean * self.targets.deviation + self.targets.mean, (variance + noise) * self.targets.deviation**2

    def _with_one(self, x):
        return np.hstack([self.inputs(x), np.ones((len(x), 1))])
