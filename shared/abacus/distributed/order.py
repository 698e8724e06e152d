"""A sum in a fixed order."""


def add_in_pairs(arrays):
    """(a0 + a1) + (a2 + a3) + ...: neighbours first, then neighbouring sums; written into a0, which is returned.

    An odd last one waits for the next round. Summed so, 2^k neighbours are summed first among themselves, whoever does
    it: the bits of the whole are the same whether one process holds all the arrays, or several hold 2^k neighbours each.
    """
    apart = 1
    while apart < len(arrays):
        for i in range(0, len(arrays) - apart, 2 * apart):
            arrays[i] += arrays[i + apart]
        apart *= 2
    return arrays[0]
