"""50 principal components of MNIST's 70 000 images, 784 pixels in float32: fit only."""

import numpy as np
from workloads.estimators import digits, peers

COMPONENTS = 50


def step_of(PCA):
    train, _, test, _ = digits()
    x = np.concatenate([train, test])
    return lambda: float(PCA(COMPONENTS).fit(x).explained_variance_.sum())


PEERS = peers(step_of, "pca/estimator.PCA", "sklearn.decomposition.PCA")
