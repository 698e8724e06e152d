"""Exponential smoothing with a slope and seasons that multiply, of 144 months by maximum likelihood, beside statsmodels."""

from workloads.estimators import our
from workloads.series import passengers


def ours(threads):
    y, ETS = passengers(), our("time_series/ets.ETS")
    return lambda: ETS("mul", "add", False, "mul", 12).fit(y).loglik_


def theirs(threads):
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    y = passengers()
    return lambda: ETSModel(y, "mul", "add", False, "mul", seasonal_periods=12).fit(disp=0).llf


PEERS = {"abacus": ours, "statsmodels": theirs}
