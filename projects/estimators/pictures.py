"""The figures: bias against variance, resamples, beetles, yeast, players, degrees."""

import math

import numpy as np

import counts
import glms
import stein
from glm import GeneralisedLinearModel


def estimators(figure, n, estimates, found):
    """Left: bias², variance and their sum by the divisor of a variance. Right: what three estimators give, sample by sample."""
    figure.set_size_inches(10, 4)
    left, right = figure.subplots(1, 2)
    divisors = np.linspace(n - 2, n + 5, 60)
    squares = estimates["normal variance: divisor n"] * n
    mean, variance = squares.mean(), squares.var()
    bias2, spread = (mean / divisors - 1) ** 2, variance / divisors**2
    left.plot(divisors, bias2, "-", label="bias²")
    left.plot(divisors, spread, "--", label="variance")
    left.plot(divisors, bias2 + spread, "-", lw=2.5, label="squared error: their sum")
    exact = ((n - 1) / divisors - 1) ** 2 + 2 * (n - 1) / divisors**2
    left.plot(divisors[::6], exact[::6], "ko", ms=3, label="closed form")
    for divisor in (n - 1, n, n + 1):
        left.axvline(divisor, color="0.85", zorder=0)
    left.set(
        xlabel="what Σ(x − mean)² is divided by", title=f"variance of a normal law, samples of {n}", ylim=(0, None)
    )
    left.legend(fontsize="small")
    names = "uniform end: largest value", "uniform end: largest value, corrected", "uniform end: twice the mean"
    bins = np.linspace(0.4, 1.6, 121)
    for name, style in zip(names, ("-", "--", ":")):
        heights = np.histogram(estimates[name], bins, density=True)[0]
        error = found[name]["squared error"][0]
        label = f"{name.partition(': ')[2]}: {error:.4f}"
        right.plot((bins[1:] + bins[:-1]) / 2, heights, style, label=label)
    right.axvline(1, color="black", lw=0.8)
    right.set(xlabel="estimate (the truth is 1)", ylabel="density", title="end of a uniform law, and squared errors")
    right.legend(fontsize="small")


def linkage(results, save):
    """How far EM, Newton and scoring are from the maximum after each step."""
    rows = {record["row"]: record["values"] for record in results}
    with save("distance") as figure:
        axes = figure.subplots()
        paths = {"EM": [rows[str(k)]["distance"] for k in range(len(rows)) if str(k) in rows]}
        for name in ("Newton", "scoring"):
            own = [row["distance"] for key, row in rows.items() if key.startswith(name)]
            paths[name] = [paths["EM"][0], *own]
        axes.set_yscale("log")
        for (name, path), style in zip(paths.items(), ("o-", "s--", "^:")):
            axes.plot(range(len(path)), [d if d > 0 else math.nan for d in path], style, label=name)
        axes.set(xlabel="step", ylabel="distance from the maximum", title="197 animals in four cells")
        axes.legend()


def beetles(results, save):
    """Share killed at each dose, and the three curves."""
    dose, exposed, killed = glms.columns("bliss1935")
    with save("curves") as figure:
        axes = figure.subplots()
        axes.plot(dose, killed / exposed, "ko", label="killed, of about 60 each")
        grid = np.linspace(1.65, 1.92, 200)
        for link, style in (("logit", "-"), ("probit", "--"), ("cloglog", "-.")):
            fit = GeneralisedLinearModel("binomial", link).fit(dose[:, None], killed, trials=exposed)
            axes.plot(grid, fit.predict(grid[:, None]), style, label=f"{link}: deviance {fit.deviance_:.2f}")
        axes.set(xlabel="log₁₀ of the dose, mg/l", ylabel="share killed")
        axes.legend()


def yeast(results, save):
    """Student's samples beside Poisson's law."""
    samples = [record["row"] for record in results if record["row"] in ("I", "II", "III", "IV")] or ["IV"]
    side = 2 if len(samples) > 1 else 1
    with save("cells") as figure:
        figure.set_size_inches(4.5 * side, 2.5 * side)
        for axes, sample in zip(figure.subplots(side, side, squeeze=False).flat, samples):
            observed = counts.squares(sample)
            fit = counts.poisson(observed)
            axes.bar(np.arange(len(observed)), observed, color="0.8", label="squares counted")
            axes.plot(fit.expected, "o-", ms=4, label="Poisson's law")
            axes.set(title=f"sample {sample}: mean {fit.rate:.4g}, variance {fit.variance:.4g}")
        axes.legend(fontsize="small")
        axes.set(xlabel="cells in a square")


def players(results, save):
    """Averages of 45 times at bat, what shrinking makes of them, and the rest of the season."""
    rows = {record["row"]: record["values"] for record in results}
    names, hits, season = stein.players()
    shrunk = [rows[name]["value"] for name in names]
    with save("players") as figure:
        axes = figure.subplots()
        for first, middle, last in zip(hits / 45, shrunk, season):
            axes.plot([first, middle, last], [2, 1, 0], "-", color="0.75", zorder=0)
        for values, height, mark in ((hits / 45, 2, "o"), (shrunk, 1, "s"), (season, 0, "D")):
            axes.plot(values, np.full(len(values), height), mark, ms=5)
        axes.set_yticks([2, 1, 0], ["45 times at bat", "James-Stein", "rest of the season"])
        axes.set(xlabel="batting average")


def degrees(results, save):
    """Training error, leave-one-out error and BIC by the degree of the polynomial."""
    rows = {record["row"]: record["values"] for record in results}
    with save("degrees") as figure:
        axes = figure.subplots()
        for row, style, label in (("392 cars", "o-", "leave-one-out"), ("training error", "s--", "training")):
            axes.plot([int(k) for k in rows[row]], list(rows[row].values()), style, label=f"{label} error")
        other = axes.twinx()
        other.plot([int(k) for k in rows["BIC"]], list(rows["BIC"].values()), "^:", color="0.3", label="BIC")
        other.set_ylabel("BIC")
        axes.plot([], [], "^:", color="0.3", label="BIC (right)")
        axes.set(xlabel="degree", ylabel="squared error")
        axes.xaxis.get_major_locator().set_params(integer=True)
        axes.legend()


def resamples(figure, found, estimate, plain, better):
    """The whole distribution of the resampled correlation, and two intervals."""
    axes = figure.subplots()
    bins = 512
    heights = found.histogram.reshape(bins, -1).sum(axis=1)
    middle = (np.arange(bins) + 0.5) * 2 / bins - 1
    axes.fill_between(middle, heights / found.defined * bins / 2, step="mid", alpha=0.4)
    axes.axvline(estimate, color="black", label=f"the fifteen schools: {estimate:.3f}")
    top = axes.get_ylim()[1]
    for name, ends, height in (("percentile", plain, 0.55), ("BCa", better, 0.45)):
        axes.plot(ends, [height * top] * 2, "|-", ms=12, label=f"{name}: {ends[0]:.3f} to {ends[1]:.3f}")
    title = f"all {found.resamples} resamples: standard error {found.se:.8f}"
    axes.set(xlim=(0, 1.02), xlabel="correlation of a resample", ylabel="density", title=title)
    axes.legend(loc="upper left")
