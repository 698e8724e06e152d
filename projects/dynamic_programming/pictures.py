"""Pictures: a world of squares with its values and best moves; Jack's policy; the gambler's chances."""

import numpy as np

import solving
import values

SHOWN = 0.35  # length of an arrow, in squares


def world(figure, model, gamma, random, best, moves):
    """Left: the values when one moves by chance. Right: the values at best, with an arrow for each best move."""
    left, right = figure.subplots(1, 2)
    low, high = min(random.min(), best.min()), max(random.max(), best.max())
    for axes, v, title in ((left, random, "moving by chance"), (right, best, "moving at best")):
        picture = np.where(model.grid >= 0, v[model.grid], np.nan)
        axes.imshow(picture, cmap="YlGnBu", vmin=low, vmax=high)
        axes.set(title=title, xticks=[], yticks=[])
        for (i, j), s in np.ndenumerate(model.grid):
            dark = (v[s] - low) > 0.55 * (high - low)
            if s >= 0 and (axes is left or model.absorbing[s]):
                axes.text(j, i, f"{v[s]:.3g}", ha="center", va="center", fontsize=7, color="white" if dark else "black")
    good = solving.best_actions(model, values.q_values(model, best, gamma), best)
    for (i, j), s in np.ndenumerate(model.grid):
        for a in np.flatnonzero(good[s]) if s >= 0 else ():
            (down, across), dark = SHOWN * np.array(moves[a]), (best[s] - low) > 0.55 * (high - low)
            arrow = {"arrowstyle": "->", "color": "white" if dark else "black"}
            right.annotate("", (j + across, i + down), (j, i), arrowprops=arrow)


def rental(results, save):
    """Cars moved at night, for each number of cars at the two places, and the values."""
    log = results[0]["log"][0]
    with save("policy", figsize=(10, 4.2)) as figure:
        left, right = figure.subplots(1, 2)
        policy = np.array(log["policy"])
        most = np.abs(policy).max()
        shown = left.imshow(policy, origin="lower", cmap="RdBu", vmin=-most, vmax=most)
        left.set(title="cars moved from the first to the second place")
        figure.colorbar(shown, ax=left, ticks=range(-most, most + 1))
        shown = right.imshow(np.array(log["value"]), origin="lower", cmap="YlGnBu")
        right.set(title="expected discounted income in dollars")
        figure.colorbar(shown, ax=right)
        cars = range(0, len(policy), 5)
        for axes in (left, right):
            axes.set(xlabel="cars at the second place", ylabel="cars at the first place", xticks=cars, yticks=cars)


def chances(results, save):
    """The gambler's chance against the capital."""
    log = results[0]["log"]
    with save("chances") as figure:
        axes = figure.subplots()
        axes.plot([line["capital"] for line in log], [line["chance"] for line in log], color="C0")
        axes.set(xlabel="capital", ylabel="chance to reach 100, staked at best")


def work(results, save):
    """Backups of each method on each model, as bars on a logarithmic scale."""
    counts = {record["row"]: record["values"] for record in results}
    with save("backups", figsize=(9, 4)) as figure:
        axes, width = figure.subplots(), 0.8 / len(counts)
        for k, (name, found) in enumerate(counts.items()):
            axes.bar(np.arange(len(found)) + k * width, list(found.values()), width, label=name)
        axes.set_xticks(np.arange(len(found)) + 0.4 - width / 2, list(found))
        axes.set(yscale="log", ylabel="backups")
        axes.legend(ncols=3, fontsize=8)
