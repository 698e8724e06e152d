"""Compiled passes of k-means: the nearest centre of every row by Lloyd's full look, and by Elkan's bounds."""

import math

import numpy as np
from numba import njit

from abacus.kernels import JIT

_jit = njit(**JIT)


@_jit
def _square(row, centre):
    """Σ (a − b)², summed in double precision."""
    total = 0.0
    for f in range(len(row)):
        off = np.float64(row[f]) - centre[f]
        total += off * off
    return total


@_jit
def lloyd(x, centres, labels):
    """Every row's nearest centre (of equal ones the first) into labels (n,); how many have changed."""
    n, changed = len(x), 0
    for i in range(n):
        best, which = np.inf, 0
        for k in range(len(centres)):
            d = _square(x[i], centres[k])  # eq. 15
            if d < best:
                best, which = d, k
        if which != labels[i]:
            labels[i] = which
            changed += 1
    return changed


@_jit
def elkan_start(x, centres, labels, upper, lower, sums, counts):
    """Labels (n,), and the exact distances: upper (n,) to the own centre, lower (n, K) to each. sums (K, d) and counts (K,)."""
    for i in range(len(x)):
        row, best, which = x[i], np.inf, 0
        for k in range(len(centres)):
            lower[i, k] = math.sqrt(_square(row, centres[k]))
            if lower[i, k] < best:
                best, which = lower[i, k], k
        labels[i], upper[i] = which, best
        counts[which] += 1
        for f in range(len(row)):
            sums[which, f] += row[f]


@_jit
def elkan(x, centres, between, half, moved, labels, upper, lower, sums, counts):
    """One round of Elkan (2003): bounds follow the centres, which have `moved` (K,); only where they leave a doubt is a
    distance computed. between (K, K): half the distances of the centres; half (K,): that to each one's nearest other.

    Rows that change their centre are moved from one of sums (K, d) to the other, and counts (K,). How many there are.
    """
    n, clusters = lower.shape
    changed = 0
    for i in range(n):
        own = labels[i]
        high = upper[i] + moved[own]
        bounds = lower[i]
        closest = np.inf
        for k in range(clusters):
            bounds[k] -= moved[k]
        if high <= half[own]:
            upper[i] = high
            continue
        for k in range(clusters):
            bound = max(bounds[k], between[own, k])
            closest = min(closest, bound if k != own else np.inf)
        if high <= closest:  # eq. 16
            upper[i] = high
            continue
        row = x[i]
        first = own
        high = math.sqrt(_square(row, centres[own]))
        bounds[own] = high
        for k in range(clusters):
            if k != own and high > bounds[k] and high > between[own, k]:
                bounds[k] = math.sqrt(_square(row, centres[k]))
                if bounds[k] < high or (bounds[k] == high and k < own):
                    high, own = bounds[k], k
        upper[i] = high
        if own != first:
            labels[i] = own
            changed += 1
            _move(row, first, own, sums, counts)
    return changed


@_jit
def _move(row, first, own, sums, counts):
    """Takes a row from the sums (K, d) and counts (K,) of its first centre to those of its own."""
    counts[first] -= 1
    counts[own] += 1
    for f in range(len(row)):
        sums[first, f] -= row[f]
        sums[own, f] += row[f]


@_jit
def _two_nearest(row, columns, squares):
    """(nearest centre, its squared distance, that of the second), the centres being columns (d, K); squares (K,): scratch."""
    for k in range(len(squares)):
        squares[k] = 0.0
    for f in range(len(row)):
        here = np.float64(row[f])
        for k in range(len(squares)):
            off = here - columns[f, k]
            squares[k] += off * off
    which, best, second = 0, squares[0], np.inf
    for k in range(1, len(squares)):
        if squares[k] < best:
            which, best, second = k, squares[k], best
        elif squares[k] < second:
            second = squares[k]
    return which, best, second


@_jit
def hamerly_start(x, centres, labels, upper, lower, sums, counts):
    """As elkan_start; lower (n,) is the distance to the second nearest centre."""
    columns, squares = np.ascontiguousarray(centres.T), np.empty(len(centres))
    for i in range(len(x)):
        row = x[i]
        which, best, second = _two_nearest(row, columns, squares)
        labels[i], upper[i], lower[i] = which, math.sqrt(best), math.sqrt(second)
        counts[which] += 1
        for f in range(len(row)):
            sums[which, f] += row[f]


@_jit
def hamerly(x, centres, half, moved, labels, upper, lower, sums, counts):
    """As elkan, with one lower bound (n,) for all other centres (Hamerly 2010): less to keep, and a doubt costs all distances."""
    columns, squares = np.ascontiguousarray(centres.T), np.empty(len(centres))
    far = np.argmax(moved)
    others = 0.0  # how far the one moved that moved second most
    for k in range(len(moved)):
        if k != far:
            others = max(others, moved[k])
    changed = 0
    for i in range(len(x)):
        first = labels[i]
        upper[i] += moved[first]
        lower[i] -= others if first == far else moved[far]
        bound = max(lower[i], half[first])
        if upper[i] <= bound:  # eq. 16
            continue
        row = x[i]
        upper[i] = math.sqrt(_square(row, centres[first]))
        if upper[i] <= bound:
            continue
        own, best, second = _two_nearest(row, columns, squares)
        upper[i], lower[i] = math.sqrt(best), math.sqrt(second)
        if own != first:
            labels[i] = own
            changed += 1
            _move(row, first, own, sums, counts)
    return changed


@_jit
def totals(x, labels, centres, sums, counts):
    """Adds the rows to the sums (K, d) and counts (K,) of their labels; Σ of the squared distances to their centres."""
    inertia = 0.0
    for i in range(len(x)):
        row, own = x[i], labels[i]
        counts[own] += 1
        for f in range(len(row)):
            sums[own, f] += row[f]
        inertia += _square(row, centres[own])
    return inertia


@_jit
def closer(x, centre, squares, out):
    """out (n,): the smaller of squares (n,) and of the squared distance to the centre; its sum."""
    total = 0.0
    for i in range(len(x)):
        out[i] = min(squares[i], _square(x[i], centre))
        total += out[i]
    return total
