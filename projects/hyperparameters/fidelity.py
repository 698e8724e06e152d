"""Several fidelities in one surrogate: cheap evaluations tell something of dear ones, and each is bought where it tells most."""

import numpy as np

from halving import Trial
from improvement import Improvement, InCells, finite, highest, snapped
from surrogate import Kriging


class Fidelities:
    """ask() for a Trial, tell(trial, value); it minimises what is found with the largest of the `resources`.

    The surrogate has one dimension more, the logarithm of the resource from 0 to 1. The place is where the dearest
    evaluation is expected to improve most; the resource is the one whose value there would lower the variance of the
    dearest most for what it costs  (eq. 21). `design` (n, d) are the first places, with the cheapest resource but for
    every second of them.
    """

    def __init__(self, design, resources, rng, cells=None):
        self.design, self.resources, self.rng, self.cells = list(design), sorted(resources), rng, cells
        logs = np.log(self.resources)
        self.heights = (logs - logs[0]) / max(logs[-1] - logs[0], 1e-300)
        self.model, self.number = Kriging("Matern", noise=True), 0
        self.x, self.y, self.pending = [], [], {}

    def ask(self):
        """The next Trial."""
        self.number += 1
        if self.design:
            place, k = self.design.pop(0), -(self.number % 2)  # the dearest, the cheapest, in turn
        else:
            place, k = self._chosen()
        place = snapped(place, self.cells)
        trial = Trial(self.number - 1, place, self.resources[k], (k,))
        self.pending[trial.number] = np.append(place, self.heights[k])
        return trial

    def tell(self, trial, value):
        """The value of a Trial."""
        self.x.append(self.pending.pop(trial.number))
        self.y.append(float(value))

    def _chosen(self):
        x, y = np.array(self.x), finite(self.y)
        if len(set(y)) < 2:
            return self.rng.random(len(next(iter((*self.x, *self.pending.values())))) - 1), 0
        self.model.fit(x, y, self.rng)
        if self.pending:  # believed
            ahead = np.array(list(self.pending.values()))
            x, y = np.concatenate([x, ahead]), np.concatenate([y, self.model.predict(ahead)[0]])
            self.model.fit(x, y, self.rng)
        top = np.column_stack([x[:, :-1], np.ones(len(x))])
        means = self.model.predict(top)[0]
        acquisition = _OnTop(Improvement(self.model, means.min()))
        if self.cells is not None:
            acquisition = InCells(acquisition, self.cells)
        place = snapped(highest(acquisition, x[np.argsort(means)[:3], :-1], self.rng)[0], self.cells)
        at = np.column_stack([np.tile(place, (len(self.heights), 1)), self.heights])
        told = self.model.covariance(at)
        worth = told[-1] ** 2 / (np.diag(told) + self.model.variance_ * self.model.noise_)  # eq. 21
        return place, int(np.argmax(worth / np.array(self.resources)))


class _OnTop:
    """An acquisition at the largest resource, as a function of the other dimensions."""

    def __init__(self, inner):
        self.inner = inner

    def __call__(self, x):
        return self.inner(np.column_stack([x, np.ones(len(x))]))

    def climb(self, x):
        value, slope = self.inner.climb(np.append(x, 1.0))
        return value, slope[:-1]
