"""Integrals over a posterior in few dimensions: a grid, Gauss-Hermite quadrature, rejection, importance weights.

All take the log density as a function of points (n, d), such as `model.value`, known up to a constant.
"""

import itertools
import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

import laws
from abacus import inputs, papers
from abacus.errors import BadInput
from abacus.settings import above, at_least, between
from models import Model, real

HIGHEST = 300  # order of Gauss-Hermite's rule; not far above it a weight is smaller than any float


class Weighted(NamedTuple):
    """Points (n, d) with weights of sum 1, and log ∫ p, which is the log evidence where p is likelihood times prior."""

    points: np.ndarray
    weights: np.ndarray
    log_evidence: float

    def mean(self, f=None):
        """E f(point), f giving (n,) or (n, k); of the points themselves without it."""
        return self.weights @ (self.points if f is None else f(self.points))

    @property
    def sd(self):
        return np.sqrt(self.weights @ (self.points - self.mean()) ** 2)

    @property
    def size(self):
        """1 / Σ w²: how many equal draws are worth as much (Kish): eq. (12)."""
        return float(1 / (self.weights**2).sum())  # eq. 12


def weighted(points, logs, volume):
    """The Weighted set of log weights (n,), each point standing for a volume e^volume of its own."""
    top = logs.max()
    if not math.isfinite(top):
        raise BadInput(f"the highest log density is {top}: wanted a finite one; do all points lie outside the support?")
    w = np.exp(logs - top)
    return Weighted(points, w / w.sum(), float(top + math.log(w.sum()) + volume))  # eq. 1


def grid(log_density, axes):
    """The sum over a lattice; each axis is (low, high, points): eq. (8). BadInput where its edge still has
    weight, or where points are farther apart than a standard deviation.

    For smooth densities that vanish at the edge the plain sum converges faster than any power of the spacing: of a normal
    law with a point every standard deviation it is wrong by 2 e^(−2π²) = 5e-9.
    """
    for low, high, n in axes:
        inputs.counts(points=n)
        if not (-math.inf < low < high < math.inf and n >= 3):
            raise BadInput(f"an axis from {low} to {high} with {n} points: wanted low below high and 3 points at least")
    lines = [np.linspace(*axis) for axis in axes]
    points = np.stack([line.ravel() for line in np.meshgrid(*lines, indexing="ij")], axis=1)
    found = weighted(points, log_density(points), sum(math.log(line[1] - line[0]) for line in lines))  # eq. 8
    cube = found.weights.reshape([len(line) for line in lines])
    edge = max(float(np.take(cube, end, axis=k).max()) for k in range(len(lines)) for end in (0, -1))
    if edge > 1e-4 * cube.max():
        share = edge / cube.max()
        raise BadInput(f"at the grid's edge the density is {share:.2g} of the highest: too small a grid, or improper")
    for line, sd in zip(lines, found.sd):
        if line[1] - line[0] > sd:
            raise BadInput(
                f"points {line[1] - line[0]:.3g} apart, and a standard deviation of {sd:.3g}: too coarse a grid"
            )
    return found


class Peak(NamedTuple):
    """The mode (d,), the covariance (d, d) of the normal law that fits there, and Laplace's log evidence: eq. (9)."""

    mode: np.ndarray
    covariance: np.ndarray
    log_evidence: float


