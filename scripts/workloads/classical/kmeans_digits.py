"""k-means of MNIST's 60 000 training digits in float32, ten centres, from one start for both: 40 rounds; the objective."""

import numpy as np
from workloads.estimators import digits, peers

ROUNDS, CENTRES = 40, 10


def step_of(KMeans):
    x, _, _, _ = digits()
    start = x[np.random.default_rng(0).choice(len(x), CENTRES, replace=False)]
    return lambda: float(KMeans(CENTRES, init=start, n_init=1, max_iter=ROUNDS, tol=0.0).fit(x).inertia_)


PEERS = peers(step_of, "mixtures/kmeans.KMeans", "sklearn.cluster.KMeans")
