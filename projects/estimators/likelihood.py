"""The maximum of a likelihood by Newton's method and by Fisher's scoring, and two likelihoods to climb."""

import math
import warnings
from typing import NamedTuple

import numpy as np
from scipy.special import digamma, gammaln, polygamma

from abacus.errors import BadInput

STEPS = 200
HALVINGS, DOUBLINGS = 60, 60  # of one step
ROUNDING = 64 * np.finfo(float).eps  # of a log-likelihood: a step that loses no more than this is not a step down


class NotConverged(RuntimeWarning):
    """The climb stopped before it came to rest; what it returns is no maximum."""


class Maximum(NamedTuple):
    """Where a climb ended: theta (p,), the log-likelihood there, the inverse of the information (p, p), and its path.

    `path` (steps + 1, p) begins at the start. `replaced` counts the steps for which the observed information was not
    positive definite, so that the expected one had to stand in.
    """

    theta: np.ndarray
    log_likelihood: float
    covariance: np.ndarray
    path: np.ndarray
    replaced: int

    @property
    def errors(self):
        """Standard errors, eq. (6)."""
        return np.sqrt(np.diag(self.covariance))  # eq. 6


def newton(model, start):
    """Newton's method, eq. (4), from `start` (p,) to a maximum of the model's log-likelihood.

    A model offers log_likelihood(theta), score(theta) (p,), observed(theta) and expected(theta) (p, p), and -inf for a
    theta outside its parameters' range. A step that would lower the likelihood is halved; one behind which it still rises
    is doubled. Ends when a step moves nothing by 1e-12 of the largest; else warns NotConverged. So it does where the climb
    rests on no hill: half-way between two, or so far out that the slope is nothing but rounding. BadInput where the start
    is not inside, or no number.
    """
    return _climb(model, start, model.observed)


def scoring(model, start):
    """Fisher's scoring, eq. (5): as `newton`, with the expected information in place of the observed one."""
    return _climb(model, start, model.expected)


def plain(model, start, rest):
    """Newton's plain steps, eq. (4), until one moves nothing by more than `rest`: (theta (p,), standard errors (p,)).

    The errors are those of the information before the last step: what a program prints that has it at hand (MASS does).
    """
    theta = _inside(model, start)
    for _ in range(STEPS):
        information = model.observed(theta)
        step = np.linalg.solve(information, model.score(theta))  # eq. 4
        theta = theta + step
        if not math.isfinite(model.log_likelihood(theta)):
            raise BadInput(f"Newton's plain step leads to {theta.tolist()}, outside: start nearer, or use newton")
        if np.abs(step).max() <= rest:
            return theta, np.sqrt(np.diag(np.linalg.inv(information)))
    raise BadInput(f"no step of {STEPS} was below rest={rest}: start nearer, or use newton")


def _climb(model, start, information):
    theta = _inside(model, start)
    value = model.log_likelihood(theta)
    path, replaced, rests = [theta], 0, False
    while not rests and len(path) <= STEPS:
        curvature = information(theta)
        if not _positive(curvature):
            curvature, replaced = model.expected(theta), replaced + 1
        step = np.linalg.solve(curvature, model.score(theta))  # eq. 4 and 5
        moved, reached = _uphill(model, theta, value, step)
        rests = np.abs(moved - theta).max() <= 1e-12 * max(np.abs(moved).max(), 1e-300)
        theta, value = moved, reached
        path.append(theta)
    if not rests:
        warnings.warn(f"no rest after {STEPS} steps, at {theta.tolist()}", NotConverged, stacklevel=3)
    elif not _positive(model.observed(theta)):
        warnings.warn(f"at rest at {theta.tolist()}, which is no maximum: start elsewhere", NotConverged, stacklevel=3)
    return Maximum(theta, float(value), np.linalg.inv(information(theta)), np.array(path), replaced)


def _inside(model, start):
    """The start as a vector (p,) of positive likelihood; BadInput otherwise."""
    try:
        theta = np.atleast_1d(np.asarray(start, float))
    except (TypeError, ValueError):
        raise BadInput(f"start {start!r}: wanted numbers") from None
    if not np.isfinite(theta).all() or not math.isfinite(model.log_likelihood(theta)):
        raise BadInput(f"start {theta.tolist()}: the likelihood is 0 there, or no number; wanted a point inside")
    if theta.shape != model.score(theta).shape:
        raise BadInput(f"start {theta.tolist()}: wanted {len(model.score(theta))} number(s)")
    return theta


