"""Does a forecast beat a plain one? Walk-forward evaluation, the test of Diebold and Mariano, trading after costs."""

from numbers import Integral
from typing import NamedTuple

import numpy as np
from scipy import special

from abacus.errors import BadInput
from arima import ARIMA
from ets import ETS
from series import numbers
from structural import Structural
from volatility import GARCH

MEMORY = 0.94  # of the running variance, a day's (RiskMetrics 1996)
LEVEL = 0.05  # of a test
NO_CHANGE = "no change"  # the random walk without drift: no model, and in no search

PRICES = {  # of the logarithm of a price; a drift is in all of them, or a slope
    "AR(1) of the changes": lambda: ARIMA((1, 1, 0), constant=True),
    "ARIMA(1,1,1)": lambda: ARIMA((1, 1, 1), constant=True),
    "damped trend (ETS)": lambda: ETS(trend="add", damped=True),
    "wandering slope": lambda: Structural(slope=True),
}


def seasonal(period):
    """Models of a series with a season of `period` steps."""
    return {
        "airline model": lambda: ARIMA((0, 1, 1), (0, 1, 1), period),
        "exponential smoothing": lambda: ETS(trend="add", damped=True, season="add", period=period),
        "structural model": lambda: Structural(slope=True, period=period),
    }


class Comparison(NamedTuple):
    """`statistic`: positive where the second loss is smaller; `p` of no difference, two-sided; `p_better` of "not smaller"."""

    statistic: float
    p: float
    p_better: float


def diebold_mariano(first, second, horizon=1):
    """The Comparison of two series of losses (n,) of forecasts `horizon` steps ahead, eq. (25) and (26).

    Diebold & Mariano 1995, with the factor and the t distribution of Harvey, Leybourne & Newbold 1997.
    """
    first, second = (numbers(losses, "the test of Diebold and Mariano") for losses in (first, second))
    if first.shape != second.shape:
        raise BadInput(f"the losses have the shapes {first.shape} and {second.shape}; wanted two of one length")
    n = len(first)
    if not isinstance(horizon, Integral) or isinstance(horizon, bool) or not 1 <= horizon < n:
        raise BadInput(f"horizon is {horizon!r}; it must be a whole number from 1 to below the {n} losses")
    d = first - second
    e = d - d.mean()
    lags = [e[k:] @ e[: n - k] / n for k in range(horizon)]
    variance = lags[0] + 2 * sum(lags[1:])
    if variance <= 0:  # the estimate with equal weights need not be positive
        variance = lags[0] + 2 * sum((1 - k / horizon) * lag for k, lag in enumerate(lags[1:], 1))
    if variance <= 0:
        return (
            Comparison(0.0, 1.0, 0.5)
            if d.mean() == 0
            else Comparison(np.sign(d.mean()) * np.inf, 0.0, float(d.mean() < 0))
        )
    small = (n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n  # eq. 26
    t = float(d.mean() / np.sqrt(variance / n) * np.sqrt(small))  # eq. 25
    return Comparison(t, float(2 * special.stdtr(n - 1, -abs(t))), float(special.stdtr(n - 1, -t)))


def walked(y, make, first, refit, delay=0):
    """The changes y[t] − y[t−1] for t = first ... n − 1 as they were forecast from y[: t − delay], by a model fitted anew
    every `refit` steps on what was known: (n − first,). `make()` gives a new model."""
    n, out = len(y), []
    for k in range(first, n, refit):
        model, end = make().fit(y[: k - delay]), min(k + refit, n)
        t = np.arange(k, end)
        known = y[:end]
        before = known[t - 1] if delay == 0 else model.ahead(known, delay)[t - delay]
        out.append(model.ahead(known, delay + 1)[t - delay] - before)
    return np.concatenate(out)


def variances(changes, first, refit):
    """{name: variances (n − first,) of changes[first:] as they were forecast}: of all changes so far, a running one, GARCH's."""
    n, mean = len(changes), changes[:first].mean()
    squares = (changes - mean) ** 2
    so_far = np.cumsum(squares)[first - 1 : n - 1] / np.arange(first, n)
    running = np.empty(n - first)
    value = squares[:first].mean()
    for t in range(n):
        if t >= first:
            running[t - first] = value
        value = MEMORY * value + (1 - MEMORY) * squares[t]
    ours = []
    for k in range(first, n, refit):
        ours.append(GARCH().fit(changes[:k]).ahead(changes[: min(k + refit, n)])[k:-1])
    return {"all so far": so_far, "running": running, "GARCH(1,1)": np.concatenate(ours)}


def misfit(changes, variance):
    """The loss log h + r²/h of each forecast variance (n,), about the mean of the changes, which is as good as known."""
    return np.log(variance) + (changes - changes.mean()) ** 2 / variance


class Trade(NamedTuple):
    """`rate`: the log return a step after costs; `turns`: how often the position changed; `path` (n,): the sum so far."""

    rate: float
    turns: int
    path: np.ndarray


def traded(changes, forecasts, cost):
    """Own it while the forecast change is positive, else cash; each turn costs the share `cost` of the value, eq. (27)."""
    position = (np.asarray(forecasts) > 0).astype(float)
    turns = np.abs(np.diff(position, prepend=0.0))
    steps = position * changes + np.log1p(-cost) * turns  # eq. 27
    return Trade(float(steps.mean()), int(turns.sum()), np.cumsum(steps))


def drift(y, first, delay=0):
    """The random walk's forecast of y[t] − y[t−1], t = first ... n − 1: the mean of all changes known then, (n − first,)."""
    t = np.arange(first, len(y)) - delay - 1  # the last one known
    return (y[t] - y[0]) / t  # eq. 28


class Evaluation(NamedTuple):
    """Of one model beside the random walk: `ratio` of root mean squared errors, the test, the trade, the forecasts."""

    ratio: float
    test: Comparison
    trade: Trade
    forecasts: np.ndarray


def evaluated(y, first, refit, cost, delay=0, models=PRICES):
    """{name: Evaluation} of models of y, the logarithm of a price (n,), on the changes from `first` on, beside the random walk
    with drift, and of NO_CHANGE."""
    changes = np.diff(y)[first - 1 :]
    plain = (changes - drift(y, first, delay)) ** 2
    forecasts = {NO_CHANGE: np.zeros(len(changes))}
    forecasts |= {name: walked(y, make, first, refit, delay) for name, make in models.items()}
    found = {}
    for name, forecast in forecasts.items():
        loss = (changes - forecast) ** 2
        ratio = float(np.sqrt(loss.mean() / plain.mean()))
        found[name] = Evaluation(ratio, diebold_mariano(plain, loss), traded(changes, forecast, cost), forecast)
    return found


def shuffled(y, rng):
    """The same changes in a random order, from the same start: what is left to find is nothing."""
    return np.cumsum(np.r_[y[0], rng.permutation(np.diff(y))])


def luck(y, first, refit, cost, delay, times, rng, say=lambda share: None):
    """{name: [Comparison] * times} of the same search on so many shuffled series."""
    found = []
    for k in range(times):
        results = evaluated(shuffled(y, rng), first, refit, cost, delay)
        found.append({name: results[name].test for name in PRICES})
        say((k + 1) / times)
    return {name: [tests[name] for tests in found] for name in PRICES}


def rank_of_best(evaluations, chance):
    """The share of shuffled series (and this one) whose best statistic is at least as large: a p value of the whole search."""
    best = max(evaluations[name].test.statistic for name in chance)
    others = [max(tests, key=lambda test: test.statistic).statistic for tests in zip(*chance.values())]
    return (1 + sum(other >= best for other in others)) / (1 + len(others))
