"""ARMA(2, 1) with a mean of 1 000 values by exact likelihood, with standard errors, beside statsmodels."""

from workloads.estimators import our
from workloads.series import wandering

ORDER = (2, 0, 1)


def ours(threads):
    y, ARIMA = wandering(), our("time_series/arima.ARIMA")

    def step():
        model = ARIMA(ORDER).fit(y)
        return model.loglik_ + 0.0 * model.se_.sum()

    return step


def theirs(threads):
    from statsmodels.tsa.arima.model import ARIMA

    y = wandering()
    return lambda: ARIMA(y, order=ORDER).fit().llf


PEERS = {"abacus": ours, "statsmodels": theirs}
