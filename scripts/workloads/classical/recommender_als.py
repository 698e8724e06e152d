"""Five sweeps of least squares in turns, 64 factors, on the visits of 32 711 users to 294 areas: the loss that is reached.

Both begin at the same vectors and take three steps of conjugate gradients for each least-squares problem, in float32.
"""

import numpy as np
from workloads.estimators import our

SETTINGS = {"factors": 64, "penalty": 10.0, "alpha": 30.0, "sweeps": 5}


def visits():
    return our("recommender/ratings.msweb")()[0]


def ours(threads):
    make, x = our("recommender/factors.ALS"), visits()

    return lambda: float(make(**SETTINGS).fit(x).loss(x))


def theirs(threads):
    from implicit.als import AlternatingLeastSquares
    from scipy import sparse

    judge, x = our("recommender/factors.ALS")(**SETTINGS), visits()
    plain = sparse.csr_matrix(x.astype(np.float32))
    rng = np.random.default_rng(0)
    start = [rng.random((n, SETTINGS["factors"]), np.float32) / 100 for n in x.shape]

    def step():
        model = AlternatingLeastSquares(
            SETTINGS["factors"],
            SETTINGS["penalty"],
            1 + SETTINGS["alpha"],
            iterations=SETTINGS["sweeps"],
            num_threads=threads,
        )
        model.user_factors, model.item_factors = (a.copy() for a in start)
        model.fit(plain, show_progress=False)
        judge.users_, judge.items_ = model.user_factors, model.item_factors
        return float(judge.loss(x))

    return step


PEERS = {"abacus": ours, "implicit": theirs}