def laplace(log_density, start, steps=100):
    """Newton's climb by differences, then eq. (9). BadInput where there is no peak to be found."""
    x = inputs.matrix([start], name="laplace")[0]
    d, h = len(x), np.finfo(float).eps ** 0.25
    moves = np.array(list(itertools.product((-1, 0, 1), repeat=2)))
    for _ in range(steps):
        width = h * np.maximum(1.0, np.abs(x))
        slope, bend = np.empty(d), np.empty((d, d))
        for i, j in itertools.combinations_with_replacement(range(d), 2):
            at = np.tile(x, (9, 1))
            at[:, i] += moves[:, 0] * width[i]
            at[:, j] += moves[:, 1] * width[j] * (i != j)
            f = log_density(at).reshape(3, 3)
            if i == j:
                slope[i] = (f[2, 0] - f[0, 0]) / (2 * width[i])
                bend[i, i] = (f[2, 0] - 2 * f[1, 0] + f[0, 0]) / width[i] ** 2
            else:
                bend[i, j] = bend[j, i] = (f[2, 2] - f[2, 0] - f[0, 2] + f[0, 0]) / (4 * width[i] * width[j])
        if not (np.isfinite(bend).all() and np.linalg.eigvalsh(bend).max() < 0):
            raise BadInput(f"no peak near {x}: the log density does not bend down there")
        step, value, share = np.linalg.solve(-bend, slope), log_density(x[None])[0], 1.0
        while share > h**2 and not log_density((x + share * step)[None])[0] >= value:
            share /= 2
        x = x + share * step
        if slope @ step < h**2 * d:  # twice what a further step could gain
            covariance = np.linalg.inv(-bend)
            log_evidence = log_density(x[None])[0] + 0.5 * np.linalg.slogdet(2 * math.pi * covariance)[1]  # eq. 9
            return Peak(x, covariance, float(log_evidence))
    raise BadInput(f"no peak after {steps} steps: the log density climbs on")


def gauss_hermite(log_density, peak, order):
    """Gauss-Hermite's rule of `order` points an axis around a Peak: exact where p is its normal law times a polynomial of
    degree below 2·order: eq. (10). BadInput of an order for which NumPy has no weights."""
    inputs.counts(order=order)
    if order > HIGHEST:
        raise BadInput(f"order={order}: wanted at most {HIGHEST}")
    nodes, weights = np.polynomial.hermite_e.hermegauss(order)
    t = np.array(list(itertools.product(nodes, repeat=len(peak.mode))))
    logs = np.log(np.array(list(itertools.product(weights, repeat=len(peak.mode))))).sum(axis=1)
    factor = np.linalg.cholesky(peak.covariance)
    points = peak.mode + t @ factor.T
    volume = float(np.log(np.diag(factor)).sum())
    return weighted(points, log_density(points) + logs + 0.5 * (t * t).sum(axis=1), volume)  # eq. 10


class Heavy(NamedTuple):
    """Student's t in d dimensions around a Peak: tails that fall slower than the posterior's."""

    peak: Peak
    freedom: float

    def draw(self, n, rng):
        if not 0 < self.freedom < math.inf:
            raise BadInput(f"freedom={self.freedom}: wanted a finite number above 0")
        z = rng.standard_normal((n, len(self.peak.mode)))
        z /= np.sqrt(rng.chisquare(self.freedom, (n, 1)) / self.freedom)
        return self.peak.mode + z @ np.linalg.cholesky(self.peak.covariance).T

    def log_density(self, x):
        d, nu = x.shape[1], self.freedom
        away = np.linalg.solve(np.linalg.cholesky(self.peak.covariance), (x - self.peak.mode).T)
        constant = math.lgamma((nu + d) / 2) - math.lgamma(nu / 2) - d / 2 * math.log(nu * math.pi)
        constant -= 0.5 * np.linalg.slogdet(self.peak.covariance)[1]
        return constant - (nu + d) / 2 * np.log1p((away * away).sum(axis=0) / nu)


def importance(log_density, proposal, n, rng):
    """n draws of the proposal, weighed by p / q: eq. (11). `Weighted.size` says how many of them count."""
    inputs.counts(n=n)
    points = proposal.draw(n, rng)
    return weighted(points, log_density(points) - proposal.log_density(points), -math.log(n))  # eq. 11


class Accepted(NamedTuple):
    """Independent draws of the posterior (n, d), how many were proposed, and log ∫ p by the share that was accepted."""

    points: np.ndarray
    proposed: int
    log_evidence: float


def rejection(log_density, proposal, log_bound, n, rng, most=10**7):
    """n exact draws: a proposal x is kept with probability p(x) / (e^log_bound q(x)): eq. (13).

    BadInput where some x shows that e^log_bound q is no envelope of p, or where `most` proposals do not suffice.
    """
    inputs.counts(n=n)
    kept, count, proposed = [], 0, 0
    while count < n:
        if proposed >= most:
            raise BadInput(f"{count} of {proposed} proposals were kept: the envelope is too wide")
        size = min(max(1000, 2 * (n - count)), 100_000)
        points = proposal.draw(size, rng)
        ratio = log_density(points) - proposal.log_density(points) - log_bound
        if ratio.max() > 0:
            raise BadInput(
                f"p lies above its envelope by e^{ratio.max():.3g} at {points[ratio.argmax()]}: raise log_bound"
            )
        took = points[np.log(rng.random(size)) < ratio]  # eq. 13
        kept.append(took)
        count, proposed = count + len(took), proposed + size
    return Accepted(np.concatenate(kept)[:n], proposed, log_bound + math.log(count / proposed))


