"""Compiled loops for nearest neighbours: the k smallest of a block, exact distances, the walk through a k-d tree."""

import numpy as np
from numba import njit

from abacus.kernels import EXACT, JIT

LOOSE = JIT | {"fastmath": True}
CHUNK = 64  # columns of which the smallest is looked for before any is compared: most chunks hold no neighbour


@njit(**EXACT)
def insert(value, index, best, which):
    """Put (value, index) into the rising list `best` in the place of its last; of equals the lower index is first."""
    p = len(best) - 1
    while p > 0 and (best[p - 1] > value or (best[p - 1] == value and which[p - 1] > index)):
        best[p], which[p] = best[p - 1], which[p - 1]
        p -= 1
    best[p], which[p] = value, index


@njit(**LOOSE)
def _smallest(row, half, start, stop):
    low = half[start] - row[start]
    for j in range(start + 1, stop):
        low = min(low, half[j] - row[j])
    return low


@njit(**EXACT)
def keep_smallest(products, half, first, best, which):
    """For each row i: columns j with the smallest half[j] − products[i, j] join best[i], which[i] (eq. 3)."""
    n, m = products.shape
    k = best.shape[1]
    for i in range(n):
        row, own, names = products[i], best[i], which[i]
        worst = own[k - 1]
        for start in range(0, m, CHUNK):
            stop = min(start + CHUNK, m)
            if _smallest(row, half, start, stop) >= worst:
                continue
            for j in range(start, stop):
                value = half[j] - row[j]  # eq. 3
                if value < worst:
                    insert(value, first + j, own, names)
                    worst = own[k - 1]


@njit(**LOOSE)
def distance(a, b, p):
    """Σ |a_j − b_j|^p for p = 1, 2, 3, in float64: exact where a and b are whole numbers up to 255 (eq. 1)."""
    total = 0.0
    if p == 1:
        for j in range(len(a)):
            total += abs(np.float64(a[j]) - np.float64(b[j]))
    elif p == 2:
        for j in range(len(a)):
            d = np.float64(a[j]) - np.float64(b[j])
            total += d * d
    else:
        for j in range(len(a)):
            d = abs(np.float64(a[j]) - np.float64(b[j]))
            total += d * d * d
    return total


@njit(**EXACT)
def scan(x, queries, p, best, which):
    """The k nearest rows of x to each query, all looked at: best (n, k) distances to the power p, which (n, k)."""
    k = best.shape[1]
    for i in range(len(queries)):
        for j in range(len(x)):
            d = distance(queries[i], x[j], p)
            if d < best[i, k - 1]:
                insert(d, j, best[i], which[i])


@njit(**EXACT)
def exactly(x, queries, candidates, p, best, which):
    """The k nearest of each query's candidates (n, c), by exact distances."""
    k = best.shape[1]
    for i in range(len(queries)):
        for j in candidates[i]:
            d = distance(queries[i], x[j], p)
            if d < best[i, k - 1] or (d == best[i, k - 1] and j < which[i, k - 1]):
                insert(d, j, best[i], which[i])


@njit(**EXACT)
def screen_cubes(squares, slack, support, own, first, x, queries, best, which):
    """L3 neighbours in a block of x: an exact distance only where Hölder's bound lets it be small (eqs. 5 and 6).

    squares (n, m): squared L2 distances, wrong by at most slack[i]; support (m,), own (n,): numbers of nonzero pixels.
    """
    n, m = squares.shape
    k = best.shape[1]
    for i in range(n):
        worst = best[i, k - 1]
        bound = worst * worst
        start = np.argmin(squares[i])  # the likeliest first: the bound is tight from then on
        for step in range(-1, m):
            j = start if step < 0 else step
            if step == start:
                continue
            s = max(np.float64(squares[i, j]) - slack[i], 0.0)
            if s * s * s > bound * (support[j] + own[i]):  # eq. 6
                continue
            d = distance(queries[i], x[first + j], 3)
            if d < worst or (d == worst and first + j < which[i, k - 1]):
                insert(d, first + j, best[i], which[i])
                worst = best[i, k - 1]
                bound = worst * worst


@njit(**EXACT)
def box_distance(q, low, high, p):
    """Σ |q_j − nearest point of the box [low, high]|^p: no point in the box is nearer (eq. 7)."""
    total = 0.0
    for j in range(len(q)):
        d = max(low[j] - q[j], q[j] - high[j], 0.0)  # eq. 7
        total += d if p == 1 else d * d if p == 2 else d * d * d
    return total


@njit(**EXACT)
def walk(points, order, first, last, low, high, queries, p, best, which):
    """The k nearest points to each query in a k-d tree (kdtree.py): the nearer child first, far boxes not at all."""
    k = best.shape[1]
    nodes = len(first)
    stack, bounds = np.empty(128, np.int64), np.empty(128)
    for i in range(len(queries)):
        q = queries[i]
        stack[0], bounds[0], top = 0, box_distance(q, low[0], high[0], p), 1
        while top > 0:
            top -= 1
            node = stack[top]
            if bounds[top] > best[i, k - 1]:
                continue
            left, right = 2 * node + 1, 2 * node + 2
            if left >= nodes or first[left] < 0:
                for r in range(first[node], last[node]):
                    d = distance(q, points[r], p)
                    if d < best[i, k - 1] or (d == best[i, k - 1] and order[r] < which[i, k - 1]):
                        insert(d, order[r], best[i], which[i])
                continue
            near, far = box_distance(q, low[left], high[left], p), box_distance(q, low[right], high[right], p)
            if near > far:
                left, right, near, far = right, left, far, near
            stack[top], bounds[top] = right, far
            stack[top + 1], bounds[top + 1] = left, near
            top += 2
