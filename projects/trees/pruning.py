"""Cost-complexity pruning: the weakest link goes first, and held-out rows say where to stop (Breiman et al. 1984, chapter 3)."""

import numpy as np

from abacus import folds
from coding import LEAF


def errors(tree):
    """R(t) of each node, as the weight of the rows that are not of its largest class (nodes,)."""
    return tree.weight - tree.value.max(axis=1)


def collapses(tree, risk):
    """α(t) of each node: its subtree is cut off for every α ≥ α(t), which is ∞ at a leaf  (eqs. 5 and 6).

    risk (nodes,) is R(t), in the unit of α.
    """
    nodes = len(risk)
    alpha, parent = np.full(nodes, np.inf), np.full(nodes, -1)
    below, leaves = risk.astype(np.float64), np.ones(nodes)  # R(T_t) and |T_t|
    inner = np.flatnonzero(tree.feature != LEAF)
    for t in inner[::-1]:  # children have larger numbers than their parents
        left, right = tree.left[t], tree.right[t]
        parent[[left, right]] = t
        below[t], leaves[t] = below[left] + below[right], leaves[left] + leaves[right]
    alive, reached = np.zeros(nodes, bool), 0.0
    alive[inner] = True
    while alive[0]:
        open_ = np.flatnonzero(alive)
        link = (risk[open_] - below[open_]) / (leaves[open_] - 1)  # eq. 5
        weakest = open_[link.argmin()]
        reached = max(reached, link.min())  # eq. 6
        cut, gone = [weakest], (risk[weakest] - below[weakest], leaves[weakest] - 1)
        while cut:
            t = cut.pop()
            if alive[t]:
                alive[t], alpha[t] = False, reached
                cut += [tree.left[t], tree.right[t]]
        t = weakest
        while t >= 0:
            below[t] += gone[0]
            leaves[t] -= gone[1]
            t = parent[t]
    return alpha


def pruned(tree, alpha, at):
    """The tree without what is cut off at `at`, its nodes numbered anew; alpha (nodes,) as `collapses` gives it."""
    kept = [0]
    for t in kept:
        if tree.feature[t] != LEAF and alpha[t] > at:
            kept += [tree.left[t], tree.right[t]]
    place = np.full(len(alpha), LEAF)
    place[kept] = np.arange(len(kept))
    arrays = {name: getattr(tree, name)[kept] for name in tree._fields[:-1]}
    leaf = (arrays["feature"] == LEAF) | (alpha[kept] <= at)
    arrays["feature"][leaf] = LEAF
    for side in ("left", "right"):
        arrays[side] = np.where(leaf, LEAF, place[arrays[side]]).astype(np.int32)
    return tree._replace(**arrays)


def steps(alpha):
    """The α at which the sequence of subtrees changes, from 0 on, in order."""
    found = np.unique(alpha[np.isfinite(alpha)])
    return found if len(found) and found[0] == 0 else np.concatenate([[0.0], found])


def costs(tree, alpha, x, loss, levels):
    """The summed loss on the rows of x of the subtree at each level of α, in rising order: loss(nodes) is that of each row."""
    parent = np.full(len(alpha), -1)
    inner = np.flatnonzero(tree.feature != LEAF)
    parent[tree.left[inner]] = parent[tree.right[inner]] = inner
    node, found = tree.leaves(x), []
    for level in levels:
        while True:  # α(t) does not fall towards the root: a row climbs as far as its path is cut
            up = parent[node]
            higher = (up >= 0) & (alpha[up] <= level)
            if not higher.any():
                break
            node = np.where(higher, up, node)
        found.append(loss(node).sum())
    return np.array(found)


def cross_validated(grow, loss, x, k, rng):
    """The α of the subtree of least cross-validated cost over k folds  (eq. 7).

    grow(rows) gives (tree, α(t)) of some rows; loss(tree, nodes, rows) is that of rows of x at nodes of this tree.
    """
    levels = steps(grow(np.arange(len(x)))[1])
    middles = np.sqrt(levels * np.append(levels[1:], levels[-1] * 2 + 1))  # eq. 7
    total = np.zeros(len(levels))
    for train, held in folds.k_fold(len(x), k, rng):
        tree, alpha = grow(train)
        total += costs(tree, alpha * len(x) / len(train), x[held], lambda t: loss(tree, t, held), middles)  # noqa: B023
    return levels[len(total) - 1 - total[::-1].argmin()]  # of equal ones the smallest tree
