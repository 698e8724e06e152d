"""A look: Old Faithful's eruptions as a mixture of normal distributions, of how many components and of which family?"""

import warnings
from dataclasses import dataclass

import numpy as np

import clusters
import families
import pictures
import samples
import vignette
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import at_least, one_of
from gaussian_mixture import ComponentCollapsed, GaussianMixture
from kmeans import KMeans


@dataclass
class Config:
    sample: str = one_of(*samples.AXES)  # the data
    most: int = at_least(1)  # components
    starts: int = at_least(1)  # of each fit, of which the likeliest end counts


def look(cfg: Config, job):
    """BIC of every family with 1, 2, ... components; the best of them, and what k-means makes of the same points."""
    x = samples.BY_NAME[cfg.sample]()
    fitted = {}
    for name in families.NAMES:
        for k in range(1, cfg.most + 1):
            model = fit(x, name, k, cfg.starts)
            if model is not None:
                fitted[name, k] = model
    bic = {key: -model.bic(x) for key, model in fitted.items()}
    best = max(bic, key=bic.get)
    model, centres = fitted[best], KMeans(best[1]).fit(x)
    with job.figure("criteria") as figure:
        pictures.criteria(figure, bic, cfg.most)
    with job.figure("mixture") as figure:
        pictures.mixture(figure, x, samples.AXES[cfg.sample], model, centres)
    print(
        f"Of {len(bic)} models, BIC prefers {best[0]} with {best[1]} components ({bic[best]:.3f}; larger is better); k-means "
        f"with as many centres puts {np.mean(same(model.predict(x), centres.labels_)):.0%} of the points into the same groups."
    )
    return {"components": best[1], "BIC": bic[best], "log L": model.log_likelihood_}


def fit(x, name, k, starts):
    """The fitted model, or None where every start collapses."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ComponentCollapsed)
        try:
            return GaussianMixture(k, name, n_init=starts, tol=1e-8).fit(x)
        except BadInput:
            return None


def same(labels, others):
    """Which points are in the group that most of their own group are in (n,)."""
    majority = np.array(
        [np.bincount(others[labels == k]).argmax() if (labels == k).any() else -1 for k in range(labels.max() + 1)]
    )
    return majority[labels] == others


if __name__ == "__main__":
    launch(
        look,
        vignette.fits,
        vignette.restarts,
        vignette.diabetes,
        vignette.ratios,
        vignette.edda,
        clusters.irises,
        clusters.hierarchy,
        clusters.merged,
        figures={clusters.merged: pictures.entropies},
    )
