"""Figures: borders and margins in the plane, and the digits that hold a border."""

import numpy as np

from abacus.running import plot

GRID = 160


def borders(figure, x, y, machines, tube, skin):
    """Each machine's border (f = 0) and margins (f = ±1) over the points; a curve in its tube; a cloud in its skin."""
    figure.set_size_inches(9.6, 6.0)
    axes = figure.subplots(2, 3).ravel()
    for place, (name, machine) in zip(axes, machines.items()):
        _field(place, x, machine.decision_function, (-1, 0, 1))
        _points(place, x, y, machine.support_)
        place.set(title=f"{name}: {len(machine.support_)} of {len(x)}")
    t, curve, fitted = tube
    place = axes[3]
    line = np.linspace(t.min(), t.max(), 300)
    middle = fitted.predict(line[:, None])
    place.plot(t, curve, "o", color="C0", markersize=3)
    place.plot(t[fitted.support_], curve[fitted.support_], "o", mfc="none", color="k", markersize=6, linewidth=0.7)
    place.plot(line, middle, color="C1")
    place.fill_between(line, middle - fitted.epsilon_, middle + fitted.epsilon_, color="C1", alpha=0.2, linewidth=0)
    place.set(title=f"a tube: {len(fitted.support_)} of {len(t)}")
    cloud = x[y == 0]
    _field(axes[4], x, lambda points: -skin.decision_function(points), (0,))
    _points(axes[4], cloud, np.zeros(len(cloud), int), skin.support_)
    axes[4].set(title=f"one class: {len(skin.support_)} of {len(cloud)}")
    axes[5].axis("off")
    axes[5].text(0, 0.5, "circles: support vectors\n\nall other points\ncould be left out", fontsize=11, va="center")


def supports(figure, x, y, machine):
    """For each digit the support vectors with the largest multipliers: the training digits that are hardest to tell."""
    figure.set_size_inches(6.4, 6.4)
    axes = figure.subplots(10, 10)
    weight = np.abs(machine.dual_coef_).sum(axis=0)
    for row, digit in zip(axes, range(10)):
        own = np.flatnonzero(y[machine.support_] == digit)
        hardest = machine.support_[own[np.argsort(-weight[own], kind="stable")[:10]]]
        for place in row:
            place.axis("off")
        for place, i in zip(row, hardest):
            place.imshow(-x[i].reshape(16, 16), cmap="gray")


def _field(axes, x, f, levels):
    low, high = x.min(axis=0) - 0.3, x.max(axis=0) + 0.3
    a, b = np.meshgrid(*(np.linspace(low[k], high[k], GRID) for k in (0, 1)))
    values = f(np.c_[a.ravel(), b.ravel()]).reshape(a.shape)
    axes.contourf(a, b, np.sign(values), levels=[-2, 0, 2], colors=["C0", "C1"], alpha=0.12)
    axes.contour(a, b, values, levels=levels, colors="k", linestyles=["--" if v else "-" for v in levels], linewidths=1)
    axes.set(xticks=[], yticks=[])


def _points(axes, x, y, support):
    for c, mark in ((0, "o"), (1, "s")):
        axes.plot(*x[y == c].T, mark, color=f"C{c}", markersize=3)
    axes.plot(*x[support].T, "o", mfc="none", color="k", markersize=6, linewidth=0.7)


def told(figure, y, told, classes):
    """What is told against what is true: counts of each pair of classes, or a point for each row."""
    axes = figure.subplots()
    if not classes:
        axes.plot(y, told, "o", markersize=3, alpha=0.6)
        ends = [min(y.min(), told.min()), max(y.max(), told.max())]
        axes.plot(ends, ends, "k-", linewidth=0.7)
        axes.set(xlabel="true", ylabel="told")
        return
    names, labels = np.unique(y, return_inverse=True)
    plot.confusion(axes, labels, np.searchsorted(names, told), [name[:12].replace("$", r"\$") for name in names])
