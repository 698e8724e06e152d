"""Clusters without a model of their width: irises by k-means and by merges, and components merged to clusters."""

from dataclasses import dataclass

import numpy as np

import merging
import samples
from abacus.settings import at_least, one_of
from agglomeration import LINKAGES, AgglomerativeClustering
from gaussian_mixture import GaussianMixture
from kmeans import KMeans


@dataclass
class Means:
    clusters: int = at_least(1)  # centres
    starts: int = at_least(1)  # k-means++ beginnings, of which the best end counts


@dataclass
class Linkage:
    linkage: str = one_of(*LINKAGES)  # how far two clusters are from each other
    clusters: int = at_least(1)  # that are left


@dataclass
class Merged:
    sample: str = one_of(*samples.BY_NAME)  # the data
    components: int = at_least(1)  # of the mixture, to begin with
    starts: int = at_least(1)  # k-means starts of EM, of which the likeliest end counts


def irises(cfg: Means, job):
    """k-means of the irises: sums of squares within the clusters, and sizes, in the order of R's output (by sepal length)."""
    x, _ = samples.iris()
    model = KMeans(cfg.clusters, n_init=cfg.starts, tol=0.0).fit(x)
    squares = ((x - model.cluster_centers_[model.labels_]) ** 2).sum(axis=1)
    order, total = np.argsort(model.cluster_centers_[:, 0]), ((x - x.mean(axis=0)) ** 2).sum()
    rows = {
        f"cluster {name}": {
            "within": float(squares[model.labels_ == k].sum()),
            "plants": int((model.labels_ == k).sum()),
        }
        for name, k in enumerate(order, 1)
    }
    share = 100.0 * (1.0 - model.inertia_ / total)
    return rows | {"all": {"within": model.inertia_, "plants": len(x), "between / total": share}}


def hierarchy(cfg: Linkage, job):
    """Merges of the irises: the height of the last one, and how many plants stand with their species' majority."""
    x, species = samples.iris()
    model = AgglomerativeClustering(cfg.clusters, cfg.linkage).fit(x)
    agreeing = sum(np.bincount(species[model.labels_ == k]).max() for k in range(cfg.clusters))
    sizes = np.sort(np.bincount(model.labels_))
    return {
        "last height": model.merges_[-1, 2],
        "smallest": int(sizes[0]),
        "largest": int(sizes[-1]),
        "agreeing": int(agreeing),
    }


def merged(cfg: Merged, job):
    """Components merged one pair after the other: the entropy that is left."""
    x = samples.BY_NAME[cfg.sample]()
    model = GaussianMixture(cfg.components, "VVV", n_init=cfg.starts).fit(x)
    steps = merging.merges(model.predict_proba(x))
    return {f"{len(groups)} clusters": {"entropy": doubt} for groups, doubt in steps}
