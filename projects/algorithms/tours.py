"""Tours through points in a plane: built by a rule (nearest neighbour, insertion), then improved (2-opt, or-opt).

A tour is an array of n city numbers; `d` is the n × n array of distances. Compiled: ten thousand tours a second.
"""

from dataclasses import dataclass

import numpy as np
from numba import njit

from abacus.settings import at_least

ROUNDING = 1e-12  # of a length: what is no gain but the rounding of sums; else equal tours would follow each other for ever


@njit(cache=True)
def distances(points):
    """Euclidean distances of points (n, 2), as (n, n)."""
    n = len(points)
    d = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            d[i, j] = np.hypot(points[i, 0] - points[j, 0], points[i, 1] - points[j, 1])
    return d


@njit(cache=True)
def length(d, tour):
    """Σ d(tour[k], tour[k+1]), and back to the first city (eq. 9)."""
    total = d[tour[-1], tour[0]]
    for k in range(len(tour) - 1):
        total += d[tour[k], tour[k + 1]]
    return total


@njit(cache=True)
def nearest_neighbour(d, start):
    """From `start`, always to the nearest city not yet visited."""
    n = len(d)
    tour, free = np.empty(n, np.int64), np.ones(n, np.bool_)
    city = start
    for k in range(n):
        tour[k], free[city] = city, False
        best = np.inf
        here = city
        for other in range(n):
            if free[other] and d[here, other] < best:
                best, city = d[here, other], other
    return tour


@njit(cache=True)
def nearest_order(d, start):
    """From `start`, always the free city that is nearest to the chosen ones: Prim's order (networks.py)."""
    n = len(d)
    order, gap = np.empty(n, np.int64), np.full(n, np.inf)
    city = start
    for k in range(n):
        order[k], gap[city] = city, -1.0
        best = np.inf
        here = city
        for other in range(n):
            if gap[other] >= 0:
                gap[other] = min(gap[other], d[here, other])
                if gap[other] < best:
                    best, city = gap[other], other
    return order


@njit(cache=True)
def farthest_order(d, start):
    """From `start`, always the free city whose distance to the nearest chosen one is largest."""
    n = len(d)
    order, gap = np.empty(n, np.int64), np.full(n, np.inf)
    city = start
    for k in range(n):
        order[k], gap[city] = city, -1.0
        best = -1.0
        here = city
        for other in range(n):
            if gap[other] >= 0:
                gap[other] = min(gap[other], d[here, other])
                if gap[other] > best:
                    best, city = gap[other], other
    return order


@njit(cache=True)
def insertion(d, order):
    """Cities in the given order, each where it lengthens the tour least: min d(a, c) + d(c, b) − d(a, b)."""
    n = len(order)
    after = np.empty(n, np.int64)  # the tour as a linked list
    after[order[0]] = order[0]
    for k in range(1, n):
        city, a = order[k], order[0]
        best, place = np.inf, a
        for _ in range(k):
            b = after[a]
            extra = d[a, city] + d[city, b] - d[a, b]
            if extra < best:
                best, place = extra, a
            a = b
        after[city] = after[place]
        after[place] = city
    tour = np.empty(n, np.int64)
    city = order[0]
    for k in range(n):
        tour[k] = city
        city = after[city]
    return tour


@njit(cache=True)
def two_opt(d, tour):
    """Turns pieces of the tour round while that shortens it (Croes 1958): no two edges cross at the end."""
    n, tour = len(tour), tour.copy()
    better = True
    while better:
        better = False
        for i in range(n - 1):
            for j in range(i + 2, n - (i == 0)):
                a, b, c, e = tour[i], tour[i + 1], tour[j], tour[(j + 1) % n]
                if d[a, c] + d[b, e] < d[a, b] + d[c, e] - ROUNDING * (d[a, b] + d[c, e]):
                    tour[i + 1 : j + 1] = tour[i + 1 : j + 1][::-1].copy()
                    better = True
    return tour


