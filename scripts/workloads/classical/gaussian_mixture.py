"""Ten steps of EM for ten normal components with full covariances, 20 000 points in eight dimensions; mean log-likelihood.

Both begin from the same labels: scikit-learn takes the moments that those give.
"""

import warnings

import numpy as np
from workloads.estimators import our

STEPS, COMPONENTS, FEATURES, POINTS = 10, 10, 8, 20_000


def start():
    rng = np.random.default_rng(0)
    middles = 2.0 * rng.standard_normal((COMPONENTS, FEATURES))
    mixing = rng.standard_normal((COMPONENTS, FEATURES, FEATURES)) / np.sqrt(FEATURES)
    which = rng.integers(0, COMPONENTS, POINTS)
    x = middles[which] + np.einsum("nij,nj->ni", mixing[which], rng.standard_normal((POINTS, FEATURES)))
    return x, ((x[:, None] - middles) ** 2).sum(axis=2).argmin(axis=1)


def ours(threads):
    x, labels = start()
    make = our("mixtures/gaussian_mixture.GaussianMixture")
    return lambda: make(COMPONENTS, "full", init=labels, tol=0.0, max_iter=STEPS + 1).fit(x).score(x)


def theirs(threads):
    from sklearn.mixture import GaussianMixture

    warnings.simplefilter("ignore")  # that it has not converged
    x, labels = start()
    weights = np.bincount(labels) / POINTS
    means = np.array([x[labels == k].mean(axis=0) for k in range(COMPONENTS)])
    precisions = np.linalg.inv(np.array([np.cov(x[labels == k].T, ddof=0) for k in range(COMPONENTS)]))
    given = {"weights_init": weights, "means_init": means, "precisions_init": precisions}
    return lambda: float(GaussianMixture(COMPONENTS, reg_covar=0.0, tol=0.0, max_iter=STEPS, **given).fit(x).score(x))


PEERS = {"abacus": ours, "scikit-learn": theirs}
