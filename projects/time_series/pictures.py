"""Figures: forecasts that fan out, the parts of a series, a search beside luck, wealth, and a price with what may come."""

import numpy as np


def fans(figure, months, y, cut, forecasts, level):
    """The end of a series, and for each model its forecasts from `cut` on with intervals of this level."""
    figure.set_size_inches(9.0, 3.4)
    from_ = cut - 36
    for axes, (name, forecast) in zip(figure.subplots(1, len(forecasts), sharey=True), forecasts.items()):
        low, high = forecast.interval(level)
        axes.plot(months[from_:], y[from_:], ".-", color="0.55", markersize=3, linewidth=0.8, label="what came")
        axes.plot(months[cut:], forecast.mean, color="C1", label="forecast")
        axes.fill_between(months[cut:], low, high, color="C1", alpha=0.25, linewidth=0, label=f"{100 * level:g} %")
        axes.axvline(months[cut], color="k", linewidth=0.6, linestyle=":")
        axes.set(title=name, xlabel="year")
    figure.axes[0].set(ylabel="passengers, thousands")
    figure.axes[0].legend(fontsize="small", loc="upper left")


def parts(figure, months, y, components):
    """A series, and the level, slope and season that a structural model sees in it, with bands of two standard deviations."""
    figure.set_size_inches(7.2, 5.6)
    rows = figure.subplots(len(components), 1, sharex=True)
    for axes, (name, (mean, sd)) in zip(rows, components.items()):
        if name == "level":
            axes.plot(months, y, ".", color="0.6", markersize=2.5)
        axes.plot(months, mean, color="C0")
        axes.fill_between(months, mean - 2 * sd, mean + 2 * sd, color="C0", alpha=0.25, linewidth=0)
        axes.set(ylabel=name)
    rows[-1].set(xlabel="year")


def search(figure, now, later, averaged, chance):
    """Each model's Diebold-Mariano statistic on the market, a month late, on means of a random walk; above, those of shuffles."""
    figure.set_size_inches(8.0, 3.6)
    axes = figure.subplots()
    names = list(chance)
    for k, name in enumerate(names):
        values = np.array([test.statistic for test in chance[name]])
        axes.plot(
            values, np.full(len(values), k) + 0.25, "|", color="0.6", label="shuffled changes" if k == 0 else None
        )
    marks = (("S&P 500", now, "o", "C1"), ("S&P 500, a month late", later, "s", "C0"))
    for label, results, mark, colour in (*marks, ("means of a random walk", averaged, "^", "C2")):
        axes.plot(
            [results[name].test.statistic for name in names], np.arange(len(names)), mark, color=colour, label=label
        )
    axes.axvline(0, color="k", linewidth=0.6)
    axes.set(yticks=np.arange(len(names)), yticklabels=names, ylim=(-0.6, len(names) - 0.4))
    axes.set(xlabel="Diebold-Mariano statistic: to the right, better than the random walk with drift")
    axes.legend(fontsize="small", loc="center left", bbox_to_anchor=(1.0, 0.5))


def wealth(figure, changes, *rounds):
    """What 1 became by each model's trades after costs, at once and with the delay, beside owning it all the time."""
    figure.set_size_inches(8.0, 3.4)
    for axes, results, title in zip(figure.subplots(1, len(rounds), sharey=True), rounds, ("at once", "a month late")):
        _wealth(axes, changes, results)
        axes.set(title=title, xlabel="months")
    figure.axes[0].set(ylabel="1 became")


def price(figure, prices, forecast, first, changes, results, chance):
    """A price with the interval of what comes; wealth by each model's trades; its statistics over those of shuffles."""
    figure.set_size_inches(9.6, 3.4)
    left, middle, right = figure.subplots(1, 3)
    n, steps = len(prices), len(forecast.mean)
    low, high = forecast.interval()
    shown = np.arange(max(0, n - 6 * steps), n)
    left.plot(shown, prices[shown], color="0.4")
    left.fill_between(np.arange(n, n + steps), np.exp(low), np.exp(high), color="C1", alpha=0.3, linewidth=0)
    left.plot(np.arange(n, n + steps), np.exp(forecast.mean), color="C1")
    left.set(title="what may come (95 %)", xlabel="row")
    _wealth(middle, changes, results)
    middle.set(title="1 became, after costs", xlabel=f"rows from {first} on")
    for k, (name, tests) in enumerate(chance.items()):
        values = [test.statistic for test in tests]
        right.plot(values, np.full(len(values), k) + 0.2, "|", color="0.6")
        right.plot(results[name].test.statistic, k, "o", color="C1")
        right.annotate(name, (0.02, (k + 0.72) / len(chance)), xycoords="axes fraction", fontsize="x-small")
    right.set(title="dot: here; grey: shuffled", xlabel="Diebold-Mariano", yticks=[], ylim=(-0.4, len(chance) - 0.2))


def seasons(figure, y, name, forecast):
    """The end of a seasonal series and the chosen model's forecast of it."""
    figure.set_size_inches(7.2, 3.4)
    axes, n, steps = figure.subplots(), len(y), len(forecast[0])
    shown = np.arange(max(0, n - 6 * steps), n)
    mean, low, high = forecast
    axes.plot(shown, y[shown], ".-", color="0.5", markersize=3, linewidth=0.8)
    axes.plot(np.arange(n, n + steps), mean, color="C1")
    axes.fill_between(np.arange(n, n + steps), low, high, color="C1", alpha=0.3, linewidth=0)
    axes.set(title=f"{name}, 95 %", xlabel="row")


def variance(results, save):
    """The returns and two standard deviations as the model saw them coming."""
    from abacus import data
    from volatility import GARCH

    y = data.load("garch").returns
    model = GARCH().fit(y)
    with save("variance") as figure:
        figure.set_size_inches(8.0, 3.0)
        axes, days = figure.subplots(), np.arange(len(y))
        band = 2 * np.sqrt(model.variance_)
        axes.plot(days, y, color="0.6", linewidth=0.5)
        axes.plot(days, model.coef_[0] + band, color="C1", linewidth=0.8, label="two standard deviations, a day before")
        axes.plot(days, model.coef_[0] - band, color="C1", linewidth=0.8)
        axes.set(xlabel="day", ylabel="mark against pound, %")
        axes.legend(fontsize="small")


def _wealth(axes, changes, results):
    axes.semilogy(np.exp(np.cumsum(changes)), color="k", linewidth=1.4, label="hold")
    for k, (name, one) in enumerate(results.items()):
        if name != "no change":
            axes.semilogy(np.exp(one.trade.path), color=f"C{k}", linewidth=0.9, label=name)
    axes.legend(fontsize="x-small")
