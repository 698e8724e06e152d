"""Passengers of the years 1949 to 1958 by three models, and how well they knew the two years to come."""

from dataclasses import dataclass

import numpy as np

import exchange
import market
import pictures
import printed
from abacus.launch import launch
from abacus.settings import at_least, between
from arima import ARIMA
from ets import ETS
from series import Exponential
from structural import Structural

YEAR = 12


@dataclass
class Config:
    held: int = between(1, 60)  # months at the end that the models do not see
    level: float = between(0.01, 0.99)  # probability of the intervals
    period: int = at_least(2)  # months of a season


def look(cfg: Config, job):
    """For each model the mean error of its forecasts in per cent, and how many of the months fell into their intervals."""
    y = printed.series("box1976")
    seen, came = y[: -cfg.held], y[-cfg.held :]
    forecasts = {
        "airline model": Exponential(ARIMA((0, 1, 1), (0, 1, 1), cfg.period).fit(np.log(seen)).predict(cfg.held)),
        "exponential smoothing": ETS("mul", "add", False, "mul", cfg.period).fit(seen).predict(cfg.held),
        "structural model": Exponential(Structural(slope=True, period=cfg.period).fit(np.log(seen)).predict(cfg.held)),
    }
    months = 1949 + np.arange(len(y)) / YEAR
    with job.figure("fans") as figure:
        pictures.fans(figure, months, y, len(seen), forecasts, cfg.level)
    with job.figure("parts") as figure:
        pictures.parts(figure, months, np.log(y), Structural(slope=True, period=cfg.period).fit(np.log(y)).components_)
    plain = seen[len(seen) - cfg.period + np.arange(cfg.held) % cfg.period]
    found = {"the same month of the last year": {"error, %": float(100 * np.mean(np.abs(plain / came - 1)))}}
    for name, forecast in forecasts.items():
        low, high = forecast.interval(cfg.level)
        found[name] = {
            "error, %": float(100 * np.mean(np.abs(forecast.mean / came - 1))),
            "in the interval": int(((low <= came) & (came <= high)).sum()),
        }
    best = min(forecasts, key=lambda name: found[name]["error, %"])
    print(
        f"{cfg.held} months ahead the {best} is {found[best]['error, %']:.1f} % off on the average; taking the same month of the "
        f"last year, {found['the same month of the last year']['error, %']:.1f} %."
    )
    return found


if __name__ == "__main__":
    launch(
        look,
        printed.examples,
        printed.airline,
        exchange.garch,
        exchange.egarch,
        market.market,
        figures={exchange.garch: pictures.variance},
    )
