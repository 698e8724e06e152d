"""Communities of a small graph by modularity: edge betweenness, greedy merging, and local search for the best.

Edges are (m, 2), each once; a division is labels (n,), numbered from 0 in the order of their first member.
"""

import numpy as np


def modularity(labels, edges):
    """Q = Σ_c (share of edges inside c - (share of ends in c)²) (Newman & Girvan 2004)."""
    inside = labels[edges[:, 0]] == labels[edges[:, 1]]
    ends = np.bincount(labels[edges.ravel()]) / (2 * len(edges))
    return inside.mean() - (ends**2).sum()  # eq. 14


def girvan_newman(edges, n):
    """Remove the edge with the largest betweenness, again and again; the best of the divisions on the way."""
    left, best, quality = list(map(tuple, edges.tolist())), np.zeros(n, dtype=int), 0.0
    while left:
        load = betweenness(left, n)
        left.remove(max(left, key=lambda edge: round(load[edge], 9)))  # rounded: ties go to the first
        labels = components(left, n)
        if modularity(labels, edges) > quality:
            best, quality = labels, modularity(labels, edges)
    return best


def betweenness(edges, n):
    """{edge: how many shortest paths between pairs of nodes run through it}, shares where a pair has several (Brandes 2001)."""
    near = _neighbours(edges, n)
    load = dict.fromkeys(edges, 0.0)
    for source in range(n):
        order, distance, paths = [source], {source: 0}, np.zeros(n)
        paths[source] = 1
        for node in order:  # grows while it is walked
            for other in near[node]:
                if other not in distance:
                    distance[other] = distance[node] + 1
                    order.append(other)
                if distance[other] == distance[node] + 1:
                    paths[other] += paths[node]
        through = np.zeros(n)
        for node in reversed(order):
            for other in near[node]:
                if distance[other] == distance[node] - 1:
                    flow = paths[other] / paths[node] * (1 + through[node])
                    through[other] += flow
                    load[min(node, other), max(node, other)] += flow
    return load


def components(edges, n):
    """Labels of the connected components."""
    near, labels = _neighbours(edges, n), np.full(n, -1)
    for start in range(n):
        if labels[start] < 0:
            labels[start], waiting = labels.max() + 1, [start]
            while waiting:
                for other in near[waiting.pop()]:
                    if labels[other] < 0:
                        labels[other] = labels[start]
                        waiting.append(other)
    return labels


def greedy(edges, n):
    """Join the two communities whose union raises Q most, from single nodes to one; the best on the way (Newman 2004)."""
    labels = best = np.arange(n)
    while labels.max() > 0:
        pairs = {tuple(sorted(pair)) for pair in labels[edges].tolist() if pair[0] != pair[1]}
        if not pairs:
            break
        joined = [_numbered(np.where(labels == b, a, labels)) for a, b in sorted(pairs)]
        labels = max(joined, key=lambda division: round(modularity(division, edges), 12))
        best = max(best, labels, key=lambda division: modularity(division, edges))
    return best


def best(edges, n, rng, starts=50):
    """The best of `starts` local searches from random divisions: move a node while that raises Q."""
    found = [_climb(_numbered(rng.integers(0, 6, n)), edges, n, rng) for _ in range(starts)]
    return max(found, key=lambda division: round(modularity(division, edges), 12))


def _climb(labels, edges, n, rng):
    """Move nodes, in random order, to the community that is best for Q, until none wants to move."""
    a = np.zeros((n, n))
    a[edges[:, 0], edges[:, 1]] = a[edges[:, 1], edges[:, 0]] = 1
    b = a - np.outer(a.sum(axis=0), a.sum(axis=0)) / (2 * len(edges))  # Newman's modularity matrix
    np.fill_diagonal(b, 0)
    moved = True
    while moved:
        moved = False
        for node in rng.permutation(n):
            gains = b[node] @ np.eye(labels.max() + 2)[labels]  # the last: a community of its own
            if gains.max() > gains[labels[node]] + 1e-9:
                labels[node], moved = gains.argmax(), True
        labels = _numbered(labels)
    return labels


def _numbered(labels):
    """The same division, numbered in the order of the first members."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def _neighbours(edges, n):
    near = [[] for _ in range(n)]
    for a, b in edges:
        near[a].append(b)
        near[b].append(a)
    return near
