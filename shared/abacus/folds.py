"""Cross-validation: which samples are learnt from and which are held out, round by round.

    for train, held in folds.k_fold(len(y), 10, job.rng("folds")):
        right += (fit(x[train], y[train]).predict(x[held]) == y[held]).sum()

Each yields pairs of sorted numbers of samples (int64); every sample is held out exactly once.
"""

import numpy as np

from abacus.errors import BadInput


def k_fold(n, k, rng):
    """k rounds over n samples: a random partition into k parts, whose sizes differ by one at most."""
    _check(n, k)
    return _rounds(rng.permutation(n) % k, k)


def stratified(labels, k, rng):
    """As `k_fold`, with each class spread evenly: the numbers of its members in two parts differ by one at most.

    BadInput for a class of one member: in the round that holds it out nothing could be learnt of it.
    """
    labels = np.asarray(labels)
    _check(len(labels), k)
    classes, index, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    if (sizes < 2).any():
        raise BadInput(f"stratified: class {classes[sizes.argmin()]} has one member: wanted two at least")
    order = rng.permutation(len(labels))
    order = order[np.argsort(index[order], kind="stable")]  # class by class, at random within
    part = np.empty(len(labels), np.int64)
    part[order] = np.arange(len(labels)) % k
    return _rounds(part, k)


def leave_one_out(n):
    """n rounds over n samples: each is held out alone."""
    _check(n, n)
    return _rounds(np.arange(n), n)


def _rounds(part, k):
    """(train, held) for each of the k parts, where part[i] is that of sample i."""
    for i in range(k):
        yield np.flatnonzero(part != i), np.flatnonzero(part == i)


def _check(n, k):
    if not 2 <= k <= n:
        raise BadInput(f"{k} folds of {n} samples: wanted at least 2, and no more than samples")
