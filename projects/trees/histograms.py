"""One tree of a boosting round, from histograms of the gradients: the values of a feature are at most 255 bins.

Gradients are rounded to whole numbers, fine enough that no sum of all rows overflows 32 bits: sums are then exact in any
order, and the histogram of the larger child is that of the parent less that of the smaller one, to the last bit. A gradient
(the upper 32 bits) and a hessian (the lower ones) are one number of 64 bits: one addition adds both.
"""

import numpy as np
from numba import njit

from abacus.kernels import EXACT
from coding import CATEGORIES, LEAF

_SMOOTH = 10.0  # categories are ordered by G / (H + this): a rare one is not first or last by chance
_LARGEST, _LOW = 2.0**31 - 1, 2**32 - 1
_jit = njit(**EXACT)


@_jit
def rounded(gradient, hessian, whole):
    """whole (n,) = 2³² round(gradient·a) + round(hessian·b) with the largest a and b for which sums fit; (a, b)."""
    steep, curved, n = 0.0, 0.0, gradient.size
    for i in range(n):
        steep, curved = max(steep, abs(gradient[i])), max(curved, hessian[i])
    a = (_LARGEST - n) / (n * steep) if steep > 0 else 1.0
    b = (_LARGEST - n) / (n * curved) if curved > 0 else 1.0
    for i in range(n):
        whole[i] = (np.int64(np.rint(gradient[i] * a)) << 32) + np.int64(np.rint(hessian[i] * b))
    return a, b


@_jit
def logistic(raw, y, w, gradient, hessian):
    """Of −w log p(y), p = 1 / (1 + e^−raw): gradient w (p − y) and hessian w p (1 − p)  (eq. 16)."""
    for i in range(raw.size):
        p = 1.0 / (1.0 + np.exp(-raw[i]))
        gradient[i], hessian[i] = w[i] * (p - y[i]), w[i] * p * (1.0 - p)


@_jit
def grow(
    bins, starts, categorical, whole, scales, gradient, hessian, rate, ridge, samples, limits, pool, tree, begins, ends
):
    """Fill the arrays of `tree`; the number of its nodes. Rows samples[begins[k] : ends[k]] end in leaf k.

    bins uint8 (n, d): the last bin of a feature is for missing values; its histogram has the places starts[f] to starts[f + 1].
    whole, scales: `rounded`. A leaf's value is −rate G / (H + ridge), from the gradients as they are (eq. 15). limits: leaves,
    depth, rows of a leaf. pool (leaves, places, 2): histograms.
    """
    leaves, depths, leaf_rows = limits
    feature, low, mask, missing_left, left, right, value, score, count = tree
    a, b = scales
    depth, slot, gains = np.zeros(feature.size, np.int64), np.zeros(feature.size, np.int64), np.empty(feature.size)
    frontier, waiting = np.empty(feature.size, np.int64), 0
    moved = np.empty(samples.size, samples.dtype)
    begins[0], ends[0], nodes = 0, samples.size, 1
    _histogram(bins, starts, whole, samples, pool[0])
    order = np.empty(CATEGORIES + 1, np.int64), np.empty(CATEGORIES + 1)
    ready, found_leaves = 0, 1
    while True:
        while ready < nodes:
            k = ready
            ready += 1
            size = ends[k] - begins[k]
            feature[k] = left[k] = right[k] = LEAF
            count[k] = size
            if size < 2 * leaf_rows or depth[k] >= depths or found_leaves == leaves:
                continue
            found = _split(pool[slot[k]], starts, categorical, a, b, ridge, leaf_rows, order)
            score[k] = found[6]
            if found[0] > 0:
                gains[k], feature[k], low[k], mask[k], missing_left[k] = (
                    found[0],
                    found[1],
                    found[2],
                    found[3],
                    found[4],
                )
                frontier[waiting] = k
                waiting += 1
        if waiting == 0 or found_leaves == leaves:
            break
        take = 0
        for i in range(1, waiting):
            take = i if gains[frontier[i]] > gains[frontier[take]] else take
        k = frontier[take]
        waiting -= 1
        frontier[take] = frontier[waiting]
        begin, end = begins[k], ends[k]
        f = feature[k]
        last = starts[f + 1] - starts[f] - 1
        middle = begin + _part(
            bins, f, last, categorical[f], samples[begin:end], moved, low[k], mask[k], missing_left[k]
        )
        left[k], right[k] = nodes, nodes + 1
        begins[nodes], ends[nodes], begins[nodes + 1], ends[nodes + 1] = begin, middle, middle, end
        depth[nodes] = depth[nodes + 1] = depth[k] + 1
        found_leaves += 1
        if found_leaves < leaves:
            small, large = (nodes, nodes + 1) if middle - begin <= end - middle else (nodes + 1, nodes)
            slot[small], slot[large] = found_leaves - 1, slot[k]
            _histogram(bins, starts, whole, samples[begins[small] : ends[small]], pool[slot[small]])
            one, rest = pool[slot[small]], pool[slot[large]]
            for i in range(one.shape[0]):
                rest[i, 0] -= one[i, 0]
                rest[i, 1] -= one[i, 1]
        nodes += 2
    for i in range(waiting):
        feature[frontier[i]] = LEAF
    for k in range(nodes):
        if feature[k] == LEAF or score[k] != score[k]:
            g, h = 0.0, 0.0
            for i in range(begins[k], ends[k]):
                g += gradient[samples[i]]
                h += hessian[samples[i]]
            score[k] = g * g / (h + ridge) if h + ridge > 0 else 0.0
            value[k, 0] = -rate * g / (h + ridge) if h + ridge > 0 else 0.0  # eq. 15
        else:
            value[k, 0] = 0.0
    return nodes


