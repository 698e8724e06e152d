"""5-NN by a k-d tree: the 5 nearest of 100 000 points in three dimensions to 10 000 others."""

import sys
from pathlib import Path

import numpy as np


def points():
    rng = np.random.default_rng(0)
    return rng.standard_normal((100_000, 3)), rng.integers(0, 2, 100_000), rng.standard_normal((10_000, 3))


def step_of(classifier):
    x, y, queries = points()
    fitted = classifier.fit(x, y)
    return lambda: float(fitted.kneighbors(queries)[0].sum())


def abacus(threads):
    sys.path.insert(0, str(Path(__file__).parents[3] / "projects" / "nearest_neighbours"))
    from estimator import NearestNeighbours

    return step_of(NearestNeighbours(5, algorithm="kd_tree"))


def sklearn(threads):
    from sklearn.neighbors import KNeighborsClassifier

    return step_of(KNeighborsClassifier(5, algorithm="kd_tree"))


PEERS = {"abacus": abacus, "scikit-learn": sklearn}
