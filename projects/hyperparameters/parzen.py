"""The tree-structured Parzen estimator (Bergstra et al. 2011): look where good points are dense and bad ones are not."""

import numpy as np
from scipy.special import ndtr, ndtri

from improvement import snapped

GOOD, MOST_GOOD = 0.1, 25  # share of the points that count as good, and how many at most
CANDIDATES = 24
FIRST = 10  # points that are drawn at random before
WIDTH = 0.1  # of a normal density around one point alone


class Parzen:
    """ask() for a point of the unit cube, tell(point, value); it minimises. `kinds` (d,): k for one of k choices, else a number.

    A choice out of k is the number (i + ½)/k. All dimensions are modelled together, as in BOHB (Falkner et al. 2018).
    """

    def __init__(self, kinds, rng, first=FIRST):
        self.kinds, self.rng, self.first = np.maximum(kinds, 0), rng, first
        self.x, self.y = [], []

    def ask(self):
        """The candidate, of some drawn where the good are dense, at which good/bad is largest (d,)."""
        if len(self.y) < self.first:
            return snapped(self.rng.random(len(self.kinds)), self.kinds)
        order = np.argsort(self.y, kind="stable")
        some, x = min(int(np.ceil(GOOD * len(order))), MOST_GOOD), np.array(self.x)
        good, bad = Mixture(x[order[:some]], self.kinds), Mixture(x[order[some:]], self.kinds)
        drawn = snapped(good.draw(CANDIDATES, self.rng), self.kinds)
        return drawn[np.argmax(good.log_density(drawn) - bad.log_density(drawn))]  # eq. 12

    def tell(self, point, value):
        """The value at a point."""
        self.x.append(np.asarray(point, float))
        self.y.append(float(value))


class Mixture:
    """A density on the unit cube: one part around each of some centres (n, d), and one that is the same everywhere.

    A part is a product over the dimensions: a normal density cut to [0, 1], narrower the more parts there are  (eq. 13);
    of a choice, most for the centre's own and the rest for all alike.
    """

    def __init__(self, centres, kinds):
        n, d = centres.shape
        self.centres, self.kinds = centres, kinds
        self.width = WIDTH * n ** (-1 / (d + 4))  # eq. 13
        self.low, self.high = ndtr(-centres / self.width), ndtr((1 - centres) / self.width)
        self.other = 0.5 * n ** (-1 / (d + 4))  # probability that a choice is drawn anew

    def draw(self, m, rng):
        """m draws (m, d)."""
        n, d = self.centres.shape
        part, u = rng.integers(n + 1, size=m), rng.random((m, d))
        k = np.minimum(part, n - 1)
        near = self.centres[k] + self.width * ndtri(self.low[k] + (self.high[k] - self.low[k]) * u)
        kept = np.where(rng.random((m, d)) < self.other, u, self.centres[k])
        near = np.where(self.kinds > 0, kept, np.clip(near, 0, 1))
        return np.where((part == n)[:, None], u, near)

    def log_density(self, x):
        """ln of the density at x (m, d); of a choice, of its probability times the number of choices."""
        apart = x[:, None] - self.centres  # m × n × d
        normal = np.exp(-((apart / self.width) ** 2) / 2) / (np.sqrt(2 * np.pi) * self.width * (self.high - self.low))
        chosen = self.other + (1 - self.other) * self.kinds * (np.abs(apart) * self.kinds < 0.5)
        parts = np.where(self.kinds > 0, chosen, normal).prod(axis=2)
        return np.log((parts.sum(axis=1) + 1) / (len(self.centres) + 1))
