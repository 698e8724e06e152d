"""Twenty passes of BPR, 63 factors and an offset, on the visits of 32 711 users: the share of 10 000 pairs in the wrong order.

A pair is a visit and an area that the user did not visit. Both draw their own triples, and the areas that are not wanted
as often as users have them: the errors agree within sampling.
"""

import numpy as np
from workloads.estimators import our

FACTORS, RATE, PENALTY, PASSES, ITEMS = 63, 0.05, 0.01, 20, 10_000


def task():
    """(visits, a function that gives the share of pairs in the wrong order for scores of (users, items))."""
    x, rng = our("recommender/ratings.msweb")()[0], np.random.default_rng(0)
    at = rng.integers(x.nnz, size=2 * ITEMS)
    users = np.repeat(np.arange(x.shape[0]), np.diff(x.indptr))[at]
    others = rng.integers(x.shape[1], size=at.size)
    unseen = np.flatnonzero(np.asarray(x[users, others]).ravel() == 0)[:ITEMS]
    users, has, has_not = users[unseen], x.indices[at][unseen], others[unseen]
    return x, lambda score: float((score(users, has) <= score(users, has_not)).mean())


def ours(threads):
    make, (x, error) = our("recommender/factors.BPR"), task()

    def step():
        m = make(FACTORS, RATE, PENALTY, PASSES, popular=True).fit(x)
        return error(lambda u, i: np.einsum("ij,ij->i", m.users_[u], m.items_[i]) + m.offsets_[i])

    return step


def theirs(threads):
    from implicit.bpr import BayesianPersonalizedRanking
    from scipy import sparse

    x, error = task()
    plain = sparse.csr_matrix(x.astype(np.float32))

    def step():
        m = BayesianPersonalizedRanking(FACTORS, RATE, PENALTY, iterations=PASSES, num_threads=threads, random_state=0)
        m.fit(plain, show_progress=False)
        return error(lambda u, i: np.einsum("ij,ij->i", m.user_factors[u], m.item_factors[i]))

    return step


PEERS = {"abacus": ours, "implicit": theirs}