def _uphill(model, theta, value, step):
    """theta + step, with the step halved until it is no step down, or doubled as long as the way goes on uphill.

    Within rounding the likelihood cannot tell: there the slope must not be steeper downhill than it was uphill.
    """
    rise = model.score(theta) @ step

    def reach(size):
        moved = theta + size * step
        reached = model.log_likelihood(moved)
        return moved, reached, model.score(moved) @ step if math.isfinite(reached) else -math.inf

    size = 1.0
    moved, reached, slope = reach(size)
    while slope > 0 and size < 2.0**DOUBLINGS:
        beyond = reach(2 * size)
        if not beyond[1] > reached:
            break
        size, (moved, reached, slope) = 2 * size, beyond
    while (reached < value - ROUNDING * abs(value) or slope < -rise) and size > 0.5**HALVINGS:
        size /= 2
        moved, reached, slope = reach(size)
    return (moved, reached) if size > 0.5**HALVINGS else (theta, value)


def _positive(matrix):
    return bool(np.isfinite(matrix).all() and np.linalg.eigvalsh(matrix)[0] > 0)


class Cauchy:
    """n observations around an unknown place theta (1,), with the density 1/(π(1 + (x − θ)²)): eqs. (7) and (8)."""

    def __init__(self, x):
        self.x = finite(x, "observations")

    def log_likelihood(self, theta):
        return -float(np.log1p((self.x - theta[0]) ** 2).sum()) - len(self.x) * math.log(math.pi)  # eq. 7

    def score(self, theta):
        u = self.x - theta[0]
        return np.array([(2 * u / (1 + u**2)).sum()])

    def observed(self, theta):
        u = self.x - theta[0]
        return np.array([[(2 * (1 - u**2) / (1 + u**2) ** 2).sum()]])

    def expected(self, theta):
        return np.array([[len(self.x) / 2]])  # eq. 8


class NegativeBinomial:
    """Counts whose rate varies itself (a gamma law of shape theta (1,) and mean m): eq. (9), with m at its estimate, the mean.

    `frequencies` (k,) says how often 0, 1, 2 ... was counted. BadInput where the counts spread no more than Poisson's:
    then the likelihood grows with theta for ever.
    """

    def __init__(self, frequencies):
        self.frequencies = weights(frequencies)
        self.y = np.arange(len(self.frequencies))
        self.n = self.frequencies.sum()
        self.mean = float(self.frequencies @ self.y / self.n)
        variance = float(self.frequencies @ (self.y - self.mean) ** 2 / self.n)
        if variance <= self.mean:
            raise BadInput(
                f"the variance {variance:.4g} is not above the mean {self.mean:.4g}: no shape is the likeliest (Poisson is)"
            )
        self.moments = self.mean**2 / (variance - self.mean)
        self.low = float(
            self.n / (self.frequencies @ (self.y / self.mean - 1) ** 2)
        )  # the same, as if a mean had no variance

    def log_likelihood(self, theta):
        t, m, y = theta[0], self.mean, self.y
        if t <= 0:
            return -math.inf
        terms = gammaln(t + y) - gammaln(t) - gammaln(y + 1) + t * np.log(t / (t + m)) + y * np.log(m / (t + m))
        return float(self.frequencies @ terms)  # eq. 9

    def score(self, theta):
        t, m, y = theta[0], self.mean, self.y
        slopes = digamma(t + y) - digamma(t) + np.log(t / (t + m)) + 1 - (t + y) / (t + m)
        return np.array([self.frequencies @ slopes])

    def observed(self, theta):
        return np.array([[self.frequencies @ self._curvature(theta[0], self.y)]])

    def expected(self, theta):
        t, m = theta[0], self.mean
        y = np.arange(200 + int(50 * (m + m**2 / t)))  # the tail beyond is below rounding
        p = np.exp(gammaln(t + y) - gammaln(t) - gammaln(y + 1) + t * np.log(t / (t + m)) + y * np.log(m / (t + m)))
        return np.array([[self.n * (p @ self._curvature(t, y))]])

    def _curvature(self, t, y):
        m = self.mean
        return polygamma(1, t) - polygamma(1, t + y) - 1 / t + 2 / (t + m) - (t + y) / (t + m) ** 2


def finite(values, name):
    """Numbers as a float64 vector, at least one, all finite; BadInput otherwise."""
    try:
        values = np.asarray(values, float)
    except (TypeError, ValueError):
        raise BadInput(f"{name}: wanted numbers") from None
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
        raise BadInput(f"{name}: wanted at least one number, and all of them finite")
    return values


def weights(frequencies):
    """How often each thing was seen, as float64: none negative, not all 0; BadInput otherwise."""
    frequencies = finite(frequencies, "frequencies")
    if (frequencies < 0).any() or not frequencies.any():
        raise BadInput("frequencies: wanted numbers of at least 0, not all of them 0")
    return frequencies
