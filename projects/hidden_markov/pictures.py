"""Figures: states decoded, a die suspected, likelihoods that rise, autocorrelations, criteria, and what comes next."""

import numpy as np

SHADES = ("#f2f2f2", "#c9d9e8", "#f0c9cd", "#cfe8e3")


def decoded(figure, years, counts, model, path, local):
    """Counts, the mean of the state on the likeliest path, and below the posterior of each state."""
    figure.set_size_inches(7.2, 4.6)
    top, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    means = model.emission_.means[:, 0]
    top.plot(years, counts, ".-", color="0.6", linewidth=0.6, markersize=4, label="earthquakes in a year")
    top.step(years, means[path], where="mid", color="C1", linewidth=2, label="mean of the likeliest path's state")
    other = path != local
    if other.any():
        top.plot(
            years[other], means[local[other]], "s", color="C0", markersize=5, label="likeliest state, where it differs"
        )
    top.set(ylabel="earthquakes", ylim=(0, None))
    top.legend(fontsize="small", ncols=2, loc="upper left")
    top.set_ylim(top=1.25 * counts.max())
    posterior = model.predict_proba(counts[:, None])
    names = [f"state {i}, mean {mean:.1f}" for i, mean in enumerate(means, 1)]
    below.stackplot(
        years, posterior.T, labels=names, step="mid", colors=[f"C{i + 1}" for i in range(len(means))], alpha=0.7
    )
    below.set(ylabel="probability", xlabel="year", ylim=(0, 1), xlim=(years[0], years[-1]))
    below.legend(fontsize="x-small", loc="lower left", ncols=len(means))


def dice(figure, rolls, loaded, posterior, guess):
    """The rolls, when the die was loaded (shaded), the probability of that given all rolls, and Viterbi's answer."""
    figure.set_size_inches(7.2, 3.2)
    top, below = figure.subplots(2, 1, sharex=True, height_ratios=(1, 2))
    at = np.arange(len(rolls))
    top.plot(at[rolls < 5], rolls[rolls < 5] + 1, ".", color="0.6", markersize=2)
    top.plot(at[rolls == 5], rolls[rolls == 5] + 1, ".", color="C1", markersize=4)
    top.set(ylabel="roll", yticks=(1, 6))
    below.fill_between(at, 0, loaded, step="mid", color=SHADES[1], linewidth=0, label="the die was loaded")
    below.plot(at, posterior, color="C1", linewidth=1.2, label="probability that it was, given all rolls")
    below.step(at, 1.04 + 0.08 * guess, where="mid", color="0.2", linewidth=1, label="Viterbi: up where loaded")
    below.set(xlabel="roll", ylabel="loaded", ylim=(0, 1.5), yticks=(0, 0.5, 1), xlim=(0, len(rolls) - 1))
    below.legend(fontsize="x-small", ncols=3, loc="upper center")


def climb(results, save):
    """How far each iteration of the table is below the end of EM."""
    with save("climb") as figure:
        axes = figure.subplots()
        ends = {record["row"]: record["values"]["-log L"] for record in results}
        steps = [row for row in ends if row.isdigit() and ends[row] > ends["convergence"]]
        axes.semilogy([int(row) for row in steps], [ends[row] - ends["convergence"] for row in steps], "o-")
        axes.set(xlabel="iteration of EM", ylabel="log-likelihood below the maximum")


def autocorrelations(results, save):
    """Those of the counts as bars, those of the models as lines."""
    with save("lags") as figure:
        axes = figure.subplots()
        lags = [name for name in results[0]["values"] if name.startswith("lag")]
        for record in results:
            values = [record["values"][name] for name in lags]
            if record["row"] == "observed":
                axes.bar(range(1, len(lags) + 1), values, color="0.85", label="observed")
            else:
                axes.plot(range(1, len(lags) + 1), values, "o-", label=f"{record['row']} states")
        axes.set(xlabel="lag in years", ylabel="autocorrelation")
        axes.legend()


def criteria(results, save):
    """AIC and BIC against the number of parameters, of chains and of mixtures."""
    with save("criteria") as figure:
        axes = figure.subplots()
        for style, kind in (("o-", "state"), ("s--", "mixture")):
            own = [record for record in results if kind in record["row"]]
            for colour, name in (("C0", "AIC"), ("C1", "BIC")):
                label = f"{name}, {'chains' if kind == 'state' else 'mixtures'}"
                at = [record["values"]["k"] for record in own]
                axes.plot(at, [record["values"][name] for record in own], style, color=colour, label=label)
        axes.set(xlabel="parameters", ylabel="criterion (lower is better)")
        axes.legend()


def prediction(results, save):
    """How the probability of each state goes from what 2006 says to the stationary law."""
    with save("ahead") as figure:
        axes = figure.subplots()
        years = [int(record["row"]) for record in results]
        for name in results[0]["values"]:
            axes.plot(years, [record["values"][name] for record in results], "o-", label=name)
        axes.set(xlabel="year", ylabel="probability", ylim=(0, 1))
        axes.legend()
