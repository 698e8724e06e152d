"""For each filter, the window of a sentence that answers it most strongly: a convolution over words and its maximum."""

import numpy as np
from numba import njit

from abacus.errors import BadInput
from abacus.expect import expect_shape
from abacus.kernels import JIT
from abacus.tensor import op


@op(keeps=("places", "starts"))
def strongest(rows, filters, places, starts, widths):
    """max over the windows t of a sentence of Σᵢ rows[word t + i] · filter part i (eq. 6, 7): (sentences, filters).

    rows (U, width): the vector of each different word. filters (columns, width): for each h of `widths`, one behind the
    other, h parts of F filters each. places (N,) names the words of all sentences, one behind the other; sentence b is
    starts[b] to starts[b + 1]. A word's product with a filter does not depend on where it stands: it is computed once.
    The gradient goes through the winning windows alone: F·Σh products for a sentence, however long it is. BadInput where
    shapes do not fit or a sentence is shorter than the widest window.
    """
    places, starts = np.asarray(places, np.int32), np.asarray(starts, np.int64)
    count = len(filters) // sum(widths)
    expect_shape("strongest", "filters", filters.shape, (count * sum(widths), *rows.shape[1:]))
    if len(starts) < 2 or starts[0] != 0 or starts[-1] != len(places) or (np.diff(starts) < max(widths)).any():
        raise BadInput(f"strongest: wanted sentences of at least {max(widths)} places, one behind the other")
    if not (places.min() >= 0 and places.max() < len(rows)):
        raise BadInput(f"strongest: a place from {places.min()} to {places.max()}, wanted 0 to {len(rows) - 1}")
    rows, filters = np.ascontiguousarray(rows), np.ascontiguousarray(filters)
    sizes, products = np.array(widths, np.int64), rows @ filters.T
    best = np.empty((len(starts) - 1, count * len(sizes)), products.dtype)
    where = np.empty(best.shape, np.int32)
    _forward(products, places, starts, sizes, best, where)

    def pullback(dbest):
        drows, dfilters = np.zeros_like(rows), np.zeros_like(filters)
        _backward(np.ascontiguousarray(dbest), rows, filters, places, sizes, where, drows, dfilters)
        return drows, dfilters

    return best, pullback


@njit(**JIT)
def _forward(products, places, starts, widths, best, where):
    filters = best.shape[1] // len(widths)
    answer = np.empty(filters, products.dtype)
    for b in range(len(best)):
        column = 0
        for k in range(len(widths)):
            top, place = best[b, k * filters : (k + 1) * filters], where[b, k * filters : (k + 1) * filters]
            for t in range(starts[b], starts[b + 1] - widths[k] + 1):
                answer[:] = products[places[t], column : column + filters]
                for i in range(1, widths[k]):
                    part = products[places[t + i], column + i * filters : column + (i + 1) * filters]
                    for f in range(filters):
                        answer[f] += part[f]  # eq. 6
                if t == starts[b]:
                    top[:] = answer
                    place[:] = t
                    continue
                for f in range(filters):
                    larger = answer[f] > top[f]  # eq. 7
                    top[f] = answer[f] if larger else top[f]
                    place[f] = t if larger else place[f]
            column += widths[k] * filters


@njit(**JIT)
def _backward(dbest, rows, filters, places, widths, where, drows, dfilters):
    count = dbest.shape[1] // len(widths)
    column = 0
    for k in range(len(widths)):
        for i in range(widths[k]):
            for f in range(count):
                part, dpart = filters[column], dfilters[column]
                column += 1
                for b in range(len(dbest)):
                    d = dbest[b, k * count + f]
                    if d != 0:
                        word = places[where[b, k * count + f] + i]
                        row, drow = rows[word], drows[word]
                        for j in range(part.size):
                            drow[j] += d * part[j]
                            dpart[j] += d * row[j]
