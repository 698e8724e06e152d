"""Parts of a graph of 20 000 vertices and 15 000 random edges: union-find beside SciPy's compiled search in depth.

CPython has nothing of the kind: its row merges Python's own sets, the smaller one into the larger.
"""

from functools import partial

import numpy as np
from workloads.estimators import our

VERTICES, EDGES = 20_000, 15_000


def step_of(parts):
    edges = np.random.default_rng(0).integers(VERTICES, size=(EDGES, 2))
    return lambda: float(parts(edges))


def ours(UnionFind, edges):
    sets = UnionFind(range(VERTICES))
    for a, b in edges.tolist():
        sets.union(a, b)
    return sets.sets


def cpython(edges):
    part = {vertex: {vertex} for vertex in range(VERTICES)}
    for a, b in edges.tolist():
        small, large = sorted((part[a], part[b]), key=len)
        if small is not large:
            large |= small
            part.update(dict.fromkeys(small, large))
    return len({id(vertices) for vertices in part.values()})


def scipy(edges):
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(EDGES, np.int8)
    return connected_components(coo_array((ones, edges.T), (VERTICES, VERTICES)), directed=False)[0]


PEERS = {
    "abacus": lambda threads: step_of(partial(ours, our("algorithms/trees.UnionFind"))),
    "CPython": lambda threads: step_of(cpython),
    "SciPy": lambda threads: step_of(scipy),
}
