"""A shortest tour and its proof: branch and bound with 1-trees (Held and Karp 1970; Volgenant and Jonker 1982).

A 1-tree is a spanning tree of all cities but city 0, and the two shortest edges at city 0. Every tour is one, so none is
shorter than the least 1-tree. Prices on the cities change all tours by the same amount, and 1-trees not: they raise the
bound until most 1-trees are nearly tours.
"""

import numpy as np
from numba import njit

import tours
from abacus.errors import BadInput

FREE, IN, OUT = 0, 1, 2  # what is known of an edge: it may be in the tour, it must be, it must not
FIRST_ROUNDS, ROUNDS = 500, 60  # 1-trees for the first bound, and for each further one: by trial
ROUNDING = 64 * np.finfo(float).eps  # for each city, of a sum of lengths and prices


MOST = np.iinfo(np.int64).max


def shortest(d, unit, kicks, most=MOST):
    """A shortest tour by symmetric distances d (n, n), the parts of the search, its first bound, and its last.

    No tour is shorter than the last bound: it is the length itself, where `most` parts are enough to prove it.

    `unit` is 1 where all distances are whole numbers, so that better means better by 1; else 0, and better means by more
    than rounding. `kicks` are tried to better the tour from which the search starts (tours.kicked).
    """
    d = np.ascontiguousarray(d, np.float64)
    if d.ndim != 2 or d.shape[0] != d.shape[1] or len(d) < 3:
        raise BadInput(f"distances have shape {d.shape}: a square of three cities or more is wanted")
    if not np.isfinite(d).all() or (d != d.T).any():
        raise BadInput("distances are finite, and the same both ways")
    return _search(d, tours.kicked(d, tours.farthest_insertion(d), tours.cuts(len(d), kicks)), unit, most)


@njit(cache=True)
def _search(d, tour, unit, most):
    n, best, parts, first_bound = len(d), tours.length(d, tour), 0, -np.inf
    open_parts = [(-np.inf, np.zeros((n, n), np.int8), np.zeros(n))]  # bound, what is known of the edges, prices
    while open_parts and parts < most:
        bound, known, prices = open_parts.pop()
        limit = best - max(unit - ROUNDING * n * best, ROUNDING * n * best)
        if bound > limit:
            continue
        rounds, step = (FIRST_ROUNDS, 1.0) if parts == 0 else (ROUNDS, 0.5)
        bound, prices, edges, degree = ascent(d, known, prices, limit, rounds, step)
        first_bound = bound if parts == 0 else first_bound
        parts += 1
        if bound > limit:
            continue
        city = np.argmax(degree)
        if degree[city] == 2:  # this 1-tree is a tour
            best, tour = bound, _walk(edges)
            continue
        _rule_out(d, known, prices, edges, bound, limit)
        for child in _split(known, edges, city):
            open_parts.append((bound, child, prices))
    last = best
    for bound, _, _ in open_parts:
        last = min(last, bound)
    return tour, parts, first_bound, last


@njit(cache=True)
def ascent(d, known, prices, limit, rounds, step):
    """The best bound that `rounds` changes of the prices find: a city of degree 3 gets dearer, one of degree 1 cheaper.

    Bound, prices, edges and degrees of its 1-tree. inf where the known edges allow no 1-tree.
    """
    prices, last, allowed = prices.copy(), np.zeros(len(d)), _allowed(d, known)
    begins, others = ways(allowed)
    best, edges, degree = one_tree(d, allowed, begins, others, prices)
    best_prices, now, now_degree = prices.copy(), best, degree
    for k in range(rounds):
        excess = now_degree - 2.0
        if best > limit or not excess.any():
            break
        if k == 0:
            first = step * (limit - now) / (excess**2).sum()
        prices += first * (1 - k / rounds) ** 2 * (0.7 * excess + 0.3 * last)  # eq. 23
        last = excess
        now, now_edges, now_degree = one_tree(d, allowed, begins, others, prices)
        if now > best:
            best, edges, degree, best_prices = now, now_edges, now_degree, prices.copy()
    return best, best_prices, edges, degree


@njit(cache=True)
def _allowed(d, known):
    """The distances (n, n), where every edge that is OUT is infinitely long, and every edge that is IN infinitely short."""
    return np.where(known == OUT, np.inf, np.where(known == IN, -np.inf, d))


@njit(cache=True)
def ways(allowed):
    """(begins (n + 1,), others): from city a one may go to others[begins[a] : begins[a + 1]], city 0 left out; few are left."""
    n = len(allowed)
    begins, others = np.zeros(n + 1, np.int64), np.empty(n * n, np.int64)
    for a in range(n):
        count = begins[a]
        for b in range(1, n):
            if a != b and allowed[a, b] < np.inf:
                others[count] = b
                count += 1
        begins[a + 1] = count
    return begins, others


