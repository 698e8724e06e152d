"""The airline model of 144 months by exact likelihood, with standard errors, beside statsmodels."""

import numpy as np
from workloads.estimators import our
from workloads.series import passengers

ORDERS = (0, 1, 1), (0, 1, 1)


def ours(threads):
    y, ARIMA = np.log(passengers()), our("time_series/arima.ARIMA")

    def step():
        model = ARIMA(*ORDERS, 12).fit(y)
        return model.loglik_ + 0.0 * model.se_.sum()

    return step


def theirs(threads):
    from statsmodels.tsa.arima.model import ARIMA

    y = np.log(passengers())
    return lambda: ARIMA(y, order=ORDERS[0], seasonal_order=(*ORDERS[1], 12), trend="n").fit().llf


PEERS = {"abacus": ours, "statsmodels": theirs}
