"""178 wines, each by its nearest among the 177 others (Aeberhard et al. 1992): what a z-transformation may mean."""

from dataclasses import dataclass

import numpy as np

from abacus import data
from abacus.settings import at_least, one_of
from estimator import NearestNeighbours, majority


def plain(x, y):
    """The measurements in their own units."""
    return x


def standardised(x, y):
    """Less the mean, over the standard deviation of all wines."""
    return (x - x.mean(axis=0)) / x.std(axis=0, ddof=1)


def within(x, y):
    """Over the pooled standard deviation within classes: sqrt of Σ (x − own class's mean)² / (n − classes) (eq. 8)."""
    classes, own = np.unique(y, return_inverse=True)
    means = np.stack([x[own == c].mean(axis=0) for c in range(len(classes))])
    return x / np.sqrt(((x - means[own]) ** 2).sum(axis=0) / (len(x) - len(classes)))  # eq. 8


def ranged(x, y):
    """From 0 to 1."""
    return (x - x.min(axis=0)) / (x.max(axis=0) - x.min(axis=0))


SCALES = {"none": plain, "all": standardised, "within classes": within, "range": ranged}


@dataclass
class Config:
    scale: str = one_of(*SCALES)  # what is done to the measurements first
    k: int = at_least(1)  # neighbours that vote
    p: int = one_of(1, 2, 3)  # of the distance L_p


def wine(cfg: Config, job):
    """Per cent of the wines whose nearest other wines are of their kind."""
    found = data.load("uci").wine
    x, y = SCALES[cfg.scale](found.features, found.labels), found.labels
    return {"right": 100.0 * np.mean(leave_one_out(x, y, cfg.k, cfg.p) == y)}


def leave_one_out(x, y, k, p):
    """The class that each row's k nearest other rows give it."""
    near = NearestNeighbours(k, p).fit(x, y)
    _, which = near.kneighbors(x, k + 1)
    others = np.array([row[row != i][:k] for i, row in enumerate(which)])
    classes, own = np.unique(y, return_inverse=True)
    return classes[majority(own[others], len(classes))]
