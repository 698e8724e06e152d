"""Figures of the lesson."""

import numpy as np


def process(figure, rng, draws, priors, points, fitted, line, truth):
    """Draws of four priors; the posterior with its band; the evidence over length and noise."""
    figure.set_size_inches(9.6, 5.6)
    axes = figure.subplots(2, 3)
    grid = np.linspace(-5, 5, 201)[:, None]
    for place, (name, kernel) in zip(axes.ravel()[[0, 1, 3, 4]], priors.items()):
        values, vectors = np.linalg.eigh(kernel(grid))
        white = rng.standard_normal((len(grid), draws))
        place.plot(grid, vectors @ (np.sqrt(np.maximum(values, 0))[:, None] * white), linewidth=1)
        place.set_title(name, fontsize=10)
    band(axes[0, 2], line, *points)
    axes[0, 2].plot(line[0], truth(line[0]), "k--", linewidth=0.8, label="truth")
    axes[0, 2].legend(fontsize=8)
    axes[0, 2].set_title("after the points are seen", fontsize=10)
    lengths, noises = np.linspace(-1.5, 2, 36), np.linspace(-3, 0.5, 36)
    theta = fitted.kernel_.theta
    surface = np.array([[fitted.log_marginal_likelihood([theta[0], a, 2 * b]) for a in lengths] for b in noises])
    levels = surface.max() - np.array([20, 10, 5, 2, 1, 0.3])
    axes[1, 2].contour(np.exp(lengths), np.exp(noises), surface, levels=levels, cmap="cividis", linewidths=1)
    axes[1, 2].plot(np.exp(theta[1]), np.exp(theta[2] / 2), "k+", markersize=10)
    axes[1, 2].set(xscale="log", yscale="log", xlabel="length", ylabel="noise")
    axes[1, 2].set_xticks([0.3, 1, 3], ["0.3", "1", "3"])
    axes[1, 2].set_xticks([], minor=True)
    axes[1, 2].set_title("log evidence", fontsize=10)


def band(axes, line, x, y):
    """Mean and ± 2 deviations over the points."""
    at, mean, deviation = line
    axes.fill_between(at, mean - 2 * deviation, mean + 2 * deviation, color="C0", alpha=0.2, linewidth=0)
    axes.plot(at, mean, color="C0", linewidth=1.2)
    axes.plot(x, y, "o", color="C1", markersize=3)


def splits(results, save):
    """Our error of each split against the authors' error of the same split."""
    with save("splits") as figure:
        figure.set_size_inches(5.2, 4.6)
        axes = figure.subplots()
        rows = list(dict.fromkeys(record["row"] for record in results))
        for mark, row in zip("osD^v", rows):
            ours = np.array([r["values"]["RMSE"] for r in results if r["row"] == row])
            less = np.array([r["values"]["RMSE less theirs"] for r in results if r["row"] == row])
            axes.plot(ours - less, ours, mark, markersize=4, alpha=0.7, label=row)
        ends = [0.3, 7]
        axes.plot(ends, ends, "k-", linewidth=0.7)
        axes.set(xscale="log", yscale="log", xlabel="the authors' RMSE of a split", ylabel="ours of the same split")
        axes.legend(fontsize=8)


def carbon(figure, seen, later, told, parts):
    """The months that were learnt from and those after, with the band; below, the four stories."""
    figure.set_size_inches(9.6, 5.4)
    grid = figure.add_gridspec(2, 4, height_ratios=[1.5, 1])
    top = figure.add_subplot(grid[0, :])
    top.plot(*seen, color="C0", linewidth=0.8, label="learnt from")
    mean, deviation = told
    top.fill_between(later[0], mean - 2 * deviation, mean + 2 * deviation, color="C1", alpha=0.35, linewidth=0)
    top.plot(later[0], mean, color="C1", linewidth=0.8, label="told in advance, ± 2 deviations")
    top.plot(*later, "k", linewidth=0.6, label="what came")
    top.set(ylabel="ppm")
    top.legend(fontsize=8)
    names = "slow rise", "season", "irregular years", "months"
    for i, (name, part) in enumerate(zip(names, parts)):
        axes = figure.add_subplot(grid[1, i])
        axes.plot(seen[0], part, color=f"C{i}", linewidth=0.7)
        axes.set_title(name, fontsize=9)
        axes.tick_params(labelsize=7)


def field(figure, truth, seen, told, side):
    """The field at the last time that was seen, with noise, and at three times after: what was told, what came."""
    figure.set_size_inches(9.6, 4.6)
    ahead = told.shape[1]
    steps = sorted({0, ahead // 2, ahead - 1})
    axes = figure.subplots(2, len(steps) + 1)
    low, high = truth.min(), truth.max()
    last = seen.shape[1] - 1
    columns = [("now: seen, true", seen[:, last], truth[:, last])]
    columns += [(f"{k + 1} ahead: told, came", told[:, k], truth[:, last + 1 + k]) for k in steps]
    for column, (name, *pair) in zip(axes.T, columns):
        column[0].set_title(name, fontsize=9)
        for place, values in zip(column, pair):
            place.imshow(values.reshape(side, side), vmin=low, vmax=high, cmap="cividis")
            place.set(xticks=[], yticks=[])


def questions(figure, pool, paths, curves, start):
    """Which places were asked, both ways, and the errors after each question."""
    figure.set_size_inches(9.6, 3.2)
    axes = figure.subplots(1, 3)
    for place, (name, asked) in zip(axes, paths.items()):
        place.plot(*pool.T, ".", color="0.85", markersize=2)
        place.scatter(*pool[asked[start:]].T, c=np.arange(len(asked) - start), cmap="cividis", s=12)
        place.plot(*pool[asked[:start]].T, "k+")
        place.set_title(f"asked {name}", fontsize=10)
        place.set(xticks=[], yticks=[])
    for mark, (name, curve) in zip(("-", "--"), curves.items()):
        axes[2].semilogy(curve, mark, label=name)
    axes[2].set(xlabel="questions", ylabel="error")
    axes[2].legend(fontsize=8)
