"""Can a price file of yours be forecast?  python forecast.py prices.csv [--column close] [--steps 30] [--plots price.png]

Models are fitted to the past and tested on what came after, again and again, beside the random walk with drift; what trading by
them would have earned after costs; and the same search on the same changes in a random order, which can find nothing but luck.
With --season M: any series with a season of M rows (12 for months), beside the same season of a year ago.
"""

import argparse
import sys
from pathlib import Path

import numpy as np

import compare
from abacus import command, sheet
from abacus.errors import BadInput
from series import Exponential, Forecast
from volatility import GARCH

FEWEST = 60  # rows
REFITS = 8  # fits of a model over the rows that are tested, unless --refit says otherwise
COLUMNS = ("close", "adj close", "price", "value", "sp500")  # what is taken for the series where no column is named
DATES = ("date", "time", "timestamp", "month", "day", "year", "index")


@command.guarded
def main(arguments):
    """Read, test, forecast, print the report, save the picture."""
    wanted = options().parse_args(arguments)
    shown = sheet.printable(Path(wanted.file).name)
    check(wanted)
    command.expect_png("--plots", wanted.plots)
    values, said = series_of(sheet.read(wanted.file), wanted.column, shown)
    first = wanted.first or max(len(values) // 3, FEWEST // 2)
    rest = len(values) - first
    if rest < FEWEST // 2:
        raise BadInput(
            f"{shown}: {len(values)} values and --first {first}: at least {FEWEST // 2} must be left to test on"
        )
    refit = wanted.refit or -(-rest // REFITS)
    command.tell([f"{shown}: {said}", ""])
    if wanted.season:
        report_season(values, wanted, first, refit, shown)
    else:
        report_price(values, wanted, first, refit, shown)
    if wanted.plots:
        command.tell(["", f"drawn: {wanted.plots}"])


def options():
    """The command's options."""
    reader = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    reader.add_argument("file", help="names in the first line; commas, semicolons or tabs between the values")
    reader.add_argument("--column", help="the column of the series; by default the one named close, price or value")
    reader.add_argument("--steps", type=int, default=30, help="rows to be forecast (default 30)")
    reader.add_argument("--season", type=int, help="rows of a season: for a series with seasons, in place of a price")
    reader.add_argument("--first", type=int, help="rows before the first forecast that is tested (default a third)")
    reader.add_argument("--refit", type=int, help=f"rows between two fits (default so that there are {REFITS})")
    reader.add_argument("--cost", type=float, default=0.1, help="per cent that buying or selling costs (default 0.1)")
    reader.add_argument(
        "--delay", type=int, default=0, help="rows between the last known price and the trade (default 0)"
    )
    reader.add_argument("--shuffles", type=int, default=19, help="random orders of the changes (default 19)")
    reader.add_argument("--seed", type=int, default=0, help="of the random orders (default 0)")
    reader.add_argument("--plots", metavar="PNG", help="save a picture")
    return reader


def check(wanted):
    """BadInput for an option outside its range."""
    limits = {"steps": (1, 10_000), "season": (2, 1000), "first": (FEWEST // 2, 10**9), "refit": (1, 10**9)}
    limits |= {"cost": (0, 50), "delay": (0, 1000), "shuffles": (1, 10_000), "seed": (0, 2**63 - 1)}
    for name, (low, high) in limits.items():
        value = getattr(wanted, name)
        if value is not None and not low <= value <= high:
            raise BadInput(f"--{name} is {value}; it must lie between {low:,} and {high:,}")


def series_of(columns, named, shown):
    """(the values from the oldest to the newest (n,), a sentence that says which); rows without a value are left out."""
    if named is None:
        known = {name.lower(): name for name in columns}
        numeric = [name for name, one in columns.items() if one.numeric and name.lower() not in DATES]
        named = next((known[name] for name in COLUMNS if name in known), numeric[0] if len(numeric) == 1 else None)
        if named is None:
            raise BadInput(
                f"{shown}: which column? Say --column NAME; there are: {sheet.printable(', '.join(columns), 300)}"
            )
    column = columns[sheet.find(named, columns, shown)]
    if not column.numeric:
        raise BadInput(f'{shown}: the column "{sheet.printable(named)}" holds words; wanted numbers')
    values = np.array([np.nan if value is None else value for value in column.values])
    dates = next((one.values for name, one in columns.items() if name.lower() in DATES and name != named), None)
    order = ", taken as they stand: the oldest first"
    if dates is not None and all(date is not None for date in dates):
        if len(set(dates)) < len(dates):
            raise BadInput(
                f"{shown}: a date comes twice ({sheet.printable(str(twice(dates)))}); wanted one row for each"
            )
        if isinstance(dates[0], float) or all(
            date[:4].isdigit() for date in dates
        ):  # such words sort as their times do
            place = np.array(sorted(range(len(dates)), key=dates.__getitem__))
            moved = bool((place != np.arange(len(place))).any())
            values, order = values[place], ", put in the order of their dates" * moved
    gone = int(np.isnan(values).sum())
    values = values[~np.isnan(values)]
    if len(values) < FEWEST:
        raise BadInput(f"{shown}: {len(values)} values; at least {FEWEST} are wanted")
    if values.min() == values.max():
        raise BadInput(f"{shown}: the series is {values[0]:g} in every row: there is nothing to forecast")
    left = f", {gone:,} without a value left out" if gone else ""
    return values, f"{len(values):,} values of {sheet.printable(named)}{order}{left}."


def twice(dates):
    """The first date that comes a second time."""
    seen = set()
    return next(date for date in dates if date in seen or seen.add(date))


def report_price(prices, wanted, first, refit, shown):
    """A price: the search and its control, the trades, the size of moves, what may come."""
    if prices.min() <= 0:
        raise BadInput(
            f"{shown}: a price must be above 0; the smallest is {prices.min():g} (a series with seasons: --season)"
        )
    y, cost = np.log(prices), wanted.cost / 100
    changes = np.diff(y)[first - 1 :]
    results = compare.evaluated(y, first, refit, cost, wanted.delay)
    rng = np.random.default_rng(wanted.seed)
    chance = compare.luck(y, first, refit, cost, wanted.delay, wanted.shuffles, rng, progress)
    hold = float(np.exp(changes.sum()))
    rows = [["model", "error, % of the walk's", "Diebold-Mariano", "p", "1 became", "turns", "better in shuffles"]]
    for name, one in results.items():
        better = sum(test.p_better < compare.LEVEL for test in chance.get(name, ()))
        words = [f"{100 * one.ratio:.2f}", f"{one.test.statistic:.2f}", f"{one.test.p:.3f}"]
        rows.append(
            [
                name,
                *words,
                f"{np.exp(one.trade.path[-1]):.3g}",
                f"{one.trade.turns}",
                f"{better} of {wanted.shuffles}" if name in chance else "",
            ]
        )
    late = f", traded {wanted.delay} rows later" if wanted.delay else ""
    command.tell(
        [
            f"The last {len(changes):,} changes, each forecast from those before it{late}, beside the random walk with drift:"
        ]
    )
    print("\n".join(f"  {line}" for line in command.table(rows)))
    command.tell([f"  Held all the time, 1 became {hold:.3g}; a turn costs {wanted.cost:g} %.", ""])
    command.tell(verdict(results, chance, hold))
    command.tell(["", *moves(y, first, refit), ""])
    forecast = coming(y, wanted.steps)
    command.tell(["What may come: today's price with the drift so far, and as much as GARCH expects it to move (95 %)"])
    print("\n".join(f"  {line}" for line in command.table(told(Exponential(forecast), prices))))
    if wanted.plots:
        import pictures
        from abacus.running import plot

        with plot.figure(wanted.plots) as figure:
            pictures.price(figure, prices, forecast, first, changes, results, chance)


def verdict(results, chance, hold):
    """What the search has found, beside what it finds where nothing is."""
    p = compare.rank_of_best(results, chance)
    best = max(chance, key=lambda name: results[name].test.statistic)
    rich = [name for name in chance if np.exp(results[name].trade.path[-1]) > hold]
    if p > compare.LEVEL:
        lines = [f"Nothing here beats the random walk: a best result as good as this comes by luck ({command.p(p)})."]
    else:
        lines = [
            f"{best} beats the random walk: no more than {p:.0%} of shuffled series have so good a best result ({command.p(p)}).",
            "  Are the prices means over a day or a month? Then this is the mean's doing, and cannot be traded: see --delay 1.",
        ]
    lines.append(
        f"  After costs, more than holding: {', '.join(rich) if rich else 'none'}. (One history; it says little of the next.)"
    )
    return lines


def moves(y, first, refit):
    """Whether the size of the changes can be forecast."""
    changes = np.diff(y)
    forecasts = compare.variances(changes, first - 1, refit)
    losses = {name: compare.misfit(changes[first - 1 :], variance) for name, variance in forecasts.items()}
    lines = ["The size of the changes, beside the variance of all so far (Diebold-Mariano, positive: better):"]
    for name in ("running", "GARCH(1,1)"):
        test = compare.diebold_mariano(losses["all so far"], losses[name])
        lines.append(f"  {name}: {test.statistic:.2f}, {command.p(test.p)}")
    return lines


def coming(y, steps):
    """The Forecast of y[n], y[n + 1], ...: the random walk with drift, and GARCH's variances added up."""
    changes = np.diff(y)
    variances = GARCH().fit(changes).predict(steps).sd ** 2
    return Forecast(y[-1] + changes.mean() * np.arange(1, steps + 1), np.sqrt(np.cumsum(variances)))


def told(forecast, values):
    """Lines of a table: the forecast some rows ahead."""
    low, high = forecast.interval()
    steps = len(low)
    rows = [["rows ahead", "forecast", "from", "to"]]
    for k in sorted({1, 2, 5, 10, steps // 2, steps}):
        if 1 <= k <= steps:
            rows.append([str(k), *(f"{end[k - 1]:.5g}" for end in (forecast.mean, low, high))])
    return rows


def report_season(values, wanted, first, refit, shown):
    """A series with seasons: three models beside the same season of the last one, and the forecast of the best of them."""
    m = wanted.season
    if first < 2 * m + 10:
        raise BadInput(
            f"{shown}: a season of {m} rows wants at least {2 * m + 10} rows to learn from; --first is {first}"
        )
    positive = bool(values.min() > 0)
    y = np.log(values) if positive else values
    changes = np.diff(y)[first - 1 :]
    plain = (y[first:] - y[first - m : -m]) ** 2
    models = compare.seasonal(m)
    rows, losses = [["model", "error, % of the last season's", "Diebold-Mariano", "p"]], {}
    for name, make in models.items():
        losses[name] = (changes - compare.walked(y, make, first, refit)) ** 2
        test = compare.diebold_mariano(plain, losses[name])
        ratio = 100 * np.sqrt(losses[name].mean() / plain.mean())
        rows.append([name, f"{ratio:.1f}", f"{test.statistic:.2f}", f"{test.p:.3f}"])
    scale = " (logarithms)" if positive else ""
    command.tell([f"The last {len(changes):,} values{scale}, each forecast one row ahead, beside the last season's:"])
    print("\n".join(f"  {line}" for line in command.table(rows)))
    best = min(losses, key=lambda name: losses[name].mean())
    made = models[best]().fit(y).predict(wanted.steps)
    forecast = Exponential(made) if positive else made
    command.tell(["", f"What may come, by the best of them, the {best} (95 %)"])
    print("\n".join(f"  {line}" for line in command.table(told(forecast, values))))
    if wanted.plots:
        import pictures
        from abacus.running import plot

        with plot.figure(wanted.plots) as figure:
            pictures.seasons(figure, values, best, (forecast.mean, *forecast.interval()))


def progress(share):
    """How far the shuffles are, where somebody looks."""
    if sys.stderr.isatty():
        print(f"\r  shuffled: {share:.0%} ", end="" if share < 1 else "\n", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
