"""Dancing links (Knuth 2000): a table of options and items in which taking out, and putting back, are two changes each.

Compiled. Node 0 heads the line of items, node k + 1 the column of item k; after them one node for each item of each
option, linked to the same option's others (left, right) and to the same item's others (up, down).
"""

from collections import namedtuple

import numpy as np
from numba import njit

Links = namedtuple("Links", "left right up down head size option")


def linked(options, primary, items):
    """The Links of options, lists of items. The primary items, the first ones, stand in the line; the others do not."""
    n = 1 + items + sum(map(len, options))
    x = Links(*np.tile(np.arange(n), (5, 1)), np.zeros(n, np.int64), np.full(n, -1))
    line = np.arange(primary + 1)
    x.left[: primary + 1], x.right[: primary + 1] = np.roll(line, 1), np.roll(line, -1)
    node = items + 1
    for number, option in enumerate(options):
        own = np.arange(node, node + len(option))
        x.left[own], x.right[own], x.option[own] = np.roll(own, 1), np.roll(own, -1), number
        for item in option:
            column = item + 1
            x.head[node], x.up[node], x.down[node] = column, x.up[column], column
            x.down[x.up[column]] = x.up[column] = node
            x.size[column] += 1
            node += 1
    return x


@njit(cache=True)
def search(x, chosen, level, found, counts):
    """Adds to `counts`: solutions, nodes of the search, links changed. The first solutions go into `found`."""
    counts[1] += 1
    if x.right[0] == 0:  # every primary item is covered
        if counts[0] < len(found):
            found[counts[0], :level] = chosen[:level]
        counts[0] += 1
        return
    column = x.right[0]
    other = x.right[column]
    while other != 0:  # the item with the fewest options left
        if x.size[other] < x.size[column]:
            column = other
        other = x.right[other]
    hide(x, column, counts)
    node = x.down[column]
    while node != column:
        chosen[level] = x.option[node]
        other = x.right[node]
        while other != node:
            hide(x, x.head[other], counts)
            other = x.right[other]
        search(x, chosen, level + 1, found, counts)
        other = x.left[node]
        while other != node:
            show(x, x.head[other])
            other = x.left[other]
        node = x.down[node]
    show(x, column)


@njit(cache=True)
def hide(x, column, counts):
    """Takes an item out of the line, and every option that has it out of its other columns."""
    x.right[x.left[column]], x.left[x.right[column]] = x.right[column], x.left[column]  # eq. 17
    counts[2] += 1
    node = x.down[column]
    while node != column:
        other = x.right[node]
        while other != node:
            x.down[x.up[other]], x.up[x.down[other]] = x.down[other], x.up[other]
            x.size[x.head[other]] -= 1
            counts[2] += 1
            other = x.right[other]
        node = x.down[node]


@njit(cache=True)
def show(x, column):
    """Undoes `hide`, backwards: what was taken out still knows its neighbours."""
    node = x.up[column]
    while node != column:
        other = x.left[node]
        while other != node:
            x.down[x.up[other]] = x.up[x.down[other]] = other
            x.size[x.head[other]] += 1
            other = x.left[other]
        node = x.up[node]
    x.right[x.left[column]] = x.left[x.right[column]] = column  # eq. 18