@dataclass
class Sums:
    points: int = at_least(3)  # of the grid, an axis
    order: int = between(2, HIGHEST)  # of Gauss-Hermite's rule, an axis


@dataclass
class Throws:
    points: int = at_least(3)  # of the grid on which the envelope is found, an axis
    freedom: float = above(0)  # of Student's t, from which points are proposed
    draws: int = at_least(100)  # independent draws, and as many weighed ones


AXES = (-8.0, 16.0), (-10.0, 120.0)  # of alpha and beta: at the edge 1e-9 of the highest density, and less


def bioassay_model():
    """deaths ~ Binomial(animals, σ(α + β log dose)), α and β flat (Gelman et al. 2013, section 3.7), with its constant."""
    dose, animals, died = np.array(papers.rows("racine1986")[1], float).T
    ways = float(sum(math.log(math.comb(int(n), int(y))) for n, y in zip(animals, died)))

    def log_density(alpha, beta):
        return laws.bernoulli_logit(died, animals, alpha + beta * dose) + ways

    return Model(log_density, alpha=real(), beta=real())


def bioassay(cfg: Sums, job):
    """Mode and normal fit, then posterior means, spreads and the log evidence by a grid and by Gauss-Hermite's rule."""
    value = bioassay_model().value
    peak = laplace(value, [0.0, 1.0])
    found = {
        "grid": grid(value, [(*axis, cfg.points) for axis in AXES]),
        "Gauss-Hermite": gauss_hermite(value, peak, cfg.order),
    }
    sd = np.sqrt(np.diag(peak.covariance))
    rows = {"normal fit": _row(peak.mode, sd, peak.log_evidence)}
    for name, sums in found.items():
        rows[name] = _row(sums.mean(), sums.sd, sums.log_evidence)
    with job.figure("contours") as figure:
        import pictures

        pictures.bioassay(figure, found["grid"], cfg.points, peak)
    return rows


def bioassay_draws(cfg: Throws, job):
    """The same means by rejection and by importance weights, each with its standard error."""
    value = bioassay_model().value
    proposal = Heavy(laplace(value, [0.0, 1.0]), cfg.freedom)
    lattice = grid(value, [(*axis, cfg.points) for axis in AXES]).points
    log_bound = float((value(lattice) - proposal.log_density(lattice)).max()) + 0.01  # between the points it is higher
    exact = rejection(value, proposal, log_bound, cfg.draws, job.rng("rejection"))
    weighed = importance(value, proposal, cfg.draws, job.rng("importance"))
    error = exact.points.std(axis=0) / math.sqrt(cfg.draws)
    share = cfg.draws / exact.proposed
    kept = _estimates(exact.points.mean(axis=0), error) | {
        "log evidence": (exact.log_evidence, math.sqrt((1 - share) / cfg.draws)),
        "worth of 100": (100 * share, 0.0),
    }
    away = weighed.points - weighed.mean()
    error = np.sqrt(((weighed.weights[:, None] * away) ** 2).sum(axis=0))
    own = _estimates(weighed.mean(), error) | {
        "log evidence": (weighed.log_evidence, math.sqrt(1 / weighed.size - 1 / cfg.draws)),
        "worth of 100": (100 * weighed.size / cfg.draws, 0.0),
    }
    return {"rejection": kept, "importance weights": own}


def _estimates(mean, error):
    return {name: (float(m), float(e)) for name, m, e in zip(("alpha", "beta"), mean, error)}


def _row(mean, sd, log_evidence):
    named = zip(("alpha", "beta", "sd alpha", "sd beta", "log evidence"), (*mean, *sd, log_evidence))
    return {name: float(value) for name, value in named}
