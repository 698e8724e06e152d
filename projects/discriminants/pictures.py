"""Figures: Fisher's histogram of the compound measurement, the canonical projection, and regions of decision."""

import numpy as np

import fisher
from discriminants import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis


def draw(results, save):
    """The irises, with the table of Fisher's compound."""
    if not any(record["row"] == "mean of setosa" for record in results):
        return
    iris = fisher.irises()
    x, y = np.vstack(list(iris.values())), np.repeat(fisher.SPECIES, 50)
    with save("projection") as figure:
        projection(figure, x, y)
    with save("regions") as figure:
        regions(figure, x[:, 2:], y)


def projection(figure, x, y):
    """Left: X = x1 + 5.9 x2 - 7.1 x3 - 10.1 x4 as histograms. Right: the plane of the two canonical axes, eq. (5)."""
    left, right = figure.subplots(1, 2)
    iris = fisher.irises()
    coefficients = np.linalg.solve(fisher.within(iris), fisher.difference(iris))
    plane = LinearDiscriminantAnalysis().fit_transform(x, y)
    for name, plants in iris.items():
        left.hist(plants @ (coefficients / coefficients[0]), bins=15, alpha=0.6, label=name)
        right.scatter(*plane[y == name].T, s=12, label=name)
    left.set(title="Fisher's compound", xlabel="cm", ylabel="plants")
    right.set(title="canonical axes", xlabel="first", ylabel="second")
    left.legend()


def vowels(figure, x, y):
    """ESL's Figure 4.4: the training vowels on their first two canonical axes, and the class means."""
    fit = LinearDiscriminantAnalysis().fit(x, y)
    plane, means = fit.transform(x)[:, :2], fit.transform(fit.means_)[:, :2]
    axes = figure.subplots()
    axes.scatter(*plane.T, c=y, cmap="tab20", s=8)
    axes.scatter(*means.T, c=fit.classes_, cmap="tab20", s=90, edgecolors="black")
    axes.set(title="eleven vowels", xlabel="first canonical axis", ylabel="second canonical axis")


def regions(figure, x, y):
    """Petal length and width: where each species is predicted, with one covariance (straight) and with three (curved)."""
    length, width = np.linspace(0.5, 7.5, 300), np.linspace(0, 2.7, 300)
    grid = np.stack(np.meshgrid(length, width), axis=-1).reshape(-1, 2)
    fits = {"linear": LinearDiscriminantAnalysis(), "quadratic": QuadraticDiscriminantAnalysis()}
    for axes, (name, fit) in zip(figure.subplots(1, 2, sharey=True), fits.items()):
        best = fit.fit(x, y).discriminants(grid).argmax(axis=1).reshape(300, 300)
        axes.contourf(length, width, best, levels=[-0.5, 0.5, 1.5, 2.5], alpha=0.3)
        for species in fit.classes_:
            axes.scatter(*x[y == species].T, s=10, label=species)
        axes.set(title=f"{name}: {1 - fit.score(x, y):.3f} wrong", xlabel="petal length, cm")
    axes.legend(loc="lower right")
