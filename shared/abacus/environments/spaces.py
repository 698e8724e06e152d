"""What an observation or an action may be: `contains(x)`, `sample(rng)`, `shape`, `dtype`, named as in Gymnasium."""

import numpy as np

from abacus.errors import BadInput


class Discrete:
    """The whole numbers 0 .. n - 1."""

    shape, dtype = (), np.dtype(np.int64)

    def __init__(self, n):
        if not isinstance(n, (int, np.integer)) or n < 1:
            raise BadInput(f"Discrete: n={n}, wanted a whole number of at least 1")
        self.n = int(n)

    def contains(self, x):
        """Whether x is one of them."""
        x = np.asarray(x)
        return x.shape == () and x.dtype.kind in "iu" and bool(0 <= x < self.n)

    def sample(self, rng):
        """One of them, all equally likely."""
        return int(rng.integers(self.n))

    def __eq__(self, other):
        return isinstance(other, Discrete) and self.n == other.n

    def __repr__(self):
        return f"Discrete({self.n})"


class MultiDiscrete:
    """Several whole numbers at once, the i-th 0 .. nvec[i] - 1."""

    dtype = np.dtype(np.int64)

    def __init__(self, nvec):
        self.nvec = np.array(nvec, np.int64)
        self.shape = self.nvec.shape

    def contains(self, x):
        """Whether every one of the numbers lies in its range."""
        x = np.asarray(x)
        return x.shape == self.shape and x.dtype.kind in "iu" and bool(((x >= 0) & (x < self.nvec)).all())

    def sample(self, rng):
        """Each number drawn alone, all its values equally likely."""
        return rng.integers(self.nvec)

    def __eq__(self, other):
        return isinstance(other, MultiDiscrete) and np.array_equal(self.nvec, other.nvec)

    def __repr__(self):
        return f"MultiDiscrete({self.nvec.tolist()})"


class Box:
    """Arrays of float32 with low ≤ x ≤ high; either may be infinite."""

    dtype = np.dtype(np.float32)

    def __init__(self, low, high):
        self.low, self.high = np.array(low, np.float32), np.array(high, np.float32)
        if self.low.shape != self.high.shape or not (self.low <= self.high).all():
            raise BadInput(
                f"Box: low {self.low.tolist()} and high {self.high.tolist()}, wanted low ≤ high of one shape"
            )
        self.shape = self.low.shape

    def contains(self, x):
        """Whether x has this shape and lies between the bounds; a NaN does not."""
        x = np.asarray(x)
        return x.shape == self.shape and bool(((x >= self.low) & (x <= self.high)).all())

    def sample(self, rng):
        """Uniform where both bounds are finite, normal (about 0) where one is not."""
        finite = np.isfinite(self.low) & np.isfinite(self.high)
        low, high = np.where(finite, self.low, 0), np.where(finite, self.high, 1)
        drawn = np.where(finite, rng.uniform(low, high), rng.standard_normal(self.shape))
        return np.clip(drawn, self.low, self.high).astype(np.float32)

    def __eq__(self, other):
        same = isinstance(other, Box) and self.shape == other.shape
        return same and np.array_equal(self.low, other.low) and np.array_equal(self.high, other.high)

    def __repr__(self):
        return f"Box({self.low.tolist()}, {self.high.tolist()})"
