"""The compiled loops: sums over the samples of every class, and a pass of dual coordinate descent.

Nothing is reassociated: the sums are the same bits whatever the machine's vectors are.
"""

from numba import njit

from abacus.kernels import EXACT


@njit(**EXACT)
def dense_sums(x, index, total):
    for i in range(x.shape[0]):
        row = total[index[i]]
        for j in range(x.shape[1]):
            row[j] += x[i, j]


@njit(**EXACT)
def sparse_sums(values, columns, start, index, total):
    for i in range(len(start) - 1):
        row = total[index[i]]
        for k in range(start[i], start[i + 1]):
            row[columns[k]] += values[k]


@njit(**EXACT)
def squares(x, index, mean, total):
    for i in range(x.shape[0]):
        row, center = total[index[i]], mean[index[i]]
        for j in range(x.shape[1]):
            gap = x[i, j] - center[j]
            row[j] += gap * gap


@njit(**EXACT)
def dense_presences(x, index, threshold, total):
    for i in range(x.shape[0]):
        row = total[index[i]]
        for j in range(x.shape[1]):
            row[j] += x[i, j] > threshold


@njit(**EXACT)
def sparse_presences(values, columns, start, index, threshold, total):
    for i in range(len(start) - 1):
        row = total[index[i]]
        for k in range(start[i], start[i + 1]):
            row[columns[k]] += values[k] > threshold


@njit(**EXACT)
def dual_pass(values, columns, start, sign, squares, ridge, order, alpha, w):
    """Each α_i in turn to its own minimum, w kept up to date. Returns the largest projected gradient met on the way."""
    worst = 0.0
    for i in order:
        product = 0.0
        for k in range(start[i], start[i + 1]):
            product += w[columns[k]] * values[k]
        gradient = sign[i] * product - 1 + ridge * alpha[i]  # eq. (11)
        if alpha[i] == 0 and gradient > 0:
            continue
        worst = max(worst, abs(gradient))
        old = alpha[i]
        alpha[i] = max(0.0, old - gradient / (squares[i] + ridge))
        step = (alpha[i] - old) * sign[i]
        for k in range(start[i], start[i + 1]):
            w[columns[k]] += step * values[k]
    return worst