@_jit
def raised(raw, samples, tree, nodes, begins, ends):
    """raw of each row += the value of its leaf."""
    feature, value = tree[0], tree[6]
    for k in range(nodes):
        if feature[k] == LEAF:
            for i in range(begins[k], ends[k]):
                raw[samples[i]] += value[k, 0]


@_jit
def _histogram(bins, starts, whole, rows, histogram):
    """histogram[starts[f] + bin] += whole, 1 of each row, for each feature."""
    histogram[:] = 0
    d = bins.shape[1]
    for i in range(rows.size):
        row = rows[i]
        own = whole[row]
        for f in range(d):
            entry = histogram[starts[f] + bins[row, f]]
            entry[0] += own
            entry[1] += 1


@_jit
def _split(histogram, starts, categorical, a, b, ridge, leaf_rows, work):
    """(gain, feature, last bin of the left side, mask, whether missing goes left, 0, G²/(H + ridge) of the node)  (eq. 17)."""
    total, n = np.int64(0), np.int64(0)
    for k in range(starts[0], starts[1]):
        total += histogram[k, 0]
        n += histogram[k, 1]
    whole_g, whole_h = (total >> 32) / a, (total & _LOW) / b + ridge
    own = whole_g * whole_g / whole_h if whole_h > 0 else 0.0
    best = (0.0, LEAF, 0, np.uint64(0), False, 0, own)
    for f in range(starts.size - 1):
        first, last = starts[f], starts[f + 1] - 1  # the last is for missing values
        if categorical[f]:
            best = _set(histogram, f, first, last, whole_g, whole_h, n, own, a, b, ridge, leaf_rows, work, best)
            continue
        lost = histogram[last]
        for side in range(2 if lost[1] > 0 else 1):
            both, size = (lost[0], lost[1]) if side == 1 else (np.int64(0), np.int64(0))
            until = last if side == 0 and lost[1] > 0 else last - 1
            for k in range(first, until):
                if histogram[k, 1] == 0:
                    continue
                both += histogram[k, 0]
                size += histogram[k, 1]
                if size < leaf_rows:
                    continue
                if n - size < leaf_rows:
                    break
                left_g, left_h = (both >> 32) / a, (both & _LOW) / b + ridge
                right_g, right_h = whole_g - left_g, whole_h - left_h + ridge
                if left_h <= 0 or right_h <= 0:
                    continue
                gain = left_g * left_g / left_h + right_g * right_g / right_h - own  # eq. 17
                if gain > best[0]:
                    goes = side == 1 if lost[1] > 0 else 2 * size >= n
                    best = (gain, f, k - first, np.uint64(0), goes, 0, own)
    return best


@_jit
def _set(histogram, f, first, last, whole_g, whole_h, n, own, a, b, ridge, leaf_rows, work, best):
    """`best`, or a better set of categories that go left: the first ones by G / (H + 10). A missing value is one more."""
    order, means = work
    there = 0
    for code in range(last - first + 1):
        own_both = histogram[first + code, 0]
        if histogram[first + code, 1] > 0:
            mean, k = (own_both >> 32) / a / ((own_both & _LOW) / b + _SMOOTH), there
            while k > 0 and means[k - 1] > mean:
                means[k], order[k] = means[k - 1], order[k - 1]
                k -= 1
            means[k], order[k] = mean, code
            there += 1
    both, size, mask, missing_left = np.int64(0), np.int64(0), np.uint64(0), False
    for i in range(there - 1):
        entry = histogram[first + order[i]]
        both += entry[0]
        size += entry[1]
        if order[i] == last - first:
            missing_left = True
        else:
            mask |= np.uint64(1) << np.uint64(order[i])
        left_g, left_h = (both >> 32) / a, (both & _LOW) / b + ridge
        right_g, right_h = whole_g - left_g, whole_h - left_h + ridge
        if size < leaf_rows or n - size < leaf_rows or left_h <= 0 or right_h <= 0:
            continue
        gain = left_g * left_g / left_h + right_g * right_g / right_h - own
        if gain > best[0]:
            heavier, filled = 2 * size >= n, mask
            for code in range(CATEGORIES):
                if heavier and (code >= last - first or histogram[first + code, 1] == 0):
                    filled |= np.uint64(1) << np.uint64(code)
            goes = missing_left if histogram[last, 1] > 0 else heavier
            best = (gain, f, 0, filled, goes, 0, own)
    return best


@_jit
def _part(bins, f, last, is_category, rows, moved, low, mask, missing_left):
    """Put the rows that go left first, each side in its old order; how many they are."""
    here, there = 0, 0
    for i in range(rows.size):
        code = np.int64(bins[rows[i], f])
        if code == last:
            goes = missing_left
        elif is_category:
            goes = mask >> np.uint64(code) & np.uint64(1) == 1
        else:
            goes = code <= low
        if goes:
            rows[here] = rows[i]
            here += 1
        else:
            moved[there] = rows[i]
            there += 1
    rows[here:] = moved[:there]
    return here
