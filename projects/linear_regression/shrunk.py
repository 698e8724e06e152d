"""The prostate tables of The Elements of Statistical Learning: correlations, Z scores, and six ways to choose or shrink."""

from dataclasses import dataclass

import numpy as np

import figures
import inference
import prostate
from abacus.settings import at_least, one_of


@dataclass
class Table:
    """Tables 3.1 and 3.2 follow from the data alone: there is nothing to set."""


@dataclass
class Config:
    method: str = one_of(*prostate.FITS)  # how coefficients are chosen or made smaller
    amount: float = at_least(0)  # of it: size of the subset, df(λ), s, number of directions


def correlations(cfg: Table, job):
    """Table 3.1: each predictor against those before it, over the training rows."""
    split = prostate.load()
    centred = split.x - split.x.mean(axis=0)
    unit = centred / np.sqrt((centred**2).sum(axis=0))
    return {
        name: {prostate.PREDICTORS[j]: unit[:, row] @ unit[:, j] for j in range(row)}
        for row, name in enumerate(prostate.PREDICTORS)
        if row
    }


def z_scores(cfg: Table, job):
    """Table 3.2: coefficient, standard error and Z score of each term."""
    split = prostate.load()
    found = inference.fit(prostate.with_ones(split.x), split.y)
    scores = inference.z_scores(found)
    return {
        term: {"coefficient": found.b[k], "standard error": found.sd[k], "Z score": scores[k]}
        for k, term in enumerate(("Intercept", *prostate.PREDICTORS))
    }


def shrinkage(cfg: Config, job):
    """One column of Table 3.3, as a row: coefficients and test error. A variable that is left out has no value."""
    split = prostate.load()
    b0, b = prostate.FITS[cfg.method](split.x, split.y, cfg.amount)
    error, spread = prostate.test_error(split, b0, b)
    _draw_path(cfg, job, split)
    kept = {name: value for name, value in zip(prostate.PREDICTORS, b) if value != 0}
    return {"Intercept": b0} | kept | {"test error": error, "std error": spread}


def _draw_path(cfg, job, split):
    grids = {"Ridge": (np.linspace(0.05, 8, 120), "df(λ)"), "Lasso": (np.linspace(0, 1, 121), "s")}
    if cfg.method in grids and job.row == cfg.method:
        at, label = grids[cfg.method]
        coefficients = [prostate.FITS[cfg.method](split.x, split.y, a)[1] for a in at]
        with job.figure("path") as figure:
            figures.path(figure, at, coefficients, prostate.PREDICTORS, cfg.amount, label)
