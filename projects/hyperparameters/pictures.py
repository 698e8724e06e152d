"""Where searches look, how fast they come down, and how many evaluations they take."""

import numpy as np

from abacus import papers

LINES = ("-", "--", "-.", ":")


def look(figure, function, seen):
    """{search: (points (n, d), regrets (n,))}: the points on the function's map where it is flat, and all regrets."""
    import functions

    flat = functions.DIMENSIONS[function] == 2
    figure.set_size_inches(9 if flat else 6, 3.6)
    grid = figure.add_gridspec(2, 7 if flat else 3)
    if flat:
        ticks = np.linspace(0, 1, 120)
        heights = functions.FUNCTIONS[function](np.stack(np.meshgrid(ticks, ticks), axis=-1))
        levels = np.quantile(heights, [0.01, 0.05, 0.2, 0.5])
        for k, (name, (points, _)) in enumerate(seen.items()):
            axes = figure.add_subplot(grid[k // 4, k % 4])
            axes.contour(ticks, ticks, heights, levels=levels, colors="0.8", linewidths=0.6)
            axes.scatter(*points.T, c=np.arange(len(points)), cmap="viridis_r", s=9)
            axes.set(xticks=[], yticks=[], xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), aspect="equal")
            axes.set_title(name, fontsize=10)
    _falling(figure.add_subplot(grid[:, 4:] if flat else grid[:, :]), {n: regret for n, (_, regret) in seen.items()})


def races(results, save):
    """The median regret over the seeds, a line for each search."""
    logs = [line for record in results for line in record["log"]]
    names = dict.fromkeys(line["search"] for line in logs)
    with save("races", figsize=(6.5, 4.2)) as figure:
        medians = {n: np.median([line["regret"] for line in logs if line["search"] == n], axis=0) for n in names}
        _falling(figure.subplots(), medians)


def _falling(axes, regrets):
    for k, (name, regret) in enumerate(regrets.items()):
        axes.semilogy(
            np.arange(1, len(regret) + 1), regret, LINES[k // 2 % 4], color=f"C{k}", label=name, linewidth=1.5
        )
    axes.set(xlabel="evaluations", ylabel="above the minimum")
    axes.legend(fontsize=8, ncol=2)


def counts(results, save):
    """How many runs of each row had ended after so many evaluations; the printed number as a line."""
    printed = papers.table("jones1998/stopped").rows
    rows = dict.fromkeys(record["row"] for record in results)
    with save("counts", figsize=(2.9 * len(rows), 2.8)) as figure:
        for axes, row in zip(np.atleast_1d(figure.subplots(1, len(rows))), rows):
            here = [record for record in results if record["row"] == row]
            ends = sorted(record["log"][-1]["evaluations"] for record in here if record["values"])
            axes.step(
                [*ends, ends[-1] + 1] if ends else [], 100 * np.arange(1, len(ends) + 2) / len(here) if ends else []
            )
            axes.axvline(printed[row]["evaluations"].number, color="black", linestyle="--")
            axes.set(xlabel="evaluations", title=row, ylim=(0, 102))
        figure.axes[0].set_ylabel("per cent of the runs that have ended")


def budgets(results, save):
    """The mean error by which each search chooses, against the passes that it has used."""
    logs = [line for record in results for line in record["log"]]
    with save("budgets", figsize=(6.5, 4.2)) as figure:
        axes = figure.subplots()
        for k, name in enumerate(dict.fromkeys(line["search"] for line in logs)):
            lines = [line for line in logs if line["search"] == name]
            ticks = np.unique([line["used"] for line in lines])
            seeds = [_steps([i for i in record["log"] if i["search"] == name], ticks) for record in results]
            axes.plot(ticks, np.nanmean(seeds, axis=0), LINES[k // 2 % 4], color=f"C{k}", label=name)
        axes.set(
            xlabel="passes used by all settings together",
            ylabel="error on held-out digits, %",
            xscale="log",
            yscale="log",
        )
        axes.legend()


def _steps(lines, ticks):
    """What was best after each of `ticks` passes; 100 before the first."""
    used, best = [line["used"] for line in lines], [100.0, *(line["error"] for line in lines)]
    return [best[k] for k in np.searchsorted(used, ticks, side="right")]


def tuned(figure, ranges, finished, sign, column):
    """What each setting was and what came out, a panel for each; later trials are darker."""
    for axes, k in zip(np.atleast_1d(figure.subplots(1, len(ranges), sharey=True)), range(len(ranges))):
        known = [(trial, sign * value) for trial, _, value in finished if np.isfinite(value)]
        words = [ranges[k].value(trial.point[k]) for trial, _ in known]
        x = words if ranges[k].kind == "choice" else [float(word) for word in words]
        axes.scatter(x, [value for _, value in known], c=[trial.number for trial, _ in known], cmap="viridis_r", s=18)
        if ranges[k].kind in ("log", "logint"):
            axes.set_xscale("log")
        axes.set_xlabel(ranges[k].setting)
    figure.axes[0].set_ylabel(column)
