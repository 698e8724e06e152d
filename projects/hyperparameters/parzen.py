"""The tree-structured Parzen estimator (Bergstra et al. 2011): look where good points are dense and bad ones are not."""

import numpy as np
from scipy.special import ndtr, ndtri

GOOD, MOST_GOOD = 0.1, 25  # share of the points that count as good, and how many at most
CANDIDATES = 24
FIRST = 10  # points that are drawn at random before


class Parzen:
    """ask() for a point of the unit cube, tell(point, value); it minimises. `kinds` (d,): k for one of k choices, else a number.

    Every dimension is modelled by itself. A choice out of k is the number (i + ½)/k.
    """

    def __init__(self, kinds, rng, first=FIRST):
        self.kinds, self.rng, self.first = list(kinds), rng, first
        self.x, self.y = [], []

    def ask(self):
        """A point (d,)."""
        if len(self.y) < self.first:
            return self._snapped(self.rng.random(len(self.kinds)))
        order = np.argsort(self.y, kind="stable")
        some = min(int(np.ceil(GOOD * len(order))), MOST_GOOD)
        x = np.array(self.x)
        good, bad = x[order[:some]], x[order[some:]]
        return np.array([self._best(k, good[:, j], bad[:, j]) for j, k in enumerate(self.kinds)])

    def tell(self, point, value):
        """The value at a point."""
        self.x.append(np.asarray(point, float))
        self.y.append(float(value))

    def _best(self, kind, good, bad):
        """The candidate, drawn from the density of the good, at which good/bad is largest  (eq. 12)."""
        if kind > 0:
            places = (np.arange(kind) + 0.5) / kind
            share = [
                np.bincount(np.minimum((v * kind).astype(int), kind - 1), minlength=kind) + 1.0 for v in (good, bad)
            ]
            l, g = (s / s.sum() for s in share)
            drawn = self.rng.choice(kind, CANDIDATES, p=l)
            return places[drawn[np.argmax((l / g)[drawn])]]
        of_good, of_bad = Mixture(good), Mixture(bad)
        drawn = of_good.draw(CANDIDATES, self.rng)
        return drawn[np.argmax(of_good.log_density(drawn) - of_bad.log_density(drawn))]  # eq. 12

    def _snapped(self, point):
        return np.array([(int(u * k) + 0.5) / k if k > 0 else u for u, k in zip(point, self.kinds)])


class Mixture:
    """A normal density around each of some numbers in [0, 1], and one as wide as the interval, all cut to it.

    Each is as wide as the farther of its two neighbours, within limits  (eq. 13).
    """

    def __init__(self, centres):
        self.centres = np.sort(np.append(centres, 0.5))
        gaps = np.diff(self.centres, prepend=0.0, append=1.0)
        self.widths = np.clip(np.maximum(gaps[:-1], gaps[1:]), 1 / min(100, len(gaps)), 1.0)  # eq. 13
        self.widths[np.searchsorted(self.centres, 0.5)] = 1.0
        self.low, self.high = ndtr(-self.centres / self.widths), ndtr((1 - self.centres) / self.widths)

    def draw(self, n, rng):
        """n draws."""
        k = rng.integers(len(self.centres), size=n)
        u = self.low[k] + (self.high[k] - self.low[k]) * rng.random(n)
        return np.clip(self.centres[k] + self.widths[k] * ndtri(u), 0, 1)

    def log_density(self, x):
        """ln of the density at x (m,)."""
        z = (x[:, None] - self.centres) / self.widths
        parts = np.exp(-z * z / 2) / (self.widths * (self.high - self.low))
        return np.log(parts.sum(axis=1) / (len(self.centres) * np.sqrt(2 * np.pi)))
