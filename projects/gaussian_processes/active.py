"""Where to measure next: where the process is least sure, against places at random (MacKay 1992)."""

from dataclasses import dataclass

import numpy as np

import exact
import pictures
from abacus.errors import BadInput
from abacus.settings import above, at_least
from covariance import RBF, Constant, White
from gp import GaussianProcessRegressor


@dataclass
class Config:
    pool: int = at_least(10)  # places that may be asked
    start: int = at_least(2)  # that are known at the beginning
    ask: int = at_least(1)  # that are asked, one after another
    every: int = at_least(1)  # questions between two fits of the kernel's numbers
    noise: float = above(0)  # standard deviation of an answer's noise


def active(cfg: Config, job):
    """The error on the whole pool after the last question, asked where the deviation is largest, and asked at random."""
    if cfg.start + cfg.ask >= cfg.pool:
        raise BadInput(f"start={cfg.start}, ask={cfg.ask}: wanted fewer together than the pool's {cfg.pool} places")
    rng = job.rng("pool")
    pool = rng.uniform(-2, 2, (cfg.pool, 2))
    truth = bumps(pool)
    y = truth + cfg.noise * rng.standard_normal(cfg.pool)
    first = rng.permutation(cfg.pool)[: cfg.start].tolist()
    curves, paths = {}, {}
    start = Constant() * RBF(np.ones(2)) + White(cfg.noise**2)  # the answers' noise is known; each climb begins here
    for name in ("least sure", "at random"):
        asked, curve, choice = list(first), [], job.rng("random")
        for step in range(cfg.ask + 1):
            centre = y[asked].mean()
            if step % cfg.every == 0:
                process = GaussianProcessRegressor(start, normalize_y=False).fit(pool[asked], y[asked] - centre)
                kernel = process.kernel_
            found = exact.posterior(kernel, pool[asked], y[asked] - centre, 1e-10)
            mean, variance = exact.predict(kernel, pool[asked], found, pool)
            curve.append(float(np.sqrt(np.mean((mean + centre - truth) ** 2))))
            variance[asked] = -1.0
            left = np.setdiff1d(np.arange(cfg.pool), asked)
            asked.append(int(variance.argmax()) if name == "least sure" else int(choice.choice(left)))
        curves[name], paths[name] = curve, asked[:-1]
    for step, errors in enumerate(zip(*curves.values())):
        job.log(step=step, **dict(zip(("sure", "random"), errors)))
    with job.figure("questions") as figure:
        pictures.questions(figure, pool, paths, curves, cfg.start)
    goal = curves["at random"][-1]
    fewer = next((i for i, error in enumerate(curves["least sure"]) if error <= goal), cfg.ask + 1)
    return {
        "error, least sure": curves["least sure"][-1],
        "error, at random": goal,
        "questions to that error": fewer,
    }


def bumps(x):
    """The function that is measured: two hills and a wave, at x (n, 2)."""
    a, b = x.T
    return np.sin(3 * a) * np.cos(2 * b) + np.exp(-4 * ((a - 1) ** 2 + (b + 1) ** 2)) + 0.5 * a
