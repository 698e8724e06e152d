"""Compiled loops of the maps: perplexities, the pull along edges, the push of all pairs, and its field on a grid."""

import math

import numpy as np
from numba import njit

from abacus.kernels import EXACT, JIT

HALVINGS = 200  # of an interval: more than float64 can tell apart
CLOSE = 1e-12  # an entropy so near in proportion to the wanted one is met


@njit(**JIT)
def calibrate(squares, wanted, p, begin, end):
    """Rows begin to end of p (n, k): exp(−β_i d²) / Σ with the β_i that gives the entropy `wanted` (eqs. 9 and 10).

    squares (n, k): squared distances of each row's neighbours. Where no β can (too many at distance 0), p stays even.
    """
    k = squares.shape[1]
    for i in range(begin, end):
        nearest = squares[i, 0]
        mean = 0.0
        for j in range(k):
            nearest = min(nearest, squares[i, j])
        for j in range(k):
            mean += (squares[i, j] - nearest) / k
        beta, low, high = 1.0 / mean if mean > 0.0 else 1.0, 0.0, np.inf
        for _ in range(HALVINGS):
            total, first, second = 0.0, 0.0, 0.0
            for j in range(k):
                d = squares[i, j] - nearest
                p[i, j] = math.exp(-beta * d)  # eq. 9
                total += p[i, j]
                first += d * p[i, j]
                second += d * d * p[i, j]
            first /= total
            excess = math.log(total) + beta * first - wanted  # eq. 10
            if abs(excess) <= CLOSE * wanted:
                break
            if excess > 0.0:
                low = beta
            else:
                high = beta
            slope = beta * beta * (second / total - first * first)  # the entropy falls by this with log β
            newton = beta * math.exp(min(1.0, max(-1.0, excess / slope))) if slope > 0.0 else low
            if not low < newton < high:
                newton = 2.0 * beta if high == np.inf else 0.5 * (low + high)
            if newton == beta:
                break
            beta = newton
        for j in range(k):
            p[i, j] /= total


@njit(**JIT)
def pull(start, column, p, y, begin, end, force):
    """force[i] = Σ_j p_ij w_ij (y_i − y_j), w = 1 / (1 + ‖y_i − y_j‖²), over the sparse p's rows begin to end (eq. 13)."""
    for i in range(begin, end):
        a, b = y[0, i], y[1, i]
        fa, fb = a - a, b - b
        for e in range(start[i], start[i + 1]):
            j = column[e]
            da, db = a - y[0, j], b - y[1, j]
            w = p[e] / (1 + da * da + db * db)
            fa += w * da
            fb += w * db
        force[0, i], force[1, i] = fa, fb


@njit(**EXACT)
def _weights(t, b, db):
    """The four cubic B-splines that are not 0 at t in [0, 1) behind a node, and their slopes."""
    s = 1.0 - t
    b[0], b[3] = s * s * s / 6.0, t * t * t / 6.0
    b[1] = 2.0 / 3.0 - t * t * (2.0 - t) / 2.0
    b[2] = 1.0 - b[0] - b[1] - b[3]
    db[0], db[3] = -s * s / 2.0, t * t / 2.0
    db[1] = t * (1.5 * t - 2.0)
    db[2] = -db[0] - db[1] - db[3]


@njit(**EXACT)
def spread(y, low, step, begin, end, grid):
    """Add a unit charge at each point y (2, n) to the grid's nodes, by cubic B-splines (eq. 15)."""
    a, da, b, db = np.empty(4), np.empty(4), np.empty(4), np.empty(4)
    for i in range(begin, end):
        u, v = (y[0, i] - low[0]) / step, (y[1, i] - low[1]) / step
        r, c = int(u), int(v)
        _weights(u - r, a, da)
        _weights(v - c, b, db)
        for k in range(4):
            for m in range(4):
                grid[r + k - 1, c + m - 1] += a[k] * b[m]


@njit(**EXACT)
def gather(y, low, step, begin, end, field, force):
    """Σ_i φ(y_i) over begin to end; force[i] = −½ ∇φ(y_i), φ the spline on the grid's nodes (eq. 16)."""
    a, da, b, db = np.empty(4), np.empty(4), np.empty(4), np.empty(4)
    total = 0.0
    for i in range(begin, end):
        u, v = (y[0, i] - low[0]) / step, (y[1, i] - low[1]) / step
        r, c = int(u), int(v)
        _weights(u - r, a, da)
        _weights(v - c, b, db)
        fa, fb = 0.0, 0.0
        for k in range(4):
            along, across = 0.0, 0.0
            for m in range(4):
                f = field[r + k - 1, c + m - 1]
                along += f * b[m]
                across += f * db[m]
            total += a[k] * along
            fa += da[k] * along
            fb += a[k] * across
        force[0, i], force[1, i] = -0.5 * fa / step, -0.5 * fb / step  # eq. 16
    return total


