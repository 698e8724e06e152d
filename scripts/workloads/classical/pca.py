"""50 principal components of MNIST's 70 000 images, 784 pixels in float32: fit only."""

import sys
from pathlib import Path

import numpy as np

from abacus import data

COMPONENTS = 50


def images():
    mnist = data.load("mnist")
    both = np.concatenate([mnist.train_images, mnist.test_images])
    return both.reshape(len(both), -1).astype(np.float32)


def step_of(PCA):
    x = images()
    return lambda: float(PCA(COMPONENTS).fit(x).explained_variance_.sum())


def abacus(threads):
    sys.path.insert(0, str(Path(__file__).parents[3] / "projects" / "pca"))
    from estimator import PCA

    return step_of(PCA)


def sklearn(threads):
    from sklearn.decomposition import PCA

    return step_of(PCA)


PEERS = {"abacus": abacus, "scikit-learn": sklearn}
