"""How good a list is: what stands at its top, how many things are ever recommended, and how far from the obvious."""

import numpy as np

HALF_LIFE = 5  # Breese et al., p. 5


def ranks(scores, known):
    """The place (users, items) of each item in its user's list, from 0; what is known stands behind all others.

    Of equal scores the item of smaller number comes first.
    """
    scores = np.array(scores, np.float64)
    scores[known.nonzero()] = -np.inf
    order = np.argsort(-scores, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(scores.shape[1])[None], axis=1)
    return places


def half_life(place, alpha=HALF_LIFE):
    """Breese's weight of a place (from 0) in a list: 2^(−place/(α − 1)); somebody looks at the α-th with chance ½  (eq. 2)."""
    return 2.0 ** (-np.asarray(place) / (alpha - 1))  # eq. 2


def utilities(places, asked, weight=half_life):
    """(reached, reachable), each (users,): the weights of the asked items' places, and of the list that has them on top."""
    users, items = asked.nonzero()
    reached = np.bincount(users, weight(places[users, items]), asked.shape[0])
    sizes = np.diff(asked.indptr)
    best = np.concatenate([[0.0], np.cumsum(weight(np.arange(max(sizes, default=0))))])
    return reached, best[sizes]


def ranked_score(places, asked, weight=half_life):
    """Breese's score R = 100 Σ reached / Σ reachable, in per cent  (eq. 3)."""
    reached, reachable = utilities(places, asked, weight)
    return 100 * reached.sum() / reachable.sum()  # eq. 3


def at_k(places, asked, k):
    """Means over the users, each 0 to 1: precision, recall, hit rate, nDCG and reciprocal rank of the first k places."""
    users, items = asked.nonzero()
    place, sizes = places[users, items], np.diff(asked.indptr)
    top = place < k
    hits = np.bincount(users[top], minlength=asked.shape[0])
    gain = np.bincount(users[top], 1 / np.log2(place[top] + 2), asked.shape[0])
    ideal = np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(k) + 2))])
    first = np.full(asked.shape[0], np.inf)
    np.minimum.at(first, users[top], place[top])
    return {
        "precision": np.mean(hits / k),
        "recall": np.mean(hits / sizes),
        "hit rate": np.mean(hits > 0),
        "nDCG": np.mean(gain / ideal[np.minimum(sizes, k)]),  # eq. 4
        "reciprocal rank": np.mean(1 / (first + 1)),
    }


def coverage(places, k):
    """Share of the items that stand in somebody's first k places."""
    return np.mean((places < k).any(axis=0))


def novelty(places, k, train):
    """Mean of −log2(share of the training users that have the item) over all recommended first k, in bits."""
    share = (np.bincount(train.indices, minlength=train.shape[1]) + 1) / (
        train.shape[0] + 1
    )  # one more, so that none is 0
    return np.mean(np.broadcast_to(-np.log2(share), places.shape)[places < k])


def rmse(predicted, values):
    """√(mean squared error) of ratings."""
    return float(np.sqrt(np.mean((np.asarray(predicted) - values) ** 2)))