@njit(**JIT)
def all_pairs(p, y, begin, end, pull, push):
    """Both sums of eq. 13 for rows begin to end of a map y (c, n), p (n, n); Σ w over these rows."""
    c, n = y.shape
    square, w = np.empty(n), np.empty(n)
    total = 0.0
    for i in range(begin, end):
        square[:] = 1.0
        for a in range(c):
            for j in range(n):
                square[j] += (y[a, i] - y[a, j]) * (y[a, i] - y[a, j])
        for j in range(n):
            w[j] = 1.0 / square[j]
            total += w[j]
        total -= 1.0
        for a in range(c):
            drawn, driven = 0.0, 0.0
            for j in range(n):
                d = w[j] * (y[a, i] - y[a, j])
                drawn += p[i, j] * d
                driven += w[j] * d
            pull[a, i], push[a, i] = drawn, driven
    return total


@njit(**JIT)
def weigh(y, begin, end):
    """Σ_{j ≠ i} 1 / (1 + ‖y_i − y_j‖²) over rows i from begin to end of a map y (c, n)."""
    c, n = y.shape
    square = np.empty(n)
    total = 0.0
    for i in range(begin, end):
        square[:] = 1.0
        for a in range(c):
            for j in range(n):
                square[j] += (y[a, i] - y[a, j]) * (y[a, i] - y[a, j])
        for j in range(n):
            total += 1.0 / square[j]
        total -= 1.0
    return total


@njit(**EXACT)
def cost(start, column, p, y):
    """Σ p log(p (1 + ‖y_i − y_j‖²)) over the sparse p and the map y (n, c): eq. 12 less log Σ w."""
    total = 0.0
    for i in range(len(start) - 1):
        for e in range(start[i], start[i + 1]):
            if p[e] > 0.0:
                square = 1.0
                for a in range(y.shape[1]):
                    square += (y[i, a] - y[column[e], a]) ** 2
                total += p[e] * math.log(p[e] * square)
    return total


@njit(**JIT)
def bandwidths(distance, wanted, overall, p):
    """p[i, j] = exp(−max(0, d_ij − ρ_i) / σ_i), its row sum `wanted` (eq. 23); distance (n, k), rising; overall: their mean.

    ρ_i is the nearest distance above 0; σ_i is at least a thousandth of the row's mean distance (of all, where ρ_i is 0).
    """
    n, k = distance.shape
    for i in range(n):
        rho, mean = 0.0, 0.0
        for j in range(k - 1, -1, -1):
            mean += distance[i, j] / (k + 1)
            if distance[i, j] > 0.0:
                rho = distance[i, j]
        low, high, sigma = 0.0, np.inf, 1.0
        for _ in range(HALVINGS):
            total = 0.0
            for j in range(k):
                total += math.exp(-max(0.0, distance[i, j] - rho) / sigma)
            if total == wanted:
                break
            if total > wanted:
                high = sigma
                sigma = 0.5 * (low + high)
            else:
                low = sigma
                sigma = 2.0 * sigma if high == np.inf else 0.5 * (low + high)
            if sigma in (low, high):
                break
        sigma = max(sigma, 1e-3 * (mean if rho > 0.0 else overall))
        for j in range(k):
            p[i, j] = math.exp(-max(0.0, distance[i, j] - rho) / sigma)  # eq. 23


@njit(**EXACT)
def _random(state):
    """The next state of a 64-bit generator (Marsaglia's xorshift, 2003); never 0."""
    state ^= state << np.uint64(13)
    state ^= state >> np.uint64(7)
    state ^= state << np.uint64(17)
    return state


@njit(**EXACT)
def _at_most_4(x):
    return min(4.0, max(-4.0, x))


@njit(**EXACT)
def layout(y, rows, columns, every, a, b, epochs, pushes, rate, state):
    """Moves the map y (n, c): edge e is pulled once in every[e] epochs, and its row pushed `pushes` times as often (eq. 26)."""
    n, c = y.shape
    due, driven = every.copy(), every / pushes
    for epoch in range(epochs):
        now = rate * (1.0 - epoch / epochs)
        for e in range(len(rows)):
            if due[e] > epoch:
                continue
            i, j = rows[e], columns[e]
            square = 0.0
            for m in range(c):
                square += (y[i, m] - y[j, m]) ** 2
            if square > 0.0:
                factor = -2.0 * a * b * square ** (b - 1.0) / (1.0 + a * square**b)  # eq. 26
                for m in range(c):
                    step = now * _at_most_4(factor * (y[i, m] - y[j, m]))
                    y[i, m] += step
                    y[j, m] -= step
            due[e] += every[e]
            times = int((epoch - driven[e]) * pushes / every[e])
            for _ in range(times):
                state = _random(state)
                j = np.int64(state >> np.uint64(11)) % n
                if i == j:
                    continue
                square = 0.0
                for m in range(c):
                    square += (y[i, m] - y[j, m]) ** 2
                if square > 0.0:
                    factor = 2.0 * b / ((0.001 + square) * (1.0 + a * square**b))
                    for m in range(c):
                        y[i, m] += now * _at_most_4(factor * (y[i, m] - y[j, m]))
            driven[e] += times * every[e] / pushes
