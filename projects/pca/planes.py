"""Two small tables: the components of USArrests (James et al. 2013) and Pearson's line of closest fit (1901)."""

from dataclasses import dataclass

import numpy as np

from abacus import papers
from abacus.settings import one_of
from estimator import PCA, SOLVERS

VARIABLES = ("Murder", "Assault", "UrbanPop", "Rape")


def states():
    """The names of 50 states and their four numbers (50, 4)."""
    _, rows = papers.rows("usarrests")
    return [row[0] for row in rows], np.array([row[1:] for row in rows], float)


def standardised(x):
    """Each column less its mean, over its standard deviation (n − 1): else Assault, whose numbers are large, is all."""
    return (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)


@dataclass
class Config:
    solver: str = one_of(*SOLVERS)  # the decomposition by which the components are found


POSITIVE = {
    "PC1": "Murder",
    "PC2": "Murder",
    "PC3": "Rape",
    "PC4": "Murder",
}  # a sign is arbitrary: positive in the book


def arrests(cfg: Config, job):
    """The components of the standardised arrests: loadings, standard deviation and part of the variance of each."""
    names, x = states()
    pca = PCA(solver=cfg.solver).fit(standardised(x))
    _biplot(job, names, pca, pca.transform(standardised(x)))
    _scree(job, pca)
    two = pca.explained_variance_ratio_[:2].sum()
    print(f"Two numbers keep {two:.0%} of what four say of 50 states.")
    return {row: _component(pca, k, positive) for k, (row, positive) in enumerate(POSITIVE.items())}


def _component(pca, k, positive):
    axis = pca.components_[k] * np.sign(pca.components_[k, VARIABLES.index(positive)])
    return dict(zip(VARIABLES, axis)) | {
        "standard deviation": np.sqrt(pca.explained_variance_[k]),
        "proportion of variance": pca.explained_variance_ratio_[k],
    }


def pearson(cfg: Config, job):
    """The line of closest fit to ten points: through the mean, along the first axis; the second holds what is left."""
    points = np.array(papers.rows("pearson1901")[1], float)
    pca = PCA(solver=cfg.solver).fit(points)
    (x0, y0), (dx, dy) = pca.mean_, pca.components_[0]
    sd_x, sd_y = points.std(axis=0)  # Pearson divides by n
    left = pca.explained_variance_[1] * (len(points) - 1) / len(points)
    with job.figure("line") as figure:
        axes = figure.subplots()
        feet = pca.mean_ + np.outer((points - pca.mean_) @ pca.components_[0], pca.components_[0])
        x, y = np.stack([points, feet]).transpose(2, 0, 1)
        axes.plot(x, y, color="C1", linewidth=1)
        axes.plot(*points.T, "o", color="C0")
        axes.axline((x0, y0), slope=dy / dx, color="black", linewidth=1)
        axes.set(title="Closest fit: the distances are perpendicular", xlabel="x", ylabel="y", aspect="equal")
    return {
        "mean x": x0,
        "mean y": y0,
        "sd x": sd_x,
        "sd y": sd_y,
        "r": np.corrcoef(points.T)[0, 1],
        "slope": dy / dx,
        "intercept": y0 - dy / dx * x0,
        "rms distance": np.sqrt(left),
    }


def _biplot(job, names, pca, scores):
    with job.figure("biplot") as figure:
        figure.set_size_inches(6.4, 6.0)
        axes = figure.subplots()
        axes.axhline(0.0, color="0.9", linewidth=1)
        axes.axvline(0.0, color="0.9", linewidth=1)
        for name, (a, b) in zip(names, scores[:, :2]):
            axes.text(a, b, name, size=6, ha="center", va="center", color="C0")
        for name, (a, b) in zip(VARIABLES, 3.0 * pca.components_[:2].T):
            axes.annotate("", (a, b), (0, 0), arrowprops={"arrowstyle": "->", "color": "C1"})
            axes.text(1.08 * a, 1.08 * b, name, color="C1", ha="center", va="center")
        limit = 1.08 * np.abs(scores[:, :2]).max()
        axes.set(xlim=(-limit, limit), ylim=(-limit, limit), aspect="equal", xlabel="PC1", ylabel="PC2")


def _scree(job, pca):
    with job.figure("scree") as figure:
        axes = figure.subplots()
        share = pca.explained_variance_ratio_
        numbers = np.arange(1, len(share) + 1)
        axes.bar(numbers, share, label="each")
        axes.plot(numbers, np.cumsum(share), "o-", color="C1", label="together")
        axes.set(xlabel="component", ylabel="part of the variance", xticks=numbers, ylim=(0, 1.05))
        axes.legend()
