"""Bins: a feature's values in at most 255 groups of neighbours, and one more for missing ones."""

import numpy as np

SAMPLE = 200_000  # rows that decide where the bins end


def ends(x, categorical, bins):
    """Of each feature the upper ends of all bins but the last: half-way between values, or quantiles of them."""
    found = []
    for f in range(x.shape[1]):
        column = x[:, f]
        column = np.sort(column[~np.isnan(column)])
        if categorical[f]:
            found.append(np.arange(column[-1] if len(column) else 0))
            continue
        own = column[np.append(True, column[1:] > column[:-1])] if len(column) else column
        if len(own) <= bins:
            found.append(own[:-1] / 2 + own[1:] / 2)
        else:
            found.append(np.unique(column[np.linspace(0, len(column) - 1, bins + 1)[1:-1].astype(np.int64)]))
    return found


def binned(x, categorical, borders):
    """uint8 (n, d): the bin of each value; one more for a missing one."""
    found = np.empty(x.shape, np.uint8)
    for f, border in enumerate(borders):
        place = np.searchsorted(border, x[:, f])
        missing = np.isnan(x[:, f])
        if categorical[f]:
            place = np.where(missing, 0, x[:, f]).astype(np.int64)
        place[missing] = len(border) + 1
        found[:, f] = place
    return found
