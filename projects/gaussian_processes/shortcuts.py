"""How far the shortcuts are from the exact process: few inducing points, random features, times in order, a grid."""

from dataclasses import dataclass

import numpy as np

import exact
import pictures
import sparse
import structure
from abacus.settings import above, at_least, between
from covariance import RBF, Matern, White


@dataclass
class Few:
    samples: int = at_least(10)  # of a function of two variables
    noise: float = above(0)  # variance of the noise
    inducing: list[int] = at_least(1)  # numbers of inducing points, and of random waves, a row each


def few(cfg: Few, job):
    """The log evidence of the bound, of FITC and of random features, for several numbers of points; the last row is exact."""
    x, y = plane(cfg.samples)
    kernel = 1.5 * RBF(np.array([1.0, 2.0]))
    new = lattice(500) * 6 - 3
    whole = exact.posterior(kernel + White(cfg.noise), x, y, 0.0)
    truth = exact.predict(kernel, x, whole, new)[0]
    found = {}
    for m in cfg.inducing:
        row = {}
        for method, name in (("bound", "bound"), ("fitc", "FITC")):
            machine = sparse.SparseRegressor(kernel, cfg.noise, method, m, optimise=False).fit(x, y)
            row[name], row[f"off, {name}"] = machine.log_evidence_, rmse(machine.predict(new), truth)
        fixed = np.random.default_rng(0)  # one draw, always the same: this study is deterministic
        both = sparse.random_features(kernel, np.vstack([x, new]), m, fixed)
        mean, _, row["random waves"] = sparse.straight(both[: len(x)], y, cfg.noise, both[len(x) :])
        row["off, random waves"] = rmse(mean, truth)
        found[f"{m} of {cfg.samples}"] = row
    return found | {"exact": dict.fromkeys(("bound", "FITC", "random waves"), whole.evidence)}


@dataclass
class Series:
    samples: int = at_least(2)  # evenly spaced times
    noise: float = above(0)  # variance of the noise
    length: float = above(0)  # of the Matern kernel, in steps


def series(cfg: Series, job):
    """The log evidence of one series three ways: by one matrix, by Durbin's recursion, by a filter of states."""
    t = np.arange(cfg.samples, dtype=np.float64)
    y = waves(t)
    kernel = Matern(cfg.length, 1.5)
    job.progress(0.0, "the filter")
    filtered = structure.kalman(kernel, cfg.noise, t, y)
    row = kernel(t[:1, None], t[:, None])[0]
    row[0] += cfg.noise
    recursion = structure.toeplitz(row, y)
    job.progress(0.1, "the matrix")
    whole = exact.posterior(kernel, t[:, None], y, cfg.noise).evidence
    return {"Cholesky": whole, "Toeplitz": recursion, "Kalman": filtered}


@dataclass
class Field:
    side: int = at_least(2)  # places in a row and in a column
    times: int = at_least(4)  # that are seen
    ahead: int = at_least(1)  # times that are told in advance
    noise: float = above(0)  # standard deviation of what is added
    length: float = between(0.01, 10)  # of the field in space, whose side is 1
    memory: float = above(0)  # of the field in time, in steps


def field(cfg: Field, job):
    """A field on places and times: the numbers that its evidence finds, and the error of its forecasts."""
    line = np.linspace(0, 1, cfg.side)
    places = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
    times = np.arange(cfg.times + cfg.ahead, dtype=np.float64)[:, None]
    space, time = RBF(cfg.length), Matern(cfg.memory, 2.5)
    white = job.rng("field").standard_normal((len(places), len(times)))
    truth = root(space(places)) @ white @ root(time(times)).T
    y = truth[:, : cfg.times] + cfg.noise * job.rng("noise").standard_normal((len(places), cfg.times))
    mean = float(y.mean())
    start = 1.0 * RBF(0.5), Matern(3.0, 2.5)
    (space, time), noise = structure.grid_climbed(start, 0.1, places, times[: cfg.times], y - mean)
    found = structure.grid(space(places), time(times[: cfg.times]), noise, y - mean)
    told = mean + space(places) @ found.weights @ time(times[: cfg.times], times[cfg.times :])
    later = truth[:, cfg.times :]
    with job.figure("field") as figure:
        pictures.field(figure, truth, y, told, cfg.side)
    return {
        "length": float(space.right.length_scale),
        "memory": float(time.length_scale),
        "noise": float(np.sqrt(noise)),
        "error, next step": rmse(told[:, 0], later[:, 0]),
        "as it is now": rmse(y[:, -1], later[:, 0]),
        "error, last step": rmse(told[:, -1], later[:, -1]),
        "the mean": rmse(np.full(len(places), mean), later[:, -1]),
    }


def plane(n):
    """n samples of a function of two variables that any machine computes alike: x (n, 2); y (n,) of mean 0, deviation 1."""
    x = lattice(n) * 6 - 3
    y = np.sin(2 * x[:, 0]) + x[:, 1] + 0.3 * np.sin(1.7 * np.arange(n) ** 2)  # the last looks like noise
    return x, (y - y.mean()) / y.std()


def lattice(n):
    """n points (n, 2) spread evenly over the unit square: multiples of two irrational numbers, less their whole parts."""
    return np.arange(1, n + 1)[:, None] * np.array([0.7548776662466927, 0.5698402909980532]) % 1.0


def waves(t):
    """A series (n,) that any machine computes alike: two waves, and a third that looks like noise."""
    return np.sin(0.02 * t) + 0.4 * np.cos(0.3 * t) + 0.3 * np.sin(1.7 * t * t)


def root(covariance):
    """S (n, n) with S Sᵀ = covariance: S times white noise is a draw."""
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0.0))


def rmse(guess, truth):
    """√ mean (guess − truth)²."""
    return float(np.sqrt(np.mean((guess - truth) ** 2)))