@njit(cache=True)
def one_tree(d, allowed, begins, others, prices):
    """Length of the least 1-tree less twice the prices (eq. 22), its edges (n, 2) in Prim's order, and the degrees."""
    n, total = len(d), -2 * prices.sum()
    edges, degree = np.empty((n, 2), np.int64), np.zeros(n, np.int64)
    gap, near, done = np.full(n, np.inf), np.zeros(n, np.int64), np.zeros(n, np.bool_)
    border, size, city = np.empty(n, np.int64), 0, 1  # the cities that an edge leads to from the tree
    for k in range(n - 2):
        done[city] = True
        for e in range(begins[city], begins[city + 1]):
            j = others[e]
            priced = allowed[city, j] + prices[city] + prices[j]
            if priced < gap[j] and not done[j]:
                if gap[j] == np.inf:
                    border[size] = j
                    size += 1
                gap[j], near[j] = priced, city
        if size == 0:
            return np.inf, edges, degree
        place = 0
        for i in range(1, size):
            a, b = border[i], border[place]
            if gap[a] < gap[b] or (gap[a] == gap[b] and a < b):
                place = i
        city = border[place]
        edges[k] = near[city], city
        size -= 1
        border[place] = border[size]
    gap[0], first, second = np.inf, 0, 0
    for j in range(1, n):
        gap[j] = allowed[0, j] + prices[j]
        if gap[j] < gap[first]:
            first, second = j, first
        elif gap[j] < gap[second]:
            second = j
    if second == 0:
        return np.inf, edges, degree
    edges[n - 2], edges[n - 1] = (0, first), (0, second)
    for a, b in edges:
        total += d[a, b] + prices[a] + prices[b]  # eq. 22
        degree[a] += 1
        degree[b] += 1
    return total, edges, degree


@njit(cache=True)
def _rule_out(d, known, prices, edges, bound, limit):
    """Marks OUT every edge with which the least 1-tree is longer than the limit: it takes the place of the dearest on
    the way between its ends (eq. 24)."""
    n, priced = len(d), _allowed(d, known) + prices + prices.reshape(-1, 1)
    dearest = np.full((n, n), -np.inf)
    for k in range(n - 2):
        a, b = edges[k]
        for i in range(k + 1):  # all cities that were in the tree before b
            c = edges[i, 1] if i < k else 1
            dearest[b, c] = dearest[c, b] = max(priced[a, b], dearest[a, c])
    dearest[0] = dearest[:, 0] = max(priced[0, edges[n - 2, 1]], priced[0, edges[n - 1, 1]])
    for a, b in edges:
        dearest[a, b] = dearest[b, a] = np.inf  # these are in it
    for a in range(n):
        for b in range(a):
            if known[a, b] == FREE and bound + priced[a, b] - dearest[a, b] > limit:  # eq. 24
                known[a, b] = known[b, a] = OUT


@njit(cache=True)
def _split(known, edges, city):
    """Parts that together hold every tour, by one or two free edges of the 1-tree at a city of degree 3 or more."""
    ends = [b if a == city else a for a, b in edges if (a == city or b == city) and known[a, b] == FREE]
    parts, part = [], known.copy()
    for end in ends[: 2 if (known[city] == IN).sum() == 0 else 1]:
        without = part.copy()
        without[city, end] = without[end, city] = OUT
        part[city, end] = part[end, city] = IN
        parts.append(without)
    parts.append(part)  # looked at first: it is the last in
    return [part for part in parts if _deduce(part)]


@njit(cache=True)
def _deduce(known):
    """Marks what follows: two edges IN at a city, the rest OUT; only two not OUT, both IN. False where no tour is left."""
    n, changed = len(known), True
    while changed:
        changed = False
        for a in range(n):
            must, may = 0, 0
            for b in range(n):
                must += a != b and known[a, b] == IN
                may += a != b and known[a, b] != OUT
            if must > 2 or may < 2:
                return False
            if may > must and (must == 2 or may == 2):
                for b in range(n):
                    if a != b and known[a, b] == FREE:
                        known[a, b] = known[b, a] = OUT if must == 2 else IN
                changed = True
    return True


@njit(cache=True)
def _walk(edges):
    """The tour that edges (n, 2) make, two at every city."""
    tour, used = np.zeros(len(edges), np.int64), np.zeros(len(edges), np.bool_)
    for k in range(1, len(edges)):
        for e, (a, b) in enumerate(edges):
            if not used[e] and (a == tour[k - 1] or b == tour[k - 1]):
                tour[k], used[e] = b if a == tour[k - 1] else a, True
                break
    return tour
