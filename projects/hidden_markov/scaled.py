"""Forward and backward, scaled so that nothing vanishes: the E-step in one compiled pass each way.

What stands in a sequence is the row of a table of densities: of equal observations there is one row, and a pass over the
sequence takes no exponential. A vector is divided by its sum only where it has become small, so that no step waits for a
division.
"""

import math

import numpy as np
from numba import njit

from abacus.kernels import JIT

SMALL = 1e-30  # a vector whose sum is below is divided by it
CERTAIN = 1e-150  # a smaller sum could have lost too much: of each vector, what is below 1e-308 has become 0
_jit = njit(**JIT)


@_jit
def expectation(density, symbols, ends, start, transition, forward, weights, pairs, first):
    """The log-likelihood of all sequences; NaN where one is impossible, or where too much may have vanished.

    density (u, m): b(s) in each state, of each row divided by the largest; symbols (n,): rows of it; ends: where each
    sequence ends; start (m,); transition (m, m). Filled: forward (n, m), the forward variables, each row up to a factor. Added
    to: weights (u, m), the posteriors summed over equal observations; pairs (m, m), the expected transitions; first (m,),
    the posteriors of each sequence's beginning.
    """
    m = len(start)
    backward, ahead, outer = np.empty(m), np.empty(m), np.zeros((m, m))
    columns = np.ascontiguousarray(transition.T)
    total, begin = 0.0, 0
    for end in ends:
        for t in range(begin, end):
            row, b = forward[t], density[symbols[t]]
            if t == begin:
                for j in range(m):
                    row[j] = start[j]
            else:
                before = forward[t - 1]
                for j in range(m):
                    row[j] = before[0] * transition[0, j]
                for i in range(1, m):
                    for j in range(m):
                        row[j] += before[i] * transition[i, j]
            c = 0.0
            for j in range(m):
                row[j] *= b[j]  # eqs. 3 and 4: a step of the product, and its scale
                c += row[j]
            if c < SMALL or t == end - 1:
                if not c > CERTAIN:
                    return np.nan
                total += math.log(c)  # eq. 5
                for j in range(m):
                    row[j] /= c
        for j in range(m):
            backward[j] = 1.0
        for t in range(end - 1, begin - 1, -1):
            row, weight, b = forward[t], weights[symbols[t]], density[symbols[t]]
            c = 0.0
            for i in range(m):
                c += row[i] * backward[i]
            if not c > CERTAIN:
                return np.nan
            scale = 1.0 / c
            if t < end - 1:
                for i in range(m):
                    for j in range(m):
                        outer[i, j] += row[i] * scale * ahead[j]
            if t == begin:
                for i in range(m):
                    first[i] += row[i] * backward[i] * scale
            top = 0.0
            for i in range(m):
                weight[i] += row[i] * backward[i] * scale  # eq. 7
                ahead[i] = b[i] * backward[i]
                top += ahead[i]
            if top < SMALL:
                if not top > CERTAIN:
                    return np.nan
                for i in range(m):
                    ahead[i] /= top
            for i in range(m):
                backward[i] = ahead[0] * columns[0, i]
            for j in range(1, m):
                for i in range(m):
                    backward[i] += ahead[j] * columns[j, i]  # eq. 6
        begin = end
    for i in range(m):
        for j in range(m):
            pairs[i, j] += outer[i, j] * transition[i, j]  # eq. 8
    return total
