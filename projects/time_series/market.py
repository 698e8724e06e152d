"""Does anything beat the random walk? The S&P 500 month by month since 1871, beside three worlds in which nothing can."""

from dataclasses import dataclass

import numpy as np

import compare
import pictures
from abacus import data
from abacus.settings import at_least, between

YEAR = 12


@dataclass
class Config:
    first: int = at_least(24)  # months before the first forecast
    refit: int = at_least(1)  # months between two fits of a model
    cost: float = between(0, 0.5)  # share of the value that a turn from shares to cash, or back, costs
    days: int = at_least(2)  # days of a month in the simulated random walk
    shuffles: int = at_least(1)  # times the changes are put into a random order


def market(cfg: Config, job):
    """For each model its error beside that of the random walk with drift, the test, and what trading by it would have earned."""
    y = levels()
    work = (cfg.first, cfg.refit, cfg.cost)
    now, later = compare.evaluated(y, *work), compare.evaluated(y, *work, delay=1)
    averaged = compare.evaluated(month_means(len(y), cfg.days, np.diff(y).std(), job.rng("walk")), *work)
    chance = compare.luck(y, *work, 0, cfg.shuffles, job.rng("shuffle"), lambda share: job.progress(share, "shuffled"))
    changes = np.diff(y)[cfg.first - 1 :]
    found = {
        f"{place}: {name}": columns(one)
        for place, results in (("S&P 500", now), ("S&P 500, a month late", later), ("means of a random walk", averaged))
        for name, one in results.items()
    }
    for name, tests in chance.items():
        better = [100.0 * (test.p_better < compare.LEVEL) for test in tests]
        found[f"shuffled: {name}"] = {"called better, %": float(np.mean(better))}
    found["S&P 500: hold"] = {"% a year after costs": 100 * YEAR * float(changes.mean())}
    for place, results in (("S&P 500", now), ("S&P 500, a month late", later)):
        found[f"{place}: the whole search"] = {"p": compare.rank_of_best(results, chance)}
    forecasts = compare.variances(np.diff(y), cfg.first - 1, cfg.refit)
    losses = {name: compare.misfit(changes, variance) for name, variance in forecasts.items()}
    for name in ("running", "GARCH(1,1)"):
        test = compare.diebold_mariano(losses["all so far"], losses[name])
        found[f"S&P 500, variance: {name}"] = {"Diebold-Mariano": test.statistic, "p": test.p}
    with job.figure("search") as figure:
        pictures.search(figure, now, later, averaged, chance)
    with job.figure("wealth") as figure:
        pictures.wealth(figure, changes, now, later)
    best = min(chance, key=lambda name: now[name].ratio)
    print(
        f"In per cent of the random walk's error {best} has {100 * now[best].ratio:.1f}; on monthly means of a random walk it "
        f"has {100 * averaged[best].ratio:.1f} as well, and with a month of delay {100 * later[best].ratio:.1f}."
    )
    return found


def columns(one):
    """The columns of an Evaluation."""
    return {
        "error, % of the walk's": 100 * one.ratio,
        "Diebold-Mariano": one.test.statistic,
        "p": one.test.p,
        "% a year after costs": 100 * YEAR * one.trade.rate,
        "turns": one.trade.turns,
    }


def levels():
    """The logarithm of the index, month by month (n,)."""
    level = data.load("sp500").level
    return np.log(level[level > 0])


def month_means(months, days, sd, rng):
    """The logarithm of each month's mean price (months,), of a random walk whose monthly changes have the deviation sd."""
    walk = np.cumsum(rng.standard_normal(months * days) * sd / np.sqrt(days))
    return np.log(np.exp(walk).reshape(months, days).mean(axis=1))
