"""Ten iterations of singular value thresholding, 1 000 x 1 000 of rank 10 with 12 % known: beside SciPy's svds in its place.

svds (ARPACK) begins anew in each iteration and asks for one singular value more than there were, as the paper does.
"""

from functools import partial

import numpy as np
from workloads.estimators import our

SIZE, RANK, KNOWN, STEPS = 1000, 10, 119_400, 10


def task():
    rng = np.random.default_rng(0)
    left, right = rng.standard_normal((2, SIZE, RANK))
    at = np.sort(rng.choice(SIZE * SIZE, KNOWN, replace=False))
    return our("recommender/ratings.matrix")(*np.divmod(at, SIZE), (left @ right.T).ravel()[at], (SIZE, SIZE))


def size(u, s, v):
    return float(np.sqrt((s**2).sum()))


def ours(threads):
    given, rng = task(), np.random.default_rng(1)
    run = partial(our("recommender/completion.threshold"), given, 5 * SIZE, 1.2 * SIZE**2 / KNOWN, 0.0, rng, most=STEPS)
    return lambda: size(*run()[:3])


def scipy(threads):
    from scipy.sparse.linalg import svds

    given, tau, delta = task(), 5 * SIZE, 1.2 * SIZE**2 / KNOWN
    rows = np.repeat(np.arange(SIZE), np.diff(given.indptr))

    def step():
        y, rank = given.copy(), 0
        y.data *= np.ceil(tau / (delta * svds(y, 1)[1][0])) * delta
        for k in range(STEPS):
            count = rank + 1
            while True:
                u, s, vt = svds(y, count)
                if s.min() <= tau:
                    break
                count += 5
            u, s, vt = u[:, s > tau], s[s > tau] - tau, vt[s > tau]
            rank = s.size
            if k < STEPS - 1:
                y.data += delta * (given.data - np.einsum("ij,ji->i", (u * s)[rows], vt[:, given.indices]))
        return size(u, s, vt)

    return step


PEERS = {"abacus": ours, "SciPy": scipy}
