"""R's examples of `arima`, and the airline model, by exact likelihood: small printed series, no download."""

from dataclasses import dataclass

import numpy as np

from abacus import papers
from abacus.settings import above
from arima import ARIMA

AIRLINE = {"order": (0, 1, 1), "seasonal": (0, 1, 1), "period": 12}


@dataclass
class Config:
    prior: float = above(
        0
    )  # variance of the first values, in units of that of a step, where they are differenced: R's "infinity"


def examples(cfg: Config, job):
    """The estimates and standard errors of seven models."""
    hormone, lake = series("r_arima_lh"), series("r_arima_lake")
    trend = (np.arange(len(lake)) + 1875.0 - 1920.0)[:, None]
    fits = {
        "lh AR(1)": ARIMA((1, 0, 0)).fit(hormone),
        "lh AR(3)": ARIMA((3, 0, 0)).fit(hormone),
        "lh ARMA(1,1)": ARIMA((1, 0, 1)).fit(hormone),
        "LakeHuron": ARIMA((2, 0, 0)).fit(lake, trend),
        "USAccDeaths": ARIMA(**AIRLINE, prior=cfg.prior).fit(series("r_arima_deaths")),
        "presidents": ARIMA((3, 0, 0)).fit(series("r_arima_presidents")),
        "AirPassengers, log10": ARIMA(**AIRLINE, prior=cfg.prior).fit(np.log10(series("box1976"))),
    }
    found = {f"{name}: {row}": value for name, model in fits.items() for row, value in output(model).items()}
    print(f"Seven models, {sum(len(model.coef_) for model in fits.values())} coefficients, and their standard errors.")
    return found


def airline(cfg: Config, job):
    """The airline model of the logarithms, as Box and Jenkins have it."""
    model = ARIMA(**AIRLINE, prior=cfg.prior).fit(np.log(series("box1976")))
    print(f"The airline model has a log likelihood of {model.loglik_:.2f}.")
    return output(model) | {"degrees of freedom": {"estimate": model.nobs_ - len(model.coef_)}}


def output(model):
    """{row: {"estimate": ..., "standard error": ...}} of a fitted ARIMA, as R prints it."""
    pairs = zip(model.names_, model.coef_, model.se_)
    rows = {name: {"estimate": float(value), "standard error": float(se)} for name, value, se in pairs}
    whole = {"sigma^2": model.sigma2_, "log likelihood": model.loglik_, "AIC": model.aic_}
    return rows | {name: {"estimate": float(value)} for name, value in whole.items()}


def series(key):
    """The second column of papers/<key>.csv as float64 (n,), NaN where it is empty."""
    _, rows = papers.rows(key)
    return np.array([float(row[1]) if row[1] else np.nan for row in rows])
