"""A hierarchy of bounding boxes by the surface area heuristic (MacDonald and Booth 1990; binned as in Wald 2007)."""

import numpy as np
from numba import int32, njit

from engine.lanes import fast
from engine.traverse import WIDE

BINS = 16


@fast
def half_area(low, high):
    """Half the surface of the box from `low` to `high`: what a ray's chance to meet it is proportional to."""
    a, b, c = high[0] - low[0], high[1] - low[1], high[2] - low[2]
    return a * b + b * c + c * a


@fast
def split(low, high, order, start, stop):
    """Parts order[start:stop] in two at the cheapest of the bins' borders: SA(left) n(left) + SA(right) n(right)."""
    best, axis, border = np.inf, -1, 0.0
    for k in range(3):
        least, most = np.inf, -np.inf
        for i in range(start, stop):
            c = low[order[i], k] + high[order[i], k]
            least, most = min(least, c), max(most, c)
        if not most > least:
            continue
        count = np.zeros(BINS)
        lows, highs = np.full((BINS, 3), np.inf), np.full((BINS, 3), -np.inf)
        scale = BINS * (1 - 1e-9) / (most - least)
        for i in range(start, stop):
            p = order[i]
            b = int((low[p, k] + high[p, k] - least) * scale)
            count[b] += 1
            for c in range(3):
                lows[b, c], highs[b, c] = min(lows[b, c], low[p, c]), max(highs[b, c], high[p, c])
        right = np.zeros(BINS)
        a, z, n = np.full(3, np.inf), np.full(3, -np.inf), 0.0
        for b in range(BINS - 1, 0, -1):
            a, z, n = np.minimum(a, lows[b]), np.maximum(z, highs[b]), n + count[b]
            right[b] = half_area(a, z) * n if n > 0 else 0.0
        a, z, n = np.full(3, np.inf), np.full(3, -np.inf), 0.0
        for b in range(BINS - 1):
            a, z, n = np.minimum(a, lows[b]), np.maximum(z, highs[b]), n + count[b]
            cost = (half_area(a, z) * n if n > 0 else 0.0) + right[b + 1]
            if 0 < n < stop - start and cost < best:
                best, axis, border = cost, k, least + (b + 1) / scale
    if axis < 0:
        return (start + stop) // 2
    middle = start
    for i in range(start, stop):
        p = order[i]
        if low[p, axis] + high[p, axis] < border:
            order[i], order[middle] = order[middle], p
            middle += 1
    return middle if start < middle < stop else (start + stop) // 2


def single(low, high):
    """Node and leaf of so few surfaces that one leaf holds them."""
    nodes = np.full((1, WIDE, 8), 1e15)
    nodes[0, 0] = np.r_[low.min(0), high.max(0), -1, 0]
    return nodes, np.array([[0, len(low)]])


@njit(nogil=True, error_model="numpy", cache=True)
def build(low, high, order, size):
    """Nodes (n, 16, 8) of sixteen children (bounds, then a node's number or -1 - leaf) and leaves (n, 2) as ranges of
    `order`, which is rearranged. The child with the largest surface is split until sixteen are there or all are small.
    """
    n = len(order)
    nodes = np.zeros((n + 1, WIDE, 8))
    leaves = np.zeros((n + 1, 2), np.int32)
    todo = [(0, n, 0)]
    made, ends = 1, 0
    first, last, weight = np.zeros(WIDE, np.int32), np.zeros(WIDE, np.int32), np.zeros(WIDE)
    while len(todo):
        start, stop, me = todo.pop()
        first[0], last[0], weight[0], have = start, stop, np.inf, 1
        while have < WIDE:
            pick = -1
            for j in range(have):
                if last[j] - first[j] > size and (pick < 0 or weight[j] > weight[pick]):
                    pick = j
            if pick < 0:
                break
            middle = split(low, high, order, first[pick], last[pick])
            first[have], last[have] = middle, last[pick]
            last[pick] = middle
            for j in (pick, have):
                weight[j] = half_area(*bounds(low, high, order, first[j], last[j])) * (last[j] - first[j])
            have += 1
        for j in range(WIDE):
            if j >= have:
                nodes[me, j, :6] = 1e15
                continue
            a, z = bounds(low, high, order, first[j], last[j])
            nodes[me, j, 0:3], nodes[me, j, 3:6] = a, z
            if last[j] - first[j] <= size:
                leaves[ends, 0], leaves[ends, 1] = first[j], last[j]
                ends += 1
                nodes[me, j, 6] = -ends
            else:
                nodes[me, j, 6] = made
                todo.append((int32(first[j]), int32(last[j]), int32(made)))
                made += 1
    return nodes[:made], leaves[:ends]


@fast
def bounds(low, high, order, start, stop):
    """The corners of the box around order[start:stop]."""
    a, z = np.full(3, np.inf), np.full(3, -np.inf)
    for i in range(start, stop):
        for c in range(3):
            a[c], z[c] = min(a[c], low[order[i], c]), max(z[c], high[order[i], c])
    return a, z
