"""Five small regressions on fixed splits: dropout, a Bayesian network and the exact process, all on the same test samples."""

import functools
from dataclasses import dataclass

import numpy as np

from abacus import data, papers
from abacus.errors import BadInput
from abacus.settings import above, at_least, between, one_of
from covariance import RBF, White
from gp import GaussianProcessRegressor
from networks import Bayesian, Dropout, scale

SETS = {
    "Boston": "bostonHousing",
    "Concrete": "concrete",
    "Energy": "energy",
    "Wine": "wine-quality-red",
    "Yacht": "yacht",
}
SPLITS = 20


@dataclass
class Drop:
    set: str = one_of(*SETS)  # which regression; seed i is its fixed split i
    units: int = at_least(1)  # of the hidden layer
    epochs: int = at_least(1)  # passes over the training samples
    batch: int = at_least(1)  # samples of a step of Adam
    rate: float = above(0)  # Adam's learning rate
    length: float = above(0)  # length scale of the weights' prior: their decay
    passes: int = at_least(1)  # networks that are drawn for a prediction
    held: float = between(0, 1, open=True)  # last share of the training samples, on which the two grids are compared
    probabilities: list[float] = between(0, 1, open=True)  # that a unit is dropped: a grid
    taus: list[float] = above(0)  # precision of the noise, in the units of the targets: a grid


def dropout(cfg: Drop, job):
    """Error and log-likelihood of one split, and the error less that of the authors' run on the same split."""
    train, test = split(cfg.set, job.seed)
    kept = int((1 - cfg.held) * len(train[0]))
    if not 0 < kept < len(train[0]):
        raise BadInput(
            f"held={cfg.held:g}: of {len(train[0])} training samples {kept} are left to learn from; wanted some on both sides"
        )
    fitting, held = [a[:kept] for a in train], [a[kept:] for a in train]
    grid = [(p, tau) for p in cfg.probabilities for tau in cfg.taus]
    if not grid:
        raise BadInput("probabilities or taus is an empty list: wanted one number at least of each")

    def trained(p, tau, samples, *name):
        network = Dropout(cfg.units, p, tau, cfg.epochs, cfg.batch, cfg.rate, cfg.length)
        return network.fit(*samples, job.rng("training", *name))

    scores = []
    for i, (p, tau) in enumerate(grid):
        network = trained(p, tau, fitting, i)
        scores.append(network.predict(*held, job.rng("passes", i), cfg.passes)[1].mean())
        job.progress((i + 1) / (len(grid) + 1), f"grid {i + 1} of {len(grid)}")
    network = trained(*grid[int(np.argmax(scores))], train, len(grid))
    mean, logs = network.predict(*test, job.rng("passes", len(grid)), cfg.passes)
    one = network.predict(*test, job.rng("passes", len(grid) + 1), 1)[0]
    names, rows = papers.rows("gal2016")
    theirs = float(rows[job.seed % SPLITS][names.index(cfg.set)])
    return {
        "RMSE": rmse(mean, test[1]),
        "LL": float(logs.mean()),
        "RMSE of one pass": rmse(one, test[1]),
        "RMSE less theirs": rmse(mean, test[1]) - theirs,
    }


@dataclass
class Network:
    set: str = one_of(*SETS)  # which regression; seed i is its fixed split i
    units: int = at_least(1)  # of the hidden layer
    passes: int = at_least(1)  # over the training samples, one sample at a time


def network(cfg: Network, job):
    """Error and log-likelihood of a Bayesian network on one split."""
    train, (x, y) = split(cfg.set, job.seed)
    mean, variance = Bayesian(cfg.units, cfg.passes).fit(*train, job.rng("training")).predict(x)
    return {"RMSE": rmse(mean, y), "LL": log_likelihood(mean, variance, y)}


@dataclass
class Exact:
    set: str = one_of(*SETS)  # which regression
    noise: float = above(0)  # variance of the noise from which the climb starts, as a share of the targets' variance


def exact(cfg: Exact, job):
    """Means over all fixed splits of error, log-likelihood and log evidence; the kernel's numbers by the evidence alone."""
    found = {"splits": np.zeros((SPLITS, 3))}
    for i in job.steps(SPLITS, found, every=1):
        (x, y), (new, truth) = split(cfg.set, i)
        standard = scale(x)
        process = GaussianProcessRegressor(1.0 * RBF(np.ones(x.shape[1])) + White(cfg.noise)).fit(standard(x), y)
        mean, deviation = process.predict(standard(new), return_std=True)
        likelihood = log_likelihood(mean, deviation**2, truth)
        found["splits"][i] = rmse(mean, truth), likelihood, process.log_marginal_likelihood_value_
    values, errors = found["splits"].mean(axis=0), found["splits"].std(axis=0, ddof=1) / np.sqrt(SPLITS)
    names = "RMSE", "LL", "log evidence"
    return dict(zip(names, values.tolist())) | {f"{n} ±": e for n, e in zip(names, errors.tolist())}


def split(name, seed):
    """((x, y) to learn from, (x, y) to test) of one fixed split."""
    table = _table(name)
    rows = table.train[seed % SPLITS], table.test[seed % SPLITS]
    return [(table.inputs[which], table.targets[which]) for which in rows]


@functools.cache
def _table(name):
    return data.load("uci", f"regression/{SETS[name]}")


def rmse(guess, y):
    """√ mean (guess − y)²."""
    return float(np.sqrt(np.mean((guess - y) ** 2)))


def log_likelihood(mean, variance, y):
    """The mean log density of y under N(mean, variance): eq. (32)."""
    return float(np.mean(-0.5 * np.log(2 * np.pi * variance) - 0.5 * (y - mean) ** 2 / variance))  # eq. 32
