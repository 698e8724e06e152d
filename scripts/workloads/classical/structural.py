"""A level, a slope and twelve seasons that wander, of 144 months by exact likelihood: the next forecast, beside statsmodels."""

import warnings

import numpy as np
from workloads.estimators import our
from workloads.series import passengers


def ours(threads):
    y, Structural = np.log(passengers()), our("time_series/structural.Structural")
    return lambda: Structural(slope=True, period=12).fit(y).predict(1).mean[0]


def theirs(threads):
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    warnings.simplefilter("ignore")  # that a variance ends at 0
    y = np.log(passengers())
    return lambda: UnobservedComponents(y, "lltrend", seasonal=12).fit(disp=0).forecast(1)[0]


PEERS = {"abacus": ours, "statsmodels": theirs}
