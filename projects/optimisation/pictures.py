"""The figures: the race through the valley and its film, the programme's polygon, digits of NIST, rates."""

import numpy as np

import rates
import trials
from abacus.running.plot.style import COLOURS

SHOWN = [
    1,
    2,
    3,
    5,
    7,
    10,
    14,
    20,
    27,
    37,
    50,
    66,
    86,
    110,
    140,
    175,
    215,
    260,
    310,
    365,
    430,
    500,
]  # evaluations: a frame each
HELD = 8  # frames that the last picture stays
LOWEST = 1e-17  # of f that is drawn


def look(figure, raced, asked, edges, inside):
    """The race from above, f against evaluations, the linear programme's polygon with both ways to its corner."""
    figure.set_size_inches(13, 4.3)
    left, middle, right = figure.subplots(1, 3)
    valley(left, raced, None)
    left.set_title("the race: best point so far")
    for (name, (_, values)), colour in zip(raced.items(), COLOURS):
        middle.loglog(np.arange(1, len(values) + 1), np.maximum(values, LOWEST), color=colour, label=name)
    middle.set(xlabel="evaluations", ylabel="f, best so far", title="what each evaluation buys", ylim=(LOWEST, None))
    middle.legend(fontsize="small", loc="lower left")
    polygon(right, asked, edges, inside)


def valley(axes, raced, upto):
    """Level lines of Rosenbrock's function, and each method's way until `upto` evaluations."""
    x, y = np.meshgrid(np.linspace(-1.7, 1.6, 240), np.linspace(-0.7, 2.0, 240))
    f = 100 * (y - x * x) ** 2 + (1 - x) ** 2
    axes.contourf(x, y, np.log10(f + 1e-3), levels=14, cmap="Greys_r", alpha=0.55)
    for (name, (points, _)), colour in zip(raced.items(), COLOURS):
        way = points[:upto]
        axes.plot(*way.T, "-", color=colour, linewidth=1.2)
        axes.plot(*way[-1], "o", color=colour, markersize=7, label=name)
    axes.plot(1, 1, "*", color="black", markersize=12)
    axes.set(xlim=(-1.7, 1.6), ylim=(-0.7, 2.0), xlabel="x₁", ylabel="x₂")


def frames(raced):
    """The film: one frame for each of SHOWN, uint8 (height, width, 3)."""
    import tempfile
    from pathlib import Path

    from abacus.running import plot

    longest = max(len(values) for _, values in raced.values())
    pictures = []
    with tempfile.TemporaryDirectory() as folder, plot.figure(Path(folder) / "frame.png", figsize=(4.6, 3.8)) as figure:
        axes = figure.subplots()
        for upto in [k for k in SHOWN if k < longest] + [longest]:
            axes.clear()
            valley(axes, raced, upto)
            axes.set_title(f"{upto} evaluations")
            axes.legend(loc="upper center", fontsize="small", ncols=2)
            pictures.append(plot.pixels(figure))
    return pictures + pictures[-1:] * HELD


def polygon(axes, asked, edges, inside):
    """What the rows allow, the corners that the simplex method visits, and the points of the interior method."""
    size = 1.15 * max(np.abs(edges).max(), np.abs(inside).max(), 1.0)
    x, y = np.meshgrid(np.linspace(-0.05 * size, size, 400), np.linspace(-0.05 * size, size, 400))
    allowed = (x >= 0) & (y >= 0)
    for (a, b), low, high in zip(asked.matrix.toarray(), asked.row_low, asked.row_high):
        allowed &= (a * x + b * y >= low) & (a * x + b * y <= high)
    axes.contourf(x, y, allowed.astype(float), levels=[0.5, 1.5], colors=["0.88"])
    axes.contour(x, y, asked.costs[0] * x + asked.costs[1] * y, levels=10, colors="0.7", linewidths=0.6)
    axes.plot(*edges.T, "o-", color=COLOURS[0], label=f"simplex: {len(edges) - 1} steps")
    axes.plot(*inside.T, "s-", color=COLOURS[1], markersize=4, label=f"interior point: {len(inside) - 1} steps")
    axes.set(title="a linear programme, twice", xlabel="x", ylabel="y")
    axes.legend(fontsize="small")


def digits(results, save):
    """Correct digits of the worst parameter of each data set and start, in float64 and with the last steps."""
    with save("digits", figsize=(10, 4.5)) as figure:
        axes = figure.subplots()
        names = list(dict.fromkeys(r["config"]["name"] for r in results))
        for start, marker in ((2, "o"), (1, "^")):
            chosen = [r for r in results if r["config"]["start"] == start]
            where = [names.index(r["config"]["name"]) for r in chosen]
            for column, colour in (("float64", COLOURS[1]), ("with last steps", COLOURS[0])):
                values = [r["values"][column] for r in chosen]
                axes.plot(where, values, marker, color=colour, label=f"{column}, start {start}", alpha=0.8)
        axes.set_xticks(range(len(names)), names, rotation=90)
        axes.set(ylabel="correct digits of the worst parameter", ylim=(-0.5, 11.6))
        axes.legend(fontsize="small", loc="lower left")


def airfoil(results, save):
    """The losses of all seeds of each method; a seed that diverged has none."""
    results = [r for r in results if r["values"]]
    rows = list(dict.fromkeys(r["row"] for r in results))
    with save("losses", figsize=(8, 4.2)) as figure:
        axes = figure.subplots()
        losses = [[r["values"]["loss"] for r in results if r["row"] == row] for row in rows]
        if rows:
            axes.boxplot(losses, orientation="horizontal", whis=(5, 95), showfliers=False)
        axes.set_yticks(range(1, len(rows) + 1), rows)
        axes.set(xlabel="training loss; the box's ends are quartiles, the whiskers 5 % and 95 %")


def convergence(results, save):
    """Errors against steps: straight lines are linear convergence, curves that bend down are faster, up are slower."""
    cfg, rng = rates.Convergence(**results[0]["config"]), np.random.default_rng(0)
    shrinking, _ = trials.noisy(cfg, rng)
    with save("rates", figsize=(10.5, 6.2)) as figure:
        panels = figure.subplots(2, 3).ravel()
        for axes, curves, title in zip(
            panels,
            (
                trials.linear(cfg),
                trials.fast(cfg) | trials.faster(cfg) | {"interior point": trials.inside()},
                trials.slow(cfg) | {"SGD, rate 1/k: power": shrinking},
                trials.curved(cfg),
                trials.bordered(cfg),
                {"CMA-ES": trials.evolution(cfg, rng)},
            ),
            (
                f"a quadratic, κ = {cfg.condition:g}",
                "better than linear, or nearly",
                "powers of the step",
                "sums of squares: Osborne 2",
                "with a border",
                "by draws alone: ‖x‖²",
            ),
        ):
            for (name, errors), colour in zip(curves.items(), COLOURS):
                axes.plot(np.maximum(errors, LOWEST), color=colour, label=name.split(":")[0])
            axes.set(yscale="log", xlabel="steps", title=title)
            axes.legend(fontsize="x-small", loc="lower left" if axes is panels[1] else "best")
        panels[2].set_xscale("log")
