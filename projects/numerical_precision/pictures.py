"""The figures: where the numbers of a format lie, how errors of sums grow, digits that are left, and curves of training."""

import numpy as np

from formats import FORMATS

COLORS = dict(zip(FORMATS, ("black", "#1b6ca8", "#2a9d8f", "#e9a03b", "#d1495b", "#8d5a97", "#7a4b21")))


def look(figure, cfg, growth, log):
    """The bare run's figure: number lines above, errors of sums and training curves below."""
    figure.set_size_inches(13, 8.5)
    top, bottom = figure.subfigures(2, 1, height_ratios=[1.1, 1])
    left, right = top.subplots(1, 2, width_ratios=[1.5, 1], sharey=True)
    _ranges(left)
    _small_numbers(right)
    left, right = bottom.subplots(1, 2)
    for method in next(iter(growth.values())):
        left.loglog(list(growth), [errors[method] for errors in growth.values()], "o-", label=method)
    left.set(xlabel="n", ylabel="error / (u Σ|x|)", title=f"adding n random numbers in {cfg.format}")
    left.legend()
    for name in cfg.learn_in:
        right.plot(*_curve([line for line in log if line["format"] == name], "loss"), "o-", markersize=4, label=name)
    right.set(xlabel="pass", ylabel="mean loss", yscale="log", title="one network, trained in each format")
    right.legend()


def _ranges(axes):
    """How far each format reaches, on a scale of powers of two; thick where its numbers have all their bits."""
    for height, (name, form) in enumerate(reversed(FORMATS.items())):
        low, normal, high = (np.log2(v) for v in (form.smallest, form.smallest_normal, form.largest))
        axes.plot([low, high], [height, height], color=COLORS[name], linewidth=1)
        axes.plot([normal, high], [height, height], color=COLORS[name], linewidth=6, alpha=0.4, solid_capstyle="butt")
        text = f"{form.smallest:.3g} to {form.largest:.3g}"
        axes.annotate(text, (max(low, -152), height), (0, 9), textcoords="offset points", fontsize=8, color="0.3")
    axes.set(
        xlim=(-155, 135),
        ylim=(-0.5, len(FORMATS) - 0.2),
        title="the range above 0 (thin: subnormal numbers, which have fewer bits)",
    )
    axes.set_yticks(range(len(FORMATS)), list(reversed(FORMATS)))
    axes.set_xticks(range(-120, 121, 40), [f"$2^{{{e}}}$" for e in range(-120, 121, 40)])


def _small_numbers(axes):
    """A dash for each number from 0 to 4."""
    for height, (name, form) in enumerate(reversed(FORMATS.items())):
        if form.bits > 8:
            axes.plot([0, 4], [height, height], color=COLORS[name], linewidth=14, alpha=0.4, solid_capstyle="butt")
            between = form.encode(4.0) - form.encode(0.0) + 1
            axes.annotate(f"{between:,}: too close to see", (2, height), ha="center", va="center", fontsize=8)
            continue
        found = form.values()[(form.values() >= 0) & (form.values() <= 4)]
        axes.plot(found, np.full(len(found), height), "|", color=COLORS[name], markersize=14, markeredgewidth=0.8)
    axes.set(xlim=(-0.05, 4.05), title="the numbers from 0 to 4")


def lengths(results, save):
    """The error of every way to add against n, a panel for each row that has not overflowed."""
    results = [record for record in results if record["values"]]
    if not results:
        return
    with save("lengths", figsize=(10, 3 * -(-len(results) // 2))) as figure:
        panels = figure.subplots(-(-len(results) // 2), 2, sharex=True, sharey=True, squeeze=False).flat
        for axes, record in zip(panels, results):
            for method in record["values"]:
                axes.loglog(
                    *[[line[k] for line in record["log"]] for k in ("n", method)], "o-", markersize=3, label=method
                )
            n = np.array([line["n"] for line in record["log"]])
            axes.loglog(n, np.sqrt(n) / 4, ":", color="0.6", label="as √n")
            axes.set(title=record["row"], ylabel="error / (u Σ|x|)")
        axes.set(xlabel="n")
        axes.legend(fontsize=7)


def digits(results, save):
    """Correct digits as a grid: a row for each format and method, a column for each data set."""
    rows, columns = [record["row"] for record in results], list(results[0]["values"])
    grid = np.array([[record["values"][name] for name in columns] for record in results])
    with save("digits", figsize=(1.5 + 0.75 * len(columns), 1.2 + 0.33 * len(rows))) as figure:
        _grid(figure, figure.subplots(), grid, rows, columns)


def hilbert(results, save):
    """Correct digits of Hilbert's systems against n, plain and refined."""
    with save("digits", figsize=(7, 4.5)) as figure:
        axes = figure.subplots()
        n = [record["config"]["n"] for record in results]
        for name in results[0]["values"]:
            plain = name.removesuffix(", refined")
            axes.plot(n, [record["values"][name] for record in results], "--" if name != plain else "-", marker="o",
                      color=COLORS[plain], label=name)  # fmt: skip
        axes.set(xlabel="n", ylabel="correct digits of the solution", xticks=n)
        axes.legend(fontsize=8)


def _grid(figure, axes, grid, rows, columns):
    image = axes.imshow(grid, vmin=0, vmax=15, aspect="auto", cmap="viridis")
    axes.set_xticks(range(len(columns)), columns, rotation=45, ha="right")
    axes.set_yticks(range(len(rows)), rows)
    for (i, j), value in np.ndenumerate(grid):
        axes.text(j, i, f"{value:.1f}", ha="center", va="center", fontsize=7, color="white" if value < 9 else "black")
    axes.grid(False)
    figure.colorbar(image, label="correct digits")


def training(results, save):
    """Loss and test error pass by pass, the first seed of each row."""
    results = [record for record in results if record["seed"] == 0 and record["log"]]
    if not results:  # every run has diverged in its first pass
        return
    with save("curves", figsize=(11, 4.5)) as figure:
        left, right = figure.subplots(1, 2)
        for k, record in enumerate(results):
            style = "-" if k < 8 else "--"  # the colours come again from the ninth row on
            left.plot(*_curve(record["log"], "loss"), style, label=record["row"])
            right.plot(*_curve(record["log"], "test error"), style, label=record["row"])
        left.set(xlabel="pass", ylabel="mean loss", yscale="log")
        right.set(xlabel="pass", ylabel="test error, %")
        right.legend(fontsize=7)


def signal(results, save):
    """The mean square of the numbers behind every layer, with (gain/2)^layer."""
    with save("layers", figsize=(7, 4.5)) as figure:
        axes = figure.subplots()
        for record in (r for r in results if r["seed"] == 0):
            layer, size = _curve(record["log"], "mean_square", "layer")
            (line,) = axes.semilogy(layer, size, "o", markersize=4, label=record["row"])
            axes.semilogy(
                layer, (record["config"]["gain"] / 2) ** np.array(layer), "-", color=line.get_color(), linewidth=1
            )
        axes.set(xlabel="layer", ylabel="mean square, over that of the input", title="lines: (gain/2)^layer")
        axes.legend()


def _curve(lines, name, over="epoch"):
    return [line[over] for line in lines], [line[name] for line in lines]
