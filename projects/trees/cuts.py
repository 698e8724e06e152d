"""One tree of random cuts: a feature at random, and a place at random between its least and its largest value."""

import numpy as np
from numba import njit

from abacus.kernels import EXACT


@njit(**EXACT)
def grow(x, rows, depth, draws, typical):
    """(feature, threshold, left, right, length, rows) of the nodes; rows are put into the order of the leaves.

    draws (2 rows.size, 2): uniform numbers, a pair for each node. A leaf's length is its depth, and typical[n] more where it
    still has n rows; a feature is drawn among those that are not constant.
    """
    most, d = 2 * rows.size, x.shape[1]
    feature, left, right = np.full(most, -1, np.int32), np.full(most, -1, np.int32), np.full(most, -1, np.int32)
    threshold, length, count = np.zeros(most), np.zeros(most), np.zeros(most, np.int32)
    begins, ends, depths = np.zeros(most, np.int64), np.zeros(most, np.int64), np.zeros(most, np.int64)
    ends[0], nodes, k = rows.size, 1, 0
    least, largest, varied = np.empty(d), np.empty(d), np.empty(d, np.int64)
    while k < nodes:
        begin, end = begins[k], ends[k]
        count[k] = end - begin
        length[k] = depths[k] + typical[end - begin]
        there = 0
        if end - begin > 1 and depths[k] < depth:
            least[:], largest[:] = np.inf, -np.inf
            for i in range(begin, end):
                for f in range(d):
                    least[f], largest[f] = min(least[f], x[rows[i], f]), max(largest[f], x[rows[i], f])
            for f in range(d):
                if largest[f] > least[f]:
                    varied[there] = f
                    there += 1
        if there > 0:
            f = varied[min(int(draws[k, 0] * there), there - 1)]
            cut = least[f] + draws[k, 1] * (largest[f] - least[f])
            cut = least[f] if cut >= largest[f] else cut
            low = begin
            for i in range(begin, end):
                if x[rows[i], f] <= cut:
                    rows[i], rows[low] = rows[low], rows[i]
                    low += 1
            feature[k], threshold[k], left[k], right[k] = f, cut, nodes, nodes + 1
            begins[nodes], ends[nodes], begins[nodes + 1], ends[nodes + 1] = begin, low, low, end
            depths[nodes] = depths[nodes + 1] = depths[k] + 1
            nodes += 2
        k += 1
    return feature[:nodes], threshold[:nodes], left[:nodes], right[:nodes], length[:nodes], count[:nodes]
