"""The same passes in logarithms, where nothing vanishes, and Viterbi's path: compiled loops."""

import math

import numpy as np
from numba import njit

from abacus.kernels import JIT

_jit = njit(**JIT)


@_jit
def _sum(values):
    """log Σ exp(v); -inf where all are."""
    top = -np.inf
    for v in values:
        top = max(top, v)
    if top == -np.inf:
        return top
    total = 0.0
    for v in values:
        total += math.exp(v - top)
    return top + math.log(total)  # eq. 9


@_jit
def expectation(log_density, symbols, ends, log_start, log_transition, forward, weights, pairs, first):
    """As scaled.expectation, from logarithms; forward holds log α. -inf where a sequence is impossible: nothing is filled."""
    m = len(log_start)
    backward, ahead, terms = np.zeros(m), np.empty(m), np.empty(m)
    total, begin = 0.0, 0
    for end in ends:
        for t in range(begin, end):
            b = log_density[symbols[t]]
            for j in range(m):
                if t == begin:
                    forward[t, j] = log_start[j] + b[j]
                else:
                    for i in range(m):
                        terms[i] = forward[t - 1, i] + log_transition[i, j]
                    forward[t, j] = _sum(terms) + b[j]
        own = _sum(forward[end - 1])
        if own == -np.inf:
            return own
        total += own
        backward[:] = 0.0
        for t in range(end - 1, begin - 1, -1):
            weight, b = weights[symbols[t]], log_density[symbols[t]]
            for i in range(m):
                posterior = math.exp(forward[t, i] + backward[i] - own)
                weight[i] += posterior
                if t == begin:
                    first[i] += posterior
            if t == begin:
                break
            for j in range(m):
                ahead[j] = b[j] + backward[j]
            for i in range(m):
                for j in range(m):
                    terms[j] = log_transition[i, j] + ahead[j]
                    pairs[i, j] += math.exp(forward[t - 1, i] + terms[j] - own)
                backward[i] = _sum(terms)
        begin = end
    return total


@_jit
def viterbi(log_density, symbols, ends, log_start, log_transition, best, path):
    """Fills path (n,) with the likeliest states of each sequence; the sum of their log-probabilities (eq. 10).

    best (n, m): scratch, of whole numbers: the state before. Of equally likely ones the first. -inf: impossible.
    """
    m = len(log_start)
    here, before = np.empty(m), np.empty(m)
    total, begin = 0.0, 0
    for end in ends:
        for t in range(begin, end):
            b = log_density[symbols[t]]
            for j in range(m):
                if t == begin:
                    here[j] = log_start[j] + b[j]
                    continue
                which, top = 0, before[0] + log_transition[0, j]
                for i in range(1, m):
                    value = before[i] + log_transition[i, j]
                    if value > top:
                        which, top = i, value
                best[t, j] = which
                here[j] = top + b[j]  # eq. 10
            before[:] = here
        last = 0
        for j in range(1, m):
            if before[j] > before[last]:
                last = j
        if before[last] == -np.inf:
            return -np.inf
        total += before[last]
        for t in range(end - 1, begin - 1, -1):
            path[t] = last
            if t > begin:
                last = best[t, last]
        begin = end
    return total
