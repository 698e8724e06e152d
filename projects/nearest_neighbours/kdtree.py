"""A k-d tree (Bentley 1975): boxes halved at the median of their widest side, down to a few points."""

from dataclasses import dataclass

import numpy as np

LEAF = 16  # points below which a look at every one is quicker than another box


@dataclass
class Tree:
    """Node i holds the rows order[first[i]:last[i]], its children are 2i + 1 and 2i + 2; first[i] = −1: no node."""

    order: np.ndarray  # (n,)
    points: np.ndarray  # (n, d): the rows in that order, so that those of a leaf lie side by side
    first: np.ndarray  # (nodes,)
    last: np.ndarray
    low: np.ndarray  # (nodes, d): the box that its points just fill
    high: np.ndarray


def build(x):
    """The tree of the rows of X (n, d)."""
    depth = max(int(np.ceil(np.log2(max(len(x), 1) / LEAF))), 0)
    nodes = 2 ** (depth + 1) - 1
    first, last = np.full(nodes, -1), np.full(nodes, -1)
    low, high = np.zeros((nodes, x.shape[1])), np.zeros((nodes, x.shape[1]))
    order = np.arange(len(x))
    first[0], last[0] = 0, len(x)
    for node in range(nodes):
        start, stop = first[node], last[node]
        if start < 0:
            continue
        points = x[order[start:stop]]
        low[node], high[node] = points.min(axis=0), points.max(axis=0)
        if stop - start <= LEAF or 2 * node + 2 >= nodes:
            continue
        side = np.argmax(high[node] / 2 - low[node] / 2)  # halves do not overflow
        middle = (stop - start) // 2
        order[start:stop] = order[start:stop][np.argpartition(points[:, side], middle, kind="introselect")]
        first[2 * node + 1], last[2 * node + 1] = start, start + middle
        first[2 * node + 2], last[2 * node + 2] = start + middle, stop
    return Tree(order, np.ascontiguousarray(x[order]), first, last, low, high)


def query(tree, queries, k, p):
    """Distances to the power p and indices (n, k) of the k nearest rows; of equals the lower index first."""
    from distances import walk

    best, which = np.full((len(queries), k), np.inf), np.full((len(queries), k), len(tree.order))
    walk(tree.points, tree.order, tree.first, tree.last, tree.low, tree.high, queries, p, best, which)
    return best, which