@njit(cache=True)
def or_opt(d, tour):
    """Moves a piece of one to three cities elsewhere, either way round, while that shortens the tour (Or 1976)."""
    n, tour = len(tour), tour.copy()
    better = n > 4
    while better:
        better = False
        for size in range(1, 4):
            for _ in range(n):
                tour = np.roll(tour, -1)  # the piece is tour[:size]
                first, last = tour[0], tour[size - 1]
                cut = d[tour[-1], first] + d[last, tour[size]]
                gain, best, place, turned = cut - d[tour[-1], tour[size]], ROUNDING * cut, -1, False
                for k in range(size, n - 1):
                    a, b = tour[k], tour[k + 1]
                    straight = gain - (d[a, first] + d[last, b] - d[a, b])
                    around = gain - (d[a, last] + d[first, b] - d[a, b])
                    if max(straight, around) > best:
                        best, place, turned = max(straight, around), k, around > straight
                if place >= 0:
                    piece = tour[:size][::-1].copy() if turned else tour[:size].copy()
                    tour[: place + 1 - size] = tour[size : place + 1].copy()
                    tour[place + 1 - size : place + 1] = piece
                    better = True
    return tour


@njit(cache=True)
def improved(d, tour):
    """2-opt and or-opt in turns, until neither finds anything."""
    now, before = length(d, tour), np.inf
    while now < before * (1 - ROUNDING):
        tour = or_opt(d, two_opt(d, tour))
        before, now = now, length(d, tour)
    return tour


@njit(cache=True)
def kicked(d, tour, cuts):
    """Improves, then for each three cuts swaps the two pieces between them, improves again, and keeps what is shorter."""
    tour = improved(d, tour)
    for a, b, c in cuts:
        other = improved(d, np.concatenate((tour[:a], tour[b:c], tour[a:b], tour[c:])))
        if length(d, other) < length(d, tour):
            tour = other
    return tour


def cuts(n, kicks):
    """Three sorted places, 0 to n, for each kick: spread evenly by multiples of √2, √3 and √5, without chance."""
    spread = np.outer(np.arange(1, kicks + 1), np.sqrt([2, 3, 5])) % 1
    return np.sort((spread * (n + 1)).astype(np.int64), axis=1)


RULES = {
    "nearest insertion": lambda d: insertion(d, nearest_order(d, 0)),
    "random insertion": lambda d: insertion(d, np.arange(len(d))),  # the points are in no order
    "farthest insertion": lambda d: insertion(d, farthest_order(d, most_remote(d))),
    "nearest neighbour": lambda d: nearest_neighbour(d, 0),
    "farthest insertion, from the first city": lambda d: insertion(d, farthest_order(d, 0)),
    "nearest neighbour, improved": lambda d: improved(d, nearest_neighbour(d, 0)),
    "farthest insertion, improved": lambda d: improved(d, insertion(d, farthest_order(d, most_remote(d)))),
}


def most_remote(d):
    """The city that has the largest distance to any other."""
    return int(d.max(axis=1).argmax())


@dataclass
class Config:
    cities: list[int] = at_least(3)  # n: points drawn evenly in the unit square, one column each
    instances: int = at_least(2)  # drawn of each size


def construct(cfg: Config, job):
    """Mean length of the tour that each rule builds through n random points, with the standard deviation of one."""
    found = {rule: {} for rule in RULES}
    for n in cfg.cities:
        rng, lengths = job.rng("points", n), {rule: [] for rule in RULES}
        for _ in range(cfg.instances):
            d = distances(rng.random((n, 2)))
            for rule, build in RULES.items():
                lengths[rule].append(length(d, build(d)))
        for rule, found_lengths in lengths.items():
            found[rule][f"n = {n}"] = (float(np.mean(found_lengths)), float(np.std(found_lengths, ddof=1)))
    return found
