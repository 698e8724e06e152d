"""Linear regression: the certified digits of NIST, and three tables of The Elements of Statistical Learning."""

from dataclasses import dataclass

import numpy as np

import descent
import figures
import inference
import nist
import prostate
import qr
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import at_least, one_of
from solvers import SOLVERS

WALKS = 100  # of stochastic gradient descent, for the mean of their squared distances


@dataclass
class Config:
    study: str = one_of("digits", "certified", "correlations", "Z scores", "shrinkage", "descent")
    sets: list[str] = one_of(*nist.NAMES, "prostate")  # the data; several only for the mean of their digits
    method: str = one_of("none", *prostate.FITS, *descent.METHODS)  # of shrinkage and of descent
    term: str = one_of("none", "Intercept", *prostate.PREDICTORS)  # what a row of Tables 3.1 and 3.2 is about
    amount: float = at_least(0)  # the method's own parameter: size of the subset, df, s, directions, steps

    def __post_init__(self):
        """Each study has its own data, methods and terms."""
        allowed = {
            "digits": (nist.NAMES, ["none"], ["none"]),
            "certified": (nist.NAMES, ["none"], ["none"]),
            "correlations": (["prostate"], ["none"], prostate.PREDICTORS[1:]),
            "Z scores": (["prostate"], ["none"], ["Intercept", *prostate.PREDICTORS]),
            "shrinkage": (["prostate"], list(prostate.FITS), ["none"]),
            "descent": (["Longley", "prostate"], descent.METHODS, ["none"]),
        }
        if self.study not in allowed:
            return  # the range of `study` itself says what is wrong
        sets, methods, terms = allowed[self.study]
        given = [("sets", name, sets) for name in self.sets]
        for setting, value, known in [*given, ("method", self.method, methods), ("term", self.term, terms)]:
            if value not in known:
                raise BadInput(f"{setting}={value}: not for study={self.study}; wanted {' or '.join(known)}")
        if not self.sets or (len(self.sets) > 1 and self.study != "digits"):
            raise BadInput(f"sets={self.sets}: study={self.study} wants one set")


def run(cfg: Config, job):
    return STUDIES[cfg.study](cfg, job)


def digits(cfg, job):
    """Correct digits of every solver's worst coefficient, the mean over the sets; several sets are drawn as a map."""
    lre = np.array([[nist.digits(solve, name) for name in cfg.sets] for solve in SOLVERS.values()])
    if len(cfg.sets) > 1:
        with job.figure("digits") as figure:
            figures.digits(figure, list(SOLVERS), cfg.sets, lre)
    return dict(zip(SOLVERS, lre.mean(axis=1)))


def certified(cfg, job):
    """Everything a certificate prints of one set, from double-double QR."""
    (name,) = cfg.sets
    y, x = nist.exact_design(name)
    return nist.statistics(name, inference.fit(x, y, name not in nist.NO_INTERCEPT))


def correlations(cfg, job):
    """One row of Table 3.1: a predictor against those before it, over the training rows."""
    split = prostate.load()
    centred = split.x - split.x.mean(axis=0)
    unit = centred / np.sqrt((centred**2).sum(axis=0))
    row = prostate.PREDICTORS.index(cfg.term)
    return {prostate.PREDICTORS[j]: unit[:, row] @ unit[:, j] for j in range(row)}


def z_scores(cfg, job):
    """One row of Table 3.2: coefficient, standard error and Z score of a term."""
    split = prostate.load()
    found = inference.fit(prostate.with_ones(split.x), split.y)
    k = ("Intercept", *prostate.PREDICTORS).index(cfg.term)
    return {"coefficient": found.b[k], "standard error": found.sd[k], "Z score": inference.z_scores(found)[k]}


def shrinkage(cfg, job):
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


def descents(cfg, job):
    """Where a descent stands after `amount` steps from 0, its bound, and the largest distance / bound on the way."""
    (name,) = cfg.sets
    x, y = prostate.standardised() if name == "prostate" else nist.standardised(name)
    steps, best = int(cfg.amount), qr.least_squares(x, y)
    if cfg.method == "gradient":
        distance = np.sqrt(((descent.gradient_descent(x, y, steps) - best) ** 2).sum(axis=1))
        bound, label = descent.gradient_bound(x, distance[0], steps), "‖b − b*‖"
    else:
        eta = 1 / (2 * (x * x).sum(axis=1).max())
        walks = descent.sgd(x, y, steps, eta, WALKS, job.rng("rows"))
        distance = ((walks - best) ** 2).sum(axis=2).mean(axis=1)
        bound, label = descent.sgd_bound(x, y, best, steps, eta), "mean of ‖b − b*‖²"
    with job.figure("convergence") as figure:
        figures.convergence(figure, distance, bound, label)
    low, high = descent.curvatures(x)
    return {
        "condition": high / low,
        "start": distance[0],
        "end": distance[-1],
        "bound": bound[-1],
        "worst ratio": (distance / bound)[1:].max(),
    }


STUDIES = {
    "digits": digits,
    "certified": certified,
    "correlations": correlations,
    "Z scores": z_scores,
    "shrinkage": shrinkage,
    "descent": descents,
}

if __name__ == "__main__":
    launch(run)
