"""A sum in a fixed order."""


def in_pairs(arrays):
    """(a0 + a1) + (a2 + a3) + ...: neighbours first, then neighbouring sums; an odd last one waits for the next round.

    Summed so, 2^k neighbours are summed first among themselves, whoever does it: the bits of the whole are the same
    whether one process holds all the arrays, or several hold 2^k neighbours each.
    """
    arrays = list(arrays)
    while len(arrays) > 1:
        arrays = [a + b for a, b in zip(arrays[::2], arrays[1::2])] + arrays[len(arrays) & ~1 :]
    return arrays[0]
