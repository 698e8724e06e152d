"""k-means of 50 000 points in eight dimensions, fifty centres, from one start for both: 40 rounds; the objective."""

import numpy as np
from workloads.estimators import peers

ROUNDS, CENTRES = 40, 50


def step_of(KMeans):
    rng = np.random.default_rng(0)
    middles = 3.0 * rng.standard_normal((CENTRES, 8))
    x = middles[rng.integers(0, CENTRES, 50_000)] + rng.standard_normal((50_000, 8))
    start = x[rng.choice(len(x), CENTRES, replace=False)]
    return lambda: float(KMeans(CENTRES, init=start, n_init=1, max_iter=ROUNDS, tol=0.0).fit(x).inertia_)


PEERS = peers(step_of, "mixtures/kmeans.KMeans", "sklearn.cluster.KMeans")
