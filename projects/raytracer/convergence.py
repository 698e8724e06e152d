"""How fast the samplers' averages converge: four integrals over the unit square, by the engine's own points."""

from dataclasses import dataclass

import numpy as np

import engine
from abacus.settings import at_least, one_of

GAUSS = 0.5577462853510337  # (∫ exp(-x²) dx over [0, 1])²
FUNCTIONS = {
    "disk": (lambda x, y: x * x + y * y < 2 / np.pi, 0.5),
    "triangle": (lambda x, y: y > x, 0.5),
    "Gaussian": (lambda x, y: np.exp(-x * x - y * y), GAUSS),
    "bilinear": (lambda x, y: x * y, 0.25),
}
RUNS = 400  # independent sets of points
STEP = 16  # the order is measured between n / STEP points and n


@dataclass
class Config:
    sampler: str = one_of(*engine.SAMPLERS)  # where the points come from
    points: int = at_least(2 * STEP)  # of each set, which gives one estimate of each integral


def convergence(cfg: Config, job):
    """{function: (root mean square error of the mean of n points, its standard error)} over RUNS independent sets, and
    {"order, function": (k, its standard error)} where the error falls as n^-k."""
    seed = int(job.rng("points").integers(2**20))
    many = squared_errors(cfg.sampler, cfg.points, seed, RUNS)
    few = squared_errors(cfg.sampler, cfg.points // STEP, seed + 2**20, RUNS)
    found, orders = {}, {}
    for name in FUNCTIONS:
        (a, ea), (b, eb) = root_mean(many[name]), root_mean(few[name])
        found[name] = a, ea
        orders[f"order, {name}"] = float(np.log(b / a) / np.log(STEP)), float(np.hypot(ea / a, eb / b) / np.log(STEP))
    return found | orders


def root_mean(square):
    """Root of the mean of squared errors, and its standard error."""
    rmse = np.sqrt(square.mean())
    return float(rmse), float(square.std(ddof=1) / np.sqrt(len(square)) / (2 * rmse))


def squared_errors(sampler, n, seed, runs):
    """{function: squared errors (runs,)}."""
    out = {name: np.zeros(runs) for name in FUNCTIONS}
    for k in range(runs):
        x, y = engine.points(sampler, n, seed * 4096 + k).astype(float).T
        for name, (f, value) in FUNCTIONS.items():
            out[name][k] = (f(x, y).mean() - value) ** 2
    return out
