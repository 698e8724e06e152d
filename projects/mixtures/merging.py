"""Components merged to clusters where doubt between them is largest (Baudry et al. 2010): the fit stays, the clusters fall."""

import numpy as np


def entropy(z):
    """−Σ_i Σ_k z log z of posteriors z (n, K): how much doubt there is about the clusters, eq. (20)."""
    return 0.0 - float((z * np.log(np.where(z > 0, z, 1.0))).sum())  # eq. 20


def merges(z):
    """[(groups, entropy)] from K components to one: groups, a list of lists of components, each step merging the two groups
    whose union lowers the entropy most."""
    groups, z = [[k] for k in range(z.shape[1])], z.copy()
    found = [([list(group) for group in groups], entropy(z))]
    while len(groups) > 1:
        pairs = [(a, b) for a in range(len(groups)) for b in range(a + 1, len(groups))]
        a, b = max(pairs, key=lambda pair: _gain(z[:, pair[0]], z[:, pair[1]]))
        z[:, a] += z[:, b]
        z = np.delete(z, b, axis=1) if z.shape[1] > 2 else np.ones((len(z), 1))  # of one cluster nobody doubts
        groups[a] = groups[a] + groups.pop(b)
        found.append(([list(group) for group in groups], entropy(z)))
    return found


def _gain(one, other):
    """How much the entropy falls when two columns become one."""
    parts = [entropy(z[:, None]) for z in (one, other, one + other)]
    return parts[0] + parts[1] - parts[2]


def labels(z, groups):
    """The cluster of each row (n,): the group with the largest sum of z (n, K)."""
    return np.stack([z[:, group].sum(axis=1) for group in groups], axis=1).argmax(axis=1)
