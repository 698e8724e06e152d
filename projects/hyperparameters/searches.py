"""Every way of searching by its name: searches of points, and plans that also say how much each point is given."""

import numpy as np

import designs
from evolution import Evolution
from fidelity import Fidelities
from halving import Asha, Hyperband, Trial, brackets
from improvement import Bayesian
from parzen import Parzen

FIRST = 5  # points for each dimension, and as many again, that begin a search with a surrogate: at most half of all


class Listed:
    """ask() for the points of a list, one after the other, and for points at random after them; tell() changes nothing."""

    def __init__(self, points, rng):
        self.points, self.rng, self.d = list(points), rng, points.shape[1]

    def ask(self):
        """A point (d,)."""
        return self.points.pop(0) if self.points else self.rng.random(self.d)

    def tell(self, point, value):
        """Nothing is learnt."""


def _begun(n, d, rng):
    return designs.latin_hypercube(max(2, min(FIRST * (d + 1) // 2, n // 2)), d, rng)


# A dimension's kind is 0 for a number of any size, k for one of k choices, −k for one of k whole numbers.
POINTS = {  # (kinds of the dimensions, evaluations in all, rng) -> a search of points
    "grid": lambda kinds, n, rng: Listed(designs.grid(n, len(kinds)), rng),
    "random": lambda kinds, n, rng: Listed(designs.uniform(n, len(kinds), rng), rng),
    "latin": lambda kinds, n, rng: Listed(designs.latin_hypercube(n, len(kinds), rng), rng),
    "sobol": lambda kinds, n, rng: Listed(designs.sobol(n, len(kinds), rng), rng),
    "ego": lambda kinds, n, rng: Bayesian(_begun(n, len(kinds), rng), rng, cells=np.abs(kinds)),
    "ucb": lambda kinds, n, rng: Bayesian(_begun(n, len(kinds), rng), rng, bound=True, cells=np.abs(kinds)),
    "tpe": lambda kinds, n, rng: Parzen(kinds, rng),
    "cma": lambda kinds, n, rng: Evolution(len(kinds), rng),
}


class Whole:
    """A search of points whose every point is given the same: ask() for a Trial, tell(trial, value)."""

    def __init__(self, search, resource):
        self.search, self.resource, self.number = search, resource, 0

    def ask(self):
        """The next Trial."""
        self.number += 1
        return Trial(self.number - 1, self.search.ask(), self.resource)

    def tell(self, trial, value):
        """The value of a Trial."""
        self.search.tell(trial.point, value)


def _halving(kinds, resources, rng):
    return Hyperband(brackets(resources[1] // resources[0], resources[2])[:1], lambda: rng.random(len(kinds)))


def _hyperband(kinds, resources, rng):
    return Hyperband(brackets(resources[1] // resources[0], resources[2]), lambda: rng.random(len(kinds)))


def _bohb(kinds, resources, rng):
    guide = Guide(kinds, rng)
    return Hyperband(brackets(resources[1] // resources[0], resources[2]), guide.point, guide.learn)


def _asha(kinds, resources, rng):
    return Asha(1, resources[1] // resources[0], resources[2], lambda: rng.random(len(kinds)))


def _fidelities(kinds, resources, rng):
    rungs = Asha(1, resources[1] // resources[0], resources[2], None).resources
    return Fidelities(
        designs.latin_hypercube(FIRST * (len(kinds) + 1) // 2, len(kinds), rng), rungs, rng, np.abs(kinds)
    )


PLANS = {  # (kinds, (least resource, most, eta), rng) -> Trials whose resources count in units of the least
    "halving": _halving,
    "hyperband": _hyperband,
    "asha": _asha,
    "bohb": _bohb,
    "fidelity": _fidelities,
}


class Guide:
    """Points for Hyperband by Parzen's densities, learnt from the largest resource of which enough is known; a third at random.

    So BOHB (Falkner, Klein & Hutter 2018) mixes the two; its densities are of all dimensions together, ours of each alone.
    """

    def __init__(self, kinds, rng, random=1 / 3):
        self.kinds, self.rng, self.random, self.found = kinds, rng, random, {}

    def point(self):
        """A point (d,)."""
        enough = [r for r, search in self.found.items() if len(search.y) >= search.first]
        if not enough or self.rng.random() < self.random:
            return self.rng.random(len(self.kinds))
        return self.found[max(enough)].ask()

    def learn(self, point, value, resource):
        """A value, by how much was used up for it."""
        self.found.setdefault(resource, Parzen(self.kinds, self.rng, first=len(self.kinds) + 3)).tell(point, value)


def minimise(search, function, n):
    """(points (n, d), values (n,)) of n evaluations, one after the other."""
    points, values = [], []
    for _ in range(n):
        points.append(search.ask())
        values.append(float(function(points[-1])))
        search.tell(points[-1], values[-1])
    return np.array(points), np.array(values)
