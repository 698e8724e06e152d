"""What the workloads of t-SNE share: a whole map of MNIST's digits in 50 principal components, ours and openTSNE's.

Both take 250 steps with exaggeration 12 and 500 more, perplexity 30. The loss is the divergence of the finished map, of the
same probabilities (exact neighbours) and with every pair looked at, whoever made the map.
"""

from functools import cache

import numpy as np
from workloads.estimators import our

PERPLEXITY = 30


@cache
def components(n):
    """The first 50 principal components (n, 50) of the first n digits, training digits before test digits."""
    return our("manifolds/mds.components")(our("manifolds/maps.images")("mnist", n)[0], 50)


def peers(n):
    """PEERS of a map of n digits."""

    def ours(threads):
        x, tsne = components(n), our("manifolds/tsne.TSNE")
        tsne(method="fft", max_iter=2, n_jobs=threads).fit(x[:200])  # compiled, or read from the cache
        return lambda: tsne(perplexity=PERPLEXITY, n_jobs=threads).fit_transform(x)

    def theirs(threads):
        from openTSNE import TSNE

        x = components(n)
        return lambda: np.asarray(TSNE(perplexity=PERPLEXITY, n_jobs=threads, random_state=0).fit(x), np.float64)

    return {"abacus": ours, "openTSNE": theirs}


def divergence(y):
    """Σ p log(p / q) of a map y (n, 2), p of exact neighbours."""
    near = our("manifolds/neighbours.nearest")(components(len(y)), 3 * PERPLEXITY)
    p = our("manifolds/tsne.affinities")(*near, float(PERPLEXITY))
    return our("manifolds/tsne.divergence")(p, y, our("manifolds/tsne.all_pairs_total")(y))
