"""One tree, grown from the root down: at each node the best question of all features, or of a few drawn at random.

Feature values come as codes: the place of a value among the distinct values of its feature, in order (coding.py). A node with
many rows counts its codes; one with few rows sorts them. Both find the same split. (More than 300 lines: numba's cache notices a
change only in the file of the function that is called, so all that it calls stands here.)
"""

import math

import numpy as np
from numba import njit

from abacus.kernels import EXACT
from coding import CATEGORIES, LEAF, PLACES, SQUARES

_FEW = 48  # keys from which digits are sorted, and no longer key by key
_jit = njit(**EXACT)


@_jit
def grow(codes, distinct, categorical, labels, y, w, samples, criterion, limits, state, tree):
    """Fill the arrays of `tree` (see coding.empty); the number of its nodes.

    codes (d, n) with distinct[f] where the value is missing; categorical (d,); row i adds w[i] y[i] to the sum S of its label
    (classes: y is 1; regression: all labels are 0) and w[i] to W. samples: the rows that count, which are put into the order
    of the leaves. limits: depth, leaves (0: any; else the best split comes first), rows of a node that is split, rows of a
    leaf, features drawn at each node. state (1,): of the random numbers.
    """
    depths, leaves, split_rows, leaf_rows, drawn = limits
    feature, low, high, mask, missing_left, left, right, value, weight, score, count = tree
    n, d, classes = samples.size, distinct.size, value.shape[1]
    features, frontier = np.arange(d), np.empty(feature.size, np.int64)
    begins, ends, depth = np.empty((3, feature.size), np.int64)
    gains, moved = np.empty(feature.size), np.empty(n, samples.dtype)
    own_label, own, own_weight = np.empty(n, np.int64), np.empty(n), np.empty(n)
    width = max(CATEGORIES + 1, 4 * n // (classes + 2))
    work = np.empty(n, np.int64), np.empty(n, np.int64), np.empty((width, classes + 2)), np.empty((2, classes))
    nodes, waiting, ready, found_leaves = 1, 0, 0, 1
    begins[0], ends[0], depth[0] = 0, n, 0
    while True:
        while ready < nodes:  # nodes that are new: their sums, and their best split
            node, begin, end = ready, begins[ready], ends[ready]
            ready += 1
            size, pure, total = end - begin, True, 0.0
            sums = value[node]
            sums[:] = 0
            first = samples[begin]
            for i in range(size):
                row = samples[begin + i]
                label, t = labels[row], w[row] * y[row]
                own_label[i], own[i], own_weight[i] = label, t, w[row]
                sums[label] += t  # eq. 1
                total += w[row]
                pure &= label == labels[first] and y[row] == y[first]
            weight[node], count[node], score[node] = total, size, _whole(criterion, sums, total)
            feature[node] = left[node] = right[node] = LEAF
            if pure or size < split_rows or size < 2 * leaf_rows or depth[node] >= depths:
                continue
            best, left_over = -np.inf, d
            while left_over > 0 and (d - left_over < drawn or feature[node] == LEAF):
                k = _random(state, left_over) if drawn < d else left_over - 1
                left_over -= 1
                f = features[k]
                features[k], features[left_over] = features[left_over], f
                rows = samples[begin:end]
                given = codes[f], rows, own_label, own, own_weight, distinct[f], sums, total, criterion, leaf_rows, work
                found = _category(*given) if categorical[f] else _number(*given)
                if found[0] > best:
                    best, feature[node] = found[0], f
                    low[node], mask[node], missing_left[node] = found[1], found[2], found[3]
            if feature[node] != LEAF:
                gains[node] = best - score[node]  # eq. 4
                frontier[waiting] = node
                waiting += 1
        if waiting == 0 or found_leaves == leaves:
            break
        take = waiting - 1
        if leaves > 0:
            for k in range(waiting):
                take = k if gains[frontier[k]] > gains[frontier[take]] else take
        node = frontier[take]
        waiting -= 1
        frontier[take] = frontier[waiting]
        begin, end = begins[node], ends[node]
        here, heavy, missing, high[node] = _part(
            codes[feature[node]], samples[begin:end], moved, w, node, categorical, distinct, tree
        )
        if not missing:  # where none was seen it goes with the heavier side
            missing_left[node] = 2 * heavy >= weight[node]
        middle = begin + here
        left[node], right[node] = nodes, nodes + 1
        begins[nodes], ends[nodes], begins[nodes + 1], ends[nodes + 1] = begin, middle, middle, end
        depth[nodes] = depth[nodes + 1] = depth[node] + 1
        nodes += 2
        found_leaves += 1
    for k in range(waiting):
        feature[frontier[k]] = LEAF
    return nodes


@_jit
def _number(column, rows, labels, own, weights, distinct, sums, total, criterion, leaf_rows, work):
    """(score, low, mask, whether a missing value goes left) of the best split "code ≤ low" of a feature of numbers. Where values
    are missing, they are tried on both sides."""
    keys, spare, histogram, parts = work
    left, lost = parts[0], parts[1]
    n, classes = rows.size, sums.size
    lost[:] = 0
    lost_weight, there, smallest, largest = 0.0, 0, distinct, -1
    for i in range(n):
        code = np.int64(column[rows[i]])
        if code == distinct:
            lost[labels[i]] += own[i]
            lost_weight += weights[i]
            continue
        keys[there] = code << 32 | i
        there += 1
        smallest, largest = min(smallest, code), max(largest, code)
    best = (-np.inf, np.int64(0), np.uint64(0), False)
    missing = n - there
    if there == 0 or (smallest == largest and missing == 0):
        return best
    span = largest - smallest + 1
    counted = span * (classes + 2) <= 4 * n
    if counted:
        _count(keys, there, smallest, span, labels, own, weights, histogram)
    else:
        keys = _sort(keys, spare, there, smallest, span)
    steps = span if counted else there
    for side in range(2 if missing else 1):
        heavy, size = (lost_weight, missing) if side else (0.0, 0)
        squares, others = 0.0, 0.0
        for k in range(classes):
            left[k] = lost[k] if side else 0.0
            squares += left[k] * left[k]
            others += (sums[k] - left[k]) * (sums[k] - left[k])
        for i in range(steps):
            if counted:
                group = histogram[i]
                if group[1] == 0:
                    continue
                code, last = smallest + i, i == span - 1
                heavy += group[0]
                size += int(group[1])
                squares = others = 0.0
                for k in range(classes):
                    left[k] += group[k + 2]
                    squares += left[k] * left[k]
                    others += (sums[k] - left[k]) * (sums[k] - left[k])
            else:
                j = keys[i] & 0xFFFFFFFF
                code, last = keys[i] >> 32, i == there - 1
                k, t = labels[j], own[j]
                squares += t * (2 * left[k] + t)
                others -= t * (2 * (sums[k] - left[k]) - t)
                left[k] += t
                heavy += weights[j]
                size += 1
                if not last and keys[i + 1] >> 32 == code:
                    continue
                if classes == 1:
                    squares, others = left[0] * left[0], (sums[0] - left[0]) * (sums[0] - left[0])
            if last and (side or missing == 0):
                break
            if size < leaf_rows or n - size < leaf_rows or heavy <= 0 or total - heavy <= 0:
                continue
            if criterion == SQUARES:
                score = squares / heavy + others / (total - heavy)  # eq. 3
            else:
                score = _entropies(sums, left, total, heavy)
            if score > best[0]:
                best = (score, code, np.uint64(0), side == 1)
    return best


@_jit
def _category(column, rows, labels, own, weights, distinct, sums, total, criterion, leaf_rows, work):
    """As `_number`, of a set of categories that go left: `mask` has their bits. A missing value is one more category.

    With the categories in the order of their mean (of the share of one class), the best of all sets is a beginning of it for
    two classes and for numbers (Breiman et al. 1984, 4.2.2); with more classes each class gives an order that is tried.
    """
    histogram, left = work[2], work[3][0]
    n, classes = rows.size, sums.size
    histogram[: distinct + 1] = 0
    for i in range(n):
        group = histogram[column[rows[i]]]
        group[0] += weights[i]
        group[1] += 1
        group[labels[i] + 2] += own[i]
    order = np.empty(distinct + 1, np.int64)
    means = np.empty(distinct + 1)
    best = (-np.inf, np.int64(0), np.uint64(0), False)
    for by in range(1 if classes < 3 else classes):
        there = 0
        for code in range(distinct + 1):
            if histogram[code, 1] > 0:
                mean, k = histogram[code, by + 2] / histogram[code, 0], there
                while k > 0 and means[k - 1] > mean:
                    means[k], order[k] = means[k - 1], order[k - 1]
                    k -= 1
                means[k], order[k] = mean, code
                there += 1
        heavy, size, mask, missing_left = 0.0, 0, np.uint64(0), False
        left[:] = 0
        for i in range(there - 1):
            code = order[i]
            heavy += histogram[code, 0]
            size += int(histogram[code, 1])
            squares = others = 0.0
            for k in range(classes):
                left[k] += histogram[code, k + 2]
                squares += left[k] * left[k]
                others += (sums[k] - left[k]) * (sums[k] - left[k])
            if code == distinct:
                missing_left = True
            else:
                mask |= np.uint64(1) << np.uint64(code)
            if size < leaf_rows or n - size < leaf_rows:
                continue
            if criterion == SQUARES:
                score = squares / heavy + others / (total - heavy)
            else:
                score = _entropies(sums, left, total, heavy)
            if score > best[0]:
                best = (score, np.int64(0), mask | _absent(histogram, distinct, 2 * heavy >= total), missing_left)
    return best


@_jit
def _absent(histogram, distinct, heavier):
    """The bits of the categories that the node does not have, where the left side is the `heavier` one; else none."""
    mask = np.uint64(0)
    for code in range(CATEGORIES):
        if heavier and (code >= distinct or histogram[code, 1] == 0):
            mask |= np.uint64(1) << np.uint64(code)
    return mask


@_jit
def _whole(criterion, sums, total):
    """Σ S²/W of one node, or Σ S log S − W log W: what a split has to raise."""
    found = 0.0
    for s in sums:
        if criterion == SQUARES:
            found += s * s
        elif s > 0:
            found += s * math.log(s)
    return found / total if criterion == SQUARES else found - total * math.log(total)  # eq. 2


@_jit
def _entropies(sums, left, total, heavy):
    found = -heavy * math.log(heavy) - (total - heavy) * math.log(total - heavy)
    for k in range(sums.size):
        if left[k] > 0:
            found += left[k] * math.log(left[k])
        if sums[k] - left[k] > 0:
            found += (sums[k] - left[k]) * math.log(sums[k] - left[k])
    return found


@_jit
def _count(keys, there, smallest, span, labels, own, weights, histogram):
    """histogram[code − smallest]: W, the rows, and S of each label."""
    histogram[:span] = 0
    for i in range(there):
        j = keys[i] & 0xFFFFFFFF
        group = histogram[(keys[i] >> 32) - smallest]
        group[0] += weights[j]
        group[1] += 1
        group[labels[j] + 2] += own[j]


@_jit
def _sort(keys, spare, n, smallest, span):
    """The first n keys by their code (the upper half), equal ones in their order; in `keys` or in `spare`."""
    if n < _FEW:
        for i in range(1, n):
            key, k = keys[i], i
            while k > 0 and keys[k - 1] > key:
                keys[k] = keys[k - 1]
                k -= 1
            keys[k] = key
        return keys
    starts = np.empty(257, np.int64)
    shift = 0
    while span >> shift > 0:
        starts[:] = 0
        for i in range(n):
            starts[((((keys[i] >> 32) - smallest) >> shift) & 255) + 1] += 1
        for k in range(256):
            starts[k + 1] += starts[k]
        for i in range(n):
            digit = (((keys[i] >> 32) - smallest) >> shift) & 255
            spare[starts[digit]] = keys[i]
            starts[digit] += 1
        keys, spare = spare, keys
        shift += 8
    return keys


@_jit
def _part(column, rows, moved, w, node, categorical, distinct, tree):
    """Put the rows that go left first, each side in its old order. How many they are, their weight, whether values are missing,
    and the least code to the right (or else `low`)."""
    feature, low, _, mask, missing_left = tree[:5]
    f, here, there, heavy, missing, high = feature[node], 0, 0, 0.0, False, distinct[feature[node]]
    for i in range(rows.size):
        code = np.int64(column[rows[i]])
        if code == distinct[f]:
            missing, goes = True, missing_left[node]
        elif categorical[f]:
            goes = mask[node] >> np.uint64(code) & np.uint64(1) == 1
        else:
            goes = code <= low[node]
        if goes:
            heavy += w[rows[i]]
            rows[here] = rows[i]
            here += 1
        else:
            high = min(high, code)
            moved[there] = rows[i]
            there += 1
    rows[here:] = moved[:there]
    return here, heavy, missing, low[node] if high == distinct[f] else high


@_jit
def _random(state, n):
    """A whole number from 0 to n − 1 (splitmix64; Steele, Lea & Flood 2014)."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return np.int64((z >> np.uint64(32)) * np.uint64(n) >> np.uint64(32))


@_jit
def thresholds(feature, low, high, values, starts, categorical, found):
    """found[k]: half-way between the values of the codes low[k] and high[k] of feature[k]; +inf where only missing ones go
    right. values[starts[f] :] are those of feature f."""
    for k in range(feature.size):
        f = feature[k]
        if f == LEAF or categorical[f] or high[k] <= low[k]:
            found[k] = math.inf
            continue
        below, above = values[starts[f] + low[k]], values[starts[f] + high[k]]
        middle = below / 2 + above / 2
        many = starts[f + 1] - starts[f] == PLACES
        found[k] = middle if below <= middle < above and not many else below


@_jit
def descend(x, rows, other, swapped, categorical, tree, leaves):
    """leaves[i]: the node at which row rows[i] of x (n, d) ends, whose feature `swapped` (−1: none) is that of row other[i]."""
    feature = tree[0]
    for i in range(rows.size):
        node = 0
        while feature[node] != LEAF:
            f = feature[node]
            node = _next(node, x[other[i], f] if f == swapped else x[rows[i], f], categorical, tree)
        leaves[i] = node


@_jit
def add(x, rows, categorical, tree, means, total):
    """total[rows[i]] += means of the leaf at which that row of x ends."""
    feature = tree[0]
    for i in range(rows.size):
        node = 0
        while feature[node] != LEAF:
            node = _next(node, x[rows[i], feature[node]], categorical, tree)
        for k in range(means.shape[1]):
            total[rows[i], k] += means[node, k]


@_jit
def _next(node, z, categorical, tree):
    """The child to which the value z leads."""
    feature, threshold, mask, missing_left, left, right = tree
    if categorical[feature[node]]:
        known = 0 <= z < CATEGORIES
        goes = mask[node] >> np.uint64(z) & np.uint64(1) == 1 if known else missing_left[node]
    elif z <= threshold[node]:
        goes = True
    else:
        goes = missing_left[node] and math.isnan(z)
    return left[node] if goes else right[node]
