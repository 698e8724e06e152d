"""The pictures: regions of the plane, partial dependences, and those of explain.py."""

import numpy as np

from dependence import partial_dependence

SIDE = 90  # points of a picture's side


def regions(figure, models, train, errors):
    """For each model the probability of class 1 over the plane, and the points it has learnt from."""
    figure.set_size_inches(5.6, 5.8)
    line = np.linspace(-1, 1, SIDE)
    plane = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
    for axes, (name, model) in zip(figure.subplots(2, 2, sharex=True, sharey=True).flat, models.items()):
        shares = model.predict_proba(plane)[:, 1].reshape(SIDE, SIDE)
        axes.imshow(shares, origin="lower", extent=(-1, 1, -1, 1), cmap="PuOr", vmin=0, vmax=1, interpolation="nearest")
        for angle in (0.35, 0.85):  # where the ring is in truth
            turn = np.linspace(0, 2 * np.pi, SIDE)
            axes.plot(angle * np.cos(turn), angle * np.sin(turn), color="black", linewidth=0.8)
        for label, mark in ((0, "o"), (1, "^")):
            chosen = train.x[train.y == label]
            axes.plot(*chosen.T, mark, color="white", markeredgecolor="black", markeredgewidth=0.5, markersize=3)
        axes.set(
            title=f"{name}: {errors[name]:.1f} % wrong",
            xlim=(-1, 1),
            ylim=(-1, 1),
            aspect="equal",
            xticks=[],
            yticks=[],
        )


def dependences(figure, sample):
    """Partial dependences of boosting on Friedman's first regression, beside the truth."""
    from boosting import HistGradientBoostingRegressor

    model = HistGradientBoostingRegressor(0.1, 100, max_leaf_nodes=6).fit(sample.x, sample.y)
    truth = (
        lambda t: 10 * np.array([np.sin(np.pi * p * np.linspace(0, 1, SIDE)).mean() for p in t]),
        lambda t: 10 * np.array([np.sin(np.pi * p * np.linspace(0, 1, SIDE)).mean() for p in t]),
        lambda t: 20 * (t - 0.5) ** 2,
        lambda t: 10 * t,
        lambda t: 5 * t,
        lambda t: 0 * t,
    )
    figure.set_size_inches(9, 5)
    for f, (axes, shape) in enumerate(zip(figure.subplots(2, 3, sharex=True, sharey=True).flat, truth)):
        grid, means = partial_dependence(model.predict, sample.x, f)
        axes.plot(grid, means - means.mean(), drawstyle="steps-mid", label="model")
        axes.plot(grid, shape(grid) - shape(grid).mean(), "--", color="black", linewidth=1, label="truth")
        axes.set(title=f"$x_{{{f + 1}}}$")
    figure.axes[0].legend()


def explained(figure, table, forest, importances, target):
    """The importances with their errors, and the partial dependence of the three largest (explain.py)."""
    import explain

    order = explain.ranking(importances)[: explain.SHOWN]
    grid = figure.add_gridspec(2, 3)
    axes = figure.add_subplot(grid[0, :])
    axes.barh(
        [table.names[f] for f in order[::-1]], importances[0, order[::-1]], xerr=importances[1, order[::-1]], color="C0"
    )
    axes.set(title=f"what a forest loses when the column is shuffled ({target})")
    for place, f in enumerate(order[:3]):
        axes = figure.add_subplot(grid[1, place])
        words = table.words[f]
        line, means = partial_dependence(
            explain.answer(table, forest), table.x, f, None if words is None else np.arange(len(words), dtype=float)
        )
        if words is None:
            axes.plot(line, means, drawstyle="steps-mid")
        else:
            axes.bar(words, means)
            axes.tick_params(axis="x", labelrotation=60)
        axes.set(title=table.names[f])
