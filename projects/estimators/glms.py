"""Printed generalised linear models: beetles in gas, a trial of R's help page, cars that stop."""

from dataclasses import dataclass

import numpy as np

from abacus import papers
from abacus.settings import at_least, one_of
from glm import GeneralisedLinearModel


@dataclass
class Beetles:
    link: str = one_of("logit", "probit", "cloglog")  # from a probability to the line


@dataclass
class Trial:
    family: str = one_of("poisson", "normal")  # law of the counts


@dataclass
class Cars:
    power: int = at_least(1)  # the distance is a polynomial of this degree in the speed


def columns(key):
    """The columns of a printed table of numbers, each (n,)."""
    return np.array(papers.rows(key)[1], float).T


def beetles(cfg: Beetles, job):
    """Coefficients, standard errors, deviance and expected numbers killed: a row of Dobson's table."""
    dose, exposed, killed = columns("bliss1935")
    fit = GeneralisedLinearModel("binomial", cfg.link).fit(dose[:, None], killed, trials=exposed)
    row = {"b1": fit.intercept_, "b2": fit.coef_[0], "deviance": fit.deviance_}
    row |= dict(zip(("se b1", "se b2"), fit.standard_errors_))
    return row | {f"{x:.4f}": number for x, number in zip(dose, fit.fitted_)}


def trial(cfg: Trial, job):
    """What R's summary prints of counts by two factors, each of three levels of which the first is the constant's."""
    outcome, treatment, counts = columns("r_glm")
    x = np.column_stack([outcome == 2, outcome == 3, treatment == 2, treatment == 3]).astype(float)
    fit = GeneralisedLinearModel(cfg.family).fit(x, counts)
    names = "intercept", "outcome 2", "outcome 3", "treatment 2", "treatment 3"
    rows = {
        name: {"estimate": b, "standard error": e}
        for name, b, e in zip(names, [fit.intercept_, *fit.coef_], fit.standard_errors_)
    }
    wholes = {"null deviance": fit.null_deviance_, "residual deviance": fit.deviance_, "AIC": fit.aic_, "BIC": fit.bic_}
    return rows | {name: {"estimate": value} for name, value in wholes.items()}


def stopping(cfg: Cars, job):
    """AIC and BIC of the distance that cars need to stop, by their speed."""
    speed, distance = columns("ezekiel1930")
    fit = GeneralisedLinearModel().fit(speed[:, None] ** np.arange(1, cfg.power + 1), distance)
    return {"AIC": fit.aic_, "BIC": fit.bic_, "log-likelihood": fit.log_likelihood_}
