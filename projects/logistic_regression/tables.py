"""The printed tables, one function each: {row: {column: value}}, from the data they were computed from."""

from dataclasses import dataclass

import numpy as np

import glm
import quantile
import robust
from abacus import data, papers
from abacus.errors import BadInput
from abacus.settings import at_least, between, one_of


@dataclass
class Heart:
    predictors: list[str]  # the columns beside the constant
    iterations: int = at_least(0)  # of reweighted least squares; 0 goes on to the maximum


@dataclass
class Spector:
    link: str = one_of("logit", "probit")  # of the probability


@dataclass
class Engel:
    q: float = between(0, 1, open=True)  # the quantile
    kernel: str = one_of(*quantile.KERNELS)  # of the density at 0 that the standard errors need


@dataclass
class Stackloss:
    loss: str = one_of("squared", "absolute", "huber")  # what is made small


def columns(key):
    """The columns of a printed data table of papers/, {name: numbers}."""
    header, rows = papers.rows(key)
    return dict(zip(header, np.array(rows, dtype=np.float64).T))


def single(numbers):
    """The numbers as Stata holds them: stored as float, computed with as double."""
    return numbers.astype(np.float32).astype(np.float64)


def terms(names, fit):
    """A fit as rows: coefficient, standard error, Z."""
    rows = zip(names, fit.coefficients, fit.errors, fit.z)
    return {name: {"coefficient": float(b), "error": float(se), "Z": float(z)} for name, b, se, z in rows}


def heart(cfg: Heart, job):
    """South African heart disease on the predictors of `cfg.predictors` (ESL, section 4.4.2)."""
    found = data.load("esl", "SAheart")
    names = list(found.names)
    unknown = [name for name in cfg.predictors if name not in names]
    if unknown:
        raise BadInput(f"predictors: no {unknown[0]!r} in the heart data; there are: {', '.join(names)}")
    x = np.column_stack([np.ones(len(found.chd)), *(found.predictors[:, names.index(n)] for n in cfg.predictors)])
    fit = glm.reweighted(x, found.chd, cfg.iterations) if cfg.iterations else glm.maximum_likelihood(x, found.chd)
    return terms(["(Intercept)", *cfg.predictors], fit)


def spector(cfg: Spector, job):
    """Whether the grade of 32 students rose, by logit or probit (Spector & Mazzeo 1980)."""
    x, y = students()
    fit = glm.maximum_likelihood(x, y, cfg.link)
    print(
        "Did a new way of teaching raise the grades of 32 students? The coefficient of PSI says how much, beside Stata's."
    )
    whole = {
        "log likelihood": fit.log_likelihood,
        "LR chi2(3)": 2 * (fit.log_likelihood - fit.null_log_likelihood),
        "pseudo R2": 1 - fit.log_likelihood / fit.null_log_likelihood,
    }
    return terms(("_cons", "GPA", "TUCE", "PSI"), fit) | {name: {"coefficient": v} for name, v in whole.items()}


def students():
    """x (32, 4) with the constant first, and y, as Stata holds them."""
    found = columns("spector1980")
    x = np.column_stack([np.ones(32), *(single(found[name]) for name in ("GPA", "TUCE", "PSI"))])
    return x, found["GRADE"]


def engel(cfg: Engel, job):
    """Expenditure on food by income, the quantile `cfg.q` (Engel 1857; Koenker & Bassett 1982)."""
    x, y = households()
    fit = quantile.fit(x, y, cfg.q)
    errors = quantile.standard_errors(x, y - x @ fit.coefficients, cfg.q, cfg.kernel)
    row = {
        "income": fit.coefficients[1],
        "error of income": errors[1],
        "_cons": fit.coefficients[0],
        "error of _cons": errors[0],
        "pseudo R2": fit.pseudo_r2,
        "sum of deviations": 2 * fit.deviations,  # Stata weighs with 2 q and 2 (1 - q)
        "raw sum": 2 * fit.raw,
    }
    return {name: float(value) for name, value in row.items()}


def households():
    """x (235, 2) with the constant first, and the expenditure, as Stata holds them."""
    found = columns("engel1857")
    return np.column_stack([np.ones(235), single(found["income"])]), single(found["food"])


def stackloss(cfg: Stackloss, job):
    """Brownlee's stack loss under three losses: what a plant loses by air flow, temperature and concentration."""
    found = columns("brownlee1965")
    names = ("air flow", "water temperature", "acid concentration")
    x, y = np.column_stack([np.ones(21), *(found[name] for name in names)]), found["stack loss"]
    beta = {
        "squared": lambda: np.linalg.lstsq(x, y, rcond=None)[0],
        "absolute": lambda: quantile.fit(x, y, 0.5).coefficients,
        "huber": lambda: robust.huber_regression(x, y),
    }[cfg.loss]()
    return dict(zip(("intercept", *names), map(float, beta)))
