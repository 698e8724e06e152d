"""Compiled loops over rows and graphs: the k nearest, all distances, the shortest paths."""

import numpy as np
from numba import njit

from abacus.kernels import EXACT, JIT, ORDERED

CHUNK = 64  # columns of which the smallest is looked for first: most chunks hold no neighbour


@njit(**JIT | {"fastmath": ORDERED})
def _smallest(row, half, begin, end):
    low = half[begin] - row[begin]
    for j in range(begin + 1, end):
        low = min(low, half[j] - row[j])
    return low


@njit(**EXACT)
def _insert(value, index, best, which):
    """(value, index) takes the place of the last of the rising list `best`; of equals the lower index is first."""
    p = len(best) - 1
    while p > 0 and (best[p - 1] > value or (best[p - 1] == value and which[p - 1] > index)):
        best[p], which[p] = best[p - 1], which[p - 1]
        p -= 1
    best[p], which[p] = value, index


@njit(**EXACT)
def keep(products, half, first, best, which):
    """For each row i: columns j with the smallest half[j] − products[i, j] join best[i], which[i] (eq. 2)."""
    n, m = products.shape
    k = best.shape[1]
    for i in range(n):
        row = products[i]
        for begin in range(0, m, CHUNK):
            end = min(begin + CHUNK, m)
            if _smallest(row, half, begin, end) < best[i, k - 1]:
                for j in range(begin, end):
                    if half[j] - row[j] < best[i, k - 1]:  # eq. 2
                        _insert(half[j] - row[j], first + j, best[i], which[i])


@njit(**JIT)
def _square(a, b):
    total = 0.0
    for j in range(len(a)):
        total += (a[j] - b[j]) * (a[j] - b[j])  # eq. 1
    return total


@njit(**JIT)
def every(columns, queries, square):
    """square[i, j] = ‖query i − row j‖², the rows given as columns (d, n): Σ over features in their order (eq. 1)."""
    d, n = columns.shape
    for i in range(len(queries)):
        own = square[i]
        own[:] = 0.0
        for a in range(d):
            q, column = queries[i, a], columns[a]
            for j in range(n):
                own[j] += (q - column[j]) * (q - column[j])


@njit(**EXACT)
def exactly(x, queries, candidates, best, which):
    """The k nearest of each query's candidates (n, c), by exact squared distances; best begins with inf."""
    k = best.shape[1]
    for i in range(len(queries)):
        for j in candidates[i]:
            d = _square(queries[i], x[j])
            if d < best[i, k - 1] or (d == best[i, k - 1] and j < which[i, k - 1]):
                _insert(d, j, best[i], which[i])


@njit(**EXACT)
def scan(x, queries, chosen, best, which):
    """The k nearest of all rows of x to the chosen queries: rows of best and which."""
    k = best.shape[1]
    for i in chosen:
        best[i] = np.inf
        for j in range(len(x)):
            d = _square(queries[i], x[j])
            if d < best[i, k - 1]:
                _insert(d, j, best[i], which[i])


@njit(**EXACT)
def dijkstra(start, column, length, lengths):
    """lengths[s, i]: the shortest path from s to i; the graph in rows, start (n + 1), column and length (edges)."""
    n = len(start) - 1
    heap, place = np.empty(n, np.int64), np.empty(n, np.int64)  # nodes by distance; where each stands, −1: not there
    for s in range(n):
        d = lengths[s]
        d[s] = 0.0
        place[:] = -1
        heap[0], place[s], size = s, 0, 1
        while size > 0:
            node = heap[0]
            size -= 1
            last = heap[size]
            hole = 0
            while 2 * hole + 1 < size:  # the last sinks from the top
                child = 2 * hole + 1
                if child + 1 < size and d[heap[child + 1]] < d[heap[child]]:
                    child += 1
                if d[last] <= d[heap[child]]:
                    break
                heap[hole] = heap[child]
                place[heap[hole]] = hole
                hole = child
            heap[hole], place[last] = last, hole
            for e in range(start[node], start[node + 1]):
                j = column[e]
                through = d[node] + length[e]
                if through < d[j]:
                    if place[j] < 0:
                        place[j] = size
                        size += 1
                    d[j] = through
                    hole = place[j]
                    while hole > 0 and d[heap[(hole - 1) // 2]] > through:  # it rises
                        heap[hole] = heap[(hole - 1) // 2]
                        place[heap[hole]] = hole
                        hole = (hole - 1) // 2
                    heap[hole], place[j] = j, hole
