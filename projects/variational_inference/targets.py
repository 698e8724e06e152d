"""Densities in the plane that a normal law cannot follow, their constants by quadrature, and what each family makes of them."""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

import advi
import flows
from abacus import ops
from abacus.settings import above, at_least, one_of
from abacus.tensor import Tensor, no_grad

FLATTEST = 0.01  # the weight of log p with which annealing begins, as Rezende and Mohamed
EDGE, POINTS = 12.0, 601  # of the grid on which log Z and densities are summed


def normal(z):
    """Two normal variables of variance 1 and correlation 0.9."""
    x, y = z[:, 0], z[:, 1]
    return -0.5 * (x * x - 1.8 * x * y + y * y) / 0.19


def ring(z):
    """Two heaps on a ring of radius 2 (Rezende and Mohamed, potential 1)."""
    x, y = z[:, 0], z[:, 1]
    radius = ops.sqrt(x * x + y * y + 1e-12)
    heaps = ops.logaddexp(-0.5 * ((x - 2) / 0.6) ** 2, -0.5 * ((x + 2) / 0.6) ** 2)
    return -0.5 * ((radius - 2) / 0.4) ** 2 + heaps


def wave(z):
    """A band along a sine (their potential 2), ended by a wide normal law, without which it would go on for ever."""
    x, y = z[:, 0], z[:, 1]
    return -0.5 * ((y - ops.sin(math.pi / 2 * x)) / 0.4) ** 2 - 0.5 * (x / 2) ** 2


def banana(z):
    """A normal law bent along a parabola."""
    x, y = z[:, 0], z[:, 1]
    return -0.5 * x * x - 0.5 * ((y - 0.5 * (x * x - 1)) / 0.5) ** 2


TARGETS = {"normal": normal, "ring": ring, "wave": wave, "banana": banana}
FAMILIES = {
    "mean field": lambda rng: advi.MeanField(2),
    "full rank": lambda rng: advi.FullRank(2),
    "planar flow": lambda rng: flows.Planar(2, 16, rng),
    "coupling flow": lambda rng: flows.Coupling(2, 8, 16, rng),
}


def grid(edge=EDGE, points=POINTS):
    """Points (points², 2) of a square of side 2 edge, and the area of a cell."""
    axis = np.linspace(-edge, edge, points)
    return np.stack(np.meshgrid(axis, axis, indexing="xy"), axis=-1).reshape(-1, 2), (axis[1] - axis[0]) ** 2


def log_constant(target):
    """log ∫ exp(target) by the trapezoidal rule, which for smooth densities that vanish at the edge is exact to rounding."""
    z, cell = grid()
    with no_grad():
        return float(logsumexp(target(Tensor(z)).value) + math.log(cell))


@dataclass
class Config:
    target: str = one_of(*TARGETS)  # density that is to be followed
    family: str = one_of(*FAMILIES)  # laws among which the closest is sought
    steps: int = at_least(1)  # of Adam
    samples: int = at_least(1)  # draws in each step
    rate: float = above(0)  # learning rate at the start
    draws: int = at_least(2)  # for the bound and the evidence at the end


def spread(target):
    """The standard deviation of the first coordinate, by the same sum."""
    z, _ = grid()
    with no_grad():
        logs = target(Tensor(z)).value
    p = np.exp(logs - logsumexp(logs))
    return float(np.sqrt(p @ z[:, 0] ** 2 - (p @ z[:, 0]) ** 2))


def followed(cfg, job):
    """({log Z, bound, KL(q, p), steps lost}, the fitted family) of a Config."""
    target, family = TARGETS[cfg.target], FAMILIES[cfg.family](job.rng(f"start: {cfg.family}"))
    run = advi.fit(family, target, cfg.steps, cfg.samples, cfg.rate, job.rng(f"noise: {cfg.family}"))
    reached, error = advi.bound(family, target, cfg.draws, job.rng(f"bound: {cfg.family}"))
    row = {
        "log Z": advi.evidence(family, target, cfg.draws, job.rng(f"evidence: {cfg.family}")),
        "bound": (reached, error),
        "KL(q, p)": (log_constant(target) - reached, error),
        "steps lost": run.lost,
    }
    return row, family


class Annealed:
    """A density that begins nearly flat: w log p, where w grows from 0.01 to 1 over `steps` calls (Rezende and Mohamed 2015)."""

    def __init__(self, target, steps):
        self.target, self.steps, self.calls = target, steps, 0

    def __call__(self, z):
        weight = min(1.0, FLATTEST + self.calls / self.steps)
        self.calls += 1
        return weight * self.target(z)


def follow(cfg: Config, job):
    """How far the closest member of a family stays away: KL(q, p), the bound, and log Z by importance weights."""
    row, family = followed(cfg, job)
    with job.figure("density") as figure:
        import pictures

        cloud = advi.sample(family, 4000, job.rng("shown"))[0]
        pictures.density(figure, TARGETS[cfg.target], cloud, log_constant(TARGETS[cfg.target]), cfg)
    return row


@dataclass
class Slow:
    target: str = one_of(*TARGETS)  # density that is to be followed
    family: str = one_of(*FAMILIES)  # laws among which the closest is sought
    steps: int = at_least(1)  # of Adam
    annealed: int = at_least(1)  # steps over which the density, at first nearly flat, becomes the true one
    samples: int = at_least(1)  # draws in each step
    rate: float = above(0)  # learning rate at the start
    draws: int = at_least(2)  # for the bound and the evidence at the end


def follow_slowly(cfg: Slow, job):
    """The same, but the density begins nearly flat: a family that lies between two heaps reaches both before they part."""
    target, family = TARGETS[cfg.target], FAMILIES[cfg.family](job.rng(f"start: {cfg.family}"))
    begun = Annealed(target, cfg.annealed)
    run = advi.fit(family, begun, cfg.steps, cfg.samples, cfg.rate, job.rng(f"noise: {cfg.family}"))
    reached, error = advi.bound(family, target, cfg.draws, job.rng(f"bound: {cfg.family}"))
    return {
        "log Z": advi.evidence(family, target, cfg.draws, job.rng(f"evidence: {cfg.family}")),
        "bound": (reached, error),
        "KL(q, p)": (log_constant(target) - reached, error),
        "steps lost": run.lost,
    }
