"""Marks for a pound: the benchmark of GARCH(1, 1), and EGARCH(1, 1) on the same returns."""

from dataclasses import dataclass

from abacus import data
from abacus.settings import at_least
from volatility import EGARCH, GARCH


@dataclass
class Config:
    days: int = at_least(100)  # the returns used, from the first on


def garch(cfg: Config, job):
    """Estimates and standard errors of GARCH(1, 1)."""
    model = GARCH().fit(data.load("garch").returns[: cfg.days])
    alpha, beta = model.coef_[2:]
    print(f"Of today's variance, α + β = {alpha + beta:.3f} are left for tomorrow.")
    return output(model)


def egarch(cfg: Config, job):
    """Estimates and standard errors of EGARCH(1, 1)."""
    model = EGARCH().fit(data.load("garch").returns[: cfg.days])
    print(f"The log variance keeps {model.coef_[4]:.3f} of itself from day to day.")
    return output(model)


def output(model):
    """{parameter: {"estimate": ..., "standard error": ...}}, the standard errors from the Hessian."""
    rows = zip(model.names_, model.coef_, model.se_)
    return {name: {"estimate": float(value), "standard error": float(se)} for name, value, se in rows}
