"""Where EM begins: labels from k-means, random rows, quantiles, or a hierarchy of merges."""

import warnings

import numpy as np

from abacus.errors import BadInput

NAMES = ("k-means", "random", "quantiles", "hierarchical")


def labels(init, x, k, n_init, seed):
    """Yield the labels (n,) of each start."""
    if not isinstance(init, str):
        yield given(init, len(x), k)
    elif init == "quantiles":
        if x.shape[1] != 1:
            raise BadInput(f'init="quantiles" is for one feature, X has {x.shape[1]}')
        yield quantiles(x[:, 0], k)
    elif init == "hierarchical":
        import model_based

        yield model_based.cut(x, k)
    elif init in NAMES:
        draw = by_kmeans if init == "k-means" else by_rows
        for own in np.random.SeedSequence(seed).spawn(n_init):
            yield draw(x, k, np.random.default_rng(own))
    else:
        raise BadInput(f"init is {init!r}; it must be labels or one of {', '.join(NAMES)}")


def given(init, n, k):
    """Labels that a caller gives, checked."""
    try:
        found = np.asarray(init)
    except ValueError:  # rows of unequal lengths
        found = np.empty(0)
    if (
        found.shape != (n,)
        or found.dtype.kind not in "iu"
        or (np.bincount(found.clip(0, k), minlength=k) == 0)[:k].any()
    ):
        raise BadInput(f"init must be {n} labels from 0 to {k - 1}, each of which occurs")
    if found.min() < 0 or found.max() >= k:
        raise BadInput(f"init must be {n} labels from 0 to {k - 1}, got {found.min()} to {found.max()}")
    return found.astype(np.int64)


def by_kmeans(x, k, rng):
    """The labels of k-means from one k-means++ start, each feature measured in its standard deviation."""
    from kmeans import EmptyClusters, KMeans

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EmptyClusters)  # EM says itself that a component has no points
        return KMeans(k, n_init=1, seed=int(rng.integers(2**31))).fit((x - x.mean(axis=0)) / x.std(axis=0)).labels_


def by_rows(x, k, rng):
    """Each row's nearest of k rows drawn at random, no two the same where there are enough."""
    different = np.unique(x, axis=0)
    centres = different[rng.choice(len(different), k, replace=len(different) < k)]
    distances = (((x[:, None] - centres) / x.std(axis=0)) ** 2).sum(axis=2)
    found = distances.argmin(axis=1)
    found[distances.argmin(axis=0)] = np.arange(k)
    return found


def quantiles(x, k):
    """k classes of nearly equal size, cut at quantiles; where values are tied, at as many quantiles as give k different cuts."""
    if len(np.unique(x)) < k:
        raise BadInput(f"{len(np.unique(x))} different values cannot be cut into {k} classes")
    cuts, number = np.empty(0), k
    while len(cuts) < k + 1:
        number += 1
        cuts = np.unique(np.quantile(x, np.linspace(0.0, 1.0, number)))
    narrow = np.argsort(np.diff(cuts), kind="stable")[: len(cuts) - k - 1]
    cuts = np.delete(cuts, narrow)
    return np.searchsorted(cuts[1:-1], x, side="right")
