"""Where to look next: expected improvement and confidence bounds, and the searches that follow them (EGO, GP-UCB)."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_ndtr, ndtr

from abacus.errors import BadInput
from surrogate import Kriging

CANDIDATES, AROUND, CLIMBS = 600, 60, 4  # points drawn at large, near each of the best, and climbed from
SCALES = (0.1, 0.01)  # of the points near the best


def expected_improvement(best, mean, deviation):
    """E max(best − Y, 0) for Y normal: (best − m) Φ(z) + s φ(z) with z = (best − m)/s; (m,) arrays, s > 0  (eq. 9)."""
    z = (best - mean) / deviation
    return (best - mean) * ndtr(z) + deviation * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)  # eq. 9


def log_improvement(best, mean, deviation):
    """ln of expected_improvement, also where that is too small for a number: far below, φ(z)/z² replaces the difference."""
    z = (best - mean) / deviation
    near = np.maximum(z, -25)
    inside = near + np.exp(-near * near / 2 - log_ndtr(near)) / np.sqrt(2 * np.pi)  # Φ(z) (z + φ/Φ), both of one size
    close = log_ndtr(near) + np.log(np.maximum(inside, 1e-300))
    far = -z * z / 2 - np.log(2 * np.pi) / 2 - 2 * np.log(np.maximum(-z, 1.0))
    return np.log(deviation) + np.where(z > -25, close, far)


def confidence(n, dimensions, wrong=0.1):
    """β of GP-UCB for the n-th evaluation: 2 ln(n^(d/2 + 2) π² / 3δ) (Srinivas et al. 2010, with their δ)  (eq. 10)."""
    return 2 * np.log(n ** (dimensions / 2 + 2) * np.pi**2 / (3 * wrong))  # eq. 10


class Improvement:
    """The logarithm of expected improvement over the best value so far, and its gradient."""

    def __init__(self, model, best):
        self.model, self.best = model, best

    def __call__(self, x):
        mean, deviation = self.model.predict(x)
        return log_improvement(self.best, mean, np.maximum(deviation, 1e-150))

    def climb(self, x):
        """(minus the value, minus its gradient) at one point: ∂E = φ ∂s − Φ ∂m, over E."""
        mean, deviation, dmean, ddeviation = self.model.slopes(x)
        value = log_improvement(self.best, mean, deviation)
        z = (self.best - mean) / deviation
        scale = np.log(deviation) - value  # ln s/E
        density = np.exp(scale - z * z / 2) / np.sqrt(2 * np.pi)
        return -value, -(density * ddeviation - np.exp(scale + log_ndtr(z)) * dmean) / deviation


class Bound:
    """√β s − m: how low the function may be, at the confidence β; and its gradient."""

    def __init__(self, model, beta):
        self.model, self.root = model, np.sqrt(beta)

    def __call__(self, x):
        mean, deviation = self.model.predict(x)
        return self.root * deviation - mean

    def climb(self, x):
        mean, deviation, dmean, ddeviation = self.model.slopes(x)
        return mean - self.root * deviation, dmean - self.root * ddeviation


def highest(acquisition, best, rng):
    """(the point of the unit cube where an acquisition is highest, its value there), as far as climbs from good places find.

    `best` (k, d) are places near which it may be high: those of the best values so far.
    """
    d = best.shape[1]
    near = [b + s * rng.standard_normal((AROUND, d)) for b in best for s in SCALES]
    points = np.clip(np.concatenate([rng.random((CANDIDATES, d)), *near]), 0, 1)
    values = acquisition(points)
    order = np.argsort(-values)
    starts = [points[order[0]]]
    for k in order[1:]:  # one climb for each hill: places that are apart
        if len(starts) == CLIMBS:
            break
        if min(np.abs(points[k] - s).max() for s in starts) > 0.1:
            starts.append(points[k])
    found, place = values[order[0]], points[order[0]]
    for start in starts:
        top = minimize(
            acquisition.climb, start, jac=True, method="L-BFGS-B", bounds=[(0, 1)] * d, options={"maxiter": 50}
        )
        if -top.fun > found:
            found, place = -top.fun, np.clip(top.x, 0, 1)
    return place, float(found)


class Bayesian:
    """Sequential search of the unit cube by a surrogate: ask() for a point, tell(point, value) what was found; it minimises.

    `bound` False: expected improvement (EGO); True: the lower confidence bound (GP-UCB). The first `first` points are
    those of `design` (first, d). Points that were asked for and not yet told count as if they had given what is expected
    there, so that several may be evaluated at once; infinite values count as the worst finite one. `cells` (d,), where
    given, has the number of values that a dimension can have (0: any): points stand in the middles of their cells.
    """

    def __init__(self, design, rng, bound=False, kernel="Matern", noise=True, cells=None):
        if not len(design):
            raise BadInput("Bayesian: no first point; at least one is wanted")
        self.rng, self.bound, self.cells = rng, bound, cells
        self.design = [snapped(point, cells) for point in design]
        self.model = Kriging(kernel, noise)
        self.x, self.y, self.pending = [], [], []

    def ask(self):
        """A point (d,) of the unit cube."""
        if self.design:
            point = self.design.pop(0)
        elif len(set(finite(self.y))) < 2:
            point = snapped(self.rng.random(len((self.x or self.pending)[0])), self.cells)
        else:
            point = snapped(self._proposal()[0], self.cells)
            if any(np.array_equal(point, known) for known in (*self.x, *self.pending)):  # nothing would be learnt
                point = snapped(self.rng.random(len(point)), self.cells)
        self.pending.append(point)
        return point

    def tell(self, point, value):
        """The value at a point that was asked for (or at any other)."""
        self.pending = [p for p in self.pending if not np.array_equal(p, point)]
        self.x.append(np.asarray(point, float))
        self.y.append(float(value))

    def _proposal(self):
        x, y = np.array(self.x), finite(self.y)
        self.model.fit(x, y, self.rng)
        if self.pending:  # believed
            ahead = np.array(self.pending)
            x, y = np.concatenate([x, ahead]), np.concatenate([y, self.model.predict(ahead)[0]])
            self.model.fit(x, y, self.rng)
        if self.bound:
            acquisition = Bound(self.model, confidence(len(y) + 1, x.shape[1]))
        else:  # a noisy least value is no bar: what is believed of it is
            bar = self.model.predict(x)[0].min() if self.model.noise else y.min()
            acquisition = Improvement(self.model, bar)
        if self.cells is not None:
            acquisition = InCells(acquisition, self.cells)
        return highest(acquisition, x[np.argsort(y)[:3]], self.rng)


class InCells:
    """An acquisition in the middles of cells: what it is in the middle, it is in the whole cell."""

    def __init__(self, inner, cells):
        self.inner, self.cells = inner, cells

    def __call__(self, x):
        return self.inner(snapped(x, self.cells))

    def climb(self, x):
        value, slope = self.inner.climb(snapped(x, self.cells))
        return value, np.where(self.cells > 0, 0.0, slope)


def snapped(x, cells):
    """Points (..., d) moved to the middles of their cells, in the dimensions that have cells."""
    if cells is None:
        return x
    return np.where(cells > 0, (np.minimum((x * cells).astype(int), cells - 1) + 0.5) / np.maximum(cells, 1), x)


def finite(values):
    """Values (n,), with the worst finite one in place of those that are not; 0 where none is."""
    y = np.array(values, float)
    known = np.isfinite(y)
    return np.where(known, y, y[known].max() if known.any() else 0.0)
