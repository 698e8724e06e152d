"""Tours through points in a plane: built by a rule (nearest neighbour, insertion), then improved (2-opt, kicks).

A tour is an array of n city numbers; `d` is the n × n array of distances. Compiled.
"""

import numpy as np
from numba import njit

ROUNDING = (
    8 * np.finfo(float).eps
)  # two sums of two lengths that differ by less are equal: else two tours could alternate


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
    """Σ d(tour[k], tour[k+1]), and back to the first city."""
    total = d[tour[-1], tour[0]]
    for k in range(len(tour) - 1):
        total += d[tour[k], tour[k + 1]]  # eq. 19
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
def order(d, start, sign):
    """From `start`, always the free city whose distance to the chosen ones is least (sign 1: Prim's order) or most (−1).

    A city's distance to the chosen ones is that to the nearest of them.
    """
    n = len(d)
    chosen, gap = np.empty(n, np.int64), d[start].copy()
    free = np.ones(n, np.bool_)
    city = start
    for k in range(n):
        chosen[k], free[city] = city, False
        gap = np.minimum(gap, d[city])
        best = np.inf
        for other in range(n):
            if free[other] and sign * gap[other] < best:
                best, city = sign * gap[other], other
    return chosen


@njit(cache=True)
def insertion(d, cities):
    """Cities in the given order, each where it lengthens the tour least: min d(a, c) + d(c, b) − d(a, b)."""
    n = len(cities)
    after = np.empty(n, np.int64)  # the tour as a linked list
    after[cities[0]] = cities[0]
    for k in range(1, n):
        city, a = cities[k], cities[0]
        best, place = np.inf, a
        for _ in range(k):
            b = after[a]
            extra = d[a, city] + d[city, b] - d[a, b]  # eq. 20
            if extra < best:
                best, place = extra, a
            a = b
        after[city] = after[place]
        after[place] = city
    tour = np.empty(n, np.int64)
    city = cities[0]
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
                if d[a, c] + d[b, e] < (1 - ROUNDING) * (d[a, b] + d[c, e]):  # eq. 21
                    tour[i + 1 : j + 1] = tour[i + 1 : j + 1][::-1].copy()
                    better = True
    return tour


@njit(cache=True)
def kicked(d, tour, cuts):
    """2-opt; then for each three cuts the pieces between them change places, 2-opt again, and the shorter tour is kept."""
    tour = two_opt(d, tour)
    for a, b, c in cuts:
        other = two_opt(d, np.concatenate((tour[:a], tour[b:c], tour[a:b], tour[c:])))
        if length(d, other) < length(d, tour):
            tour = other
    return tour


def cuts(n, kicks):
    """Three sorted places, 0 to n, for each kick: multiples of √2, √3 and √5, which spread evenly and without chance."""
    spread = np.outer(np.arange(1, kicks + 1), np.sqrt([2, 3, 5])) % 1
    return np.sort((spread * (n + 1)).astype(np.int64), axis=1)


def nearest_insertion(d):
    """Nearest first, from city 0."""
    return insertion(d, order(d, 0, 1))


def random_insertion(d):
    """In the order of the numbers: points drawn at random are in no order."""
    return insertion(d, np.arange(len(d)))


def farthest_insertion(d):
    """Farthest first, from the city that is farthest from another."""
    return insertion(d, order(d, d.max(axis=1).argmax(), -1))
