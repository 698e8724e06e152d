"""5-NN by a k-d tree: the 5 nearest of 100 000 points in three dimensions to 10 000 others."""

import numpy as np
from workloads.estimators import peers


def step_of(classifier):
    rng = np.random.default_rng(0)
    x, y, queries = rng.standard_normal((100_000, 3)), rng.integers(0, 2, 100_000), rng.standard_normal((10_000, 3))
    fitted = classifier(5, algorithm="kd_tree").fit(x, y)
    return lambda: float(fitted.kneighbors(queries)[0].sum())


PEERS = peers(step_of, "nearest_neighbours/estimator.NearestNeighbours", "sklearn.neighbors.KNeighborsClassifier")
