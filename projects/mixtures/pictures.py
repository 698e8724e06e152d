"""Figures: criteria of the families, ellipses of a mixture beside the cells of k-means, and the doubt that merges leave."""

import numpy as np

MARKS = ("o", "s", "^", "D", "v", "P", "X", "*")


def criteria(figure, bic, most):
    """BIC against the number of components, a line for each family; the best six are named."""
    figure.set_size_inches(7.2, 4.2)
    axes = figure.subplots()
    names = list(dict.fromkeys(name for name, _ in bic))
    names.sort(key=lambda name: -max(value for (other, _), value in bic.items() if other == name))
    for place, name in enumerate(names):
        ks = [k for k in range(1, most + 1) if (name, k) in bic]
        look = (
            {"color": f"C{place}", "marker": MARKS[place], "label": name}
            if place < 6
            else {"color": "0.8", "linewidth": 0.8}
        )
        axes.plot(ks, [bic[name, k] for k in ks], zorder=10 - place, **look)
    axes.set(xlabel="components", ylabel="BIC (larger is better)", xticks=range(1, most + 1))
    shown = [value for (name, k), value in bic.items() if k > 1 and name in names[:6]] or list(bic.values())
    room = 0.05 * (max(shown) - min(shown))
    axes.set_ylim(min(shown) - room, max(shown) + room)
    axes.legend(ncols=2)


def mixture(figure, x, names, model, centres):
    """The first two features: left the components as ellipses that hold 50 and 95 % of them, right k-means."""
    figure.set_size_inches(7.6, 3.8)
    left, right = figure.subplots(1, 2, sharey=True)
    for axes, labels in ((left, model.predict(x)), (right, centres.labels_)):
        for k in range(len(model.means_)):
            inside = labels == k
            axes.plot(x[inside, 0], x[inside, 1], MARKS[k % len(MARKS)], color=f"C{k % 8}", markersize=3, alpha=0.6)
    angle = np.linspace(0, 2 * np.pi, 100)
    circle = np.stack([np.cos(angle), np.sin(angle)])
    for k, (mean, covariance) in enumerate(zip(model.means_, model.covariances_)):
        root = np.linalg.cholesky(covariance[:2, :2])
        for share, style in ((0.5, "-"), (0.95, "--")):
            line = mean[:2, None] + np.sqrt(-2 * np.log(1 - share)) * root @ circle
            left.plot(*line, style, color=f"C{k % 8}", linewidth=1.2)
    right.plot(*centres.cluster_centers_[:, :2].T, "k+", markersize=12, markeredgewidth=2)
    for axes in (left, right):
        axes.set(xlabel=names[0])
    left.set(ylabel=names[1])
    left.set(title=f"mixture: {len(model.means_)} components, {model.covariance_type}")
    right.set(title=f"k-means: {len(centres.cluster_centers_)} centres")


def entropies(results, save):
    """The entropy against the number of clusters that are left."""
    with save("entropies") as figure:
        axes = figure.subplots()
        left = [int(record["row"].split()[0]) for record in results]
        axes.plot(left, [record["values"]["entropy"] for record in results], "o-")
        axes.set(xlabel="clusters", ylabel="entropy", xticks=left)
