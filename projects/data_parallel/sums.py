"""A sum over processes: in pairs, whose order is fixed, and by a ring, which shows what such a sum must cost."""

import numpy as np


def add_in_pairs(arrays):
    """(a0 + a1) + (a2 + a3) + ...: neighbours first, then neighbouring sums; written into a0, which is returned.

    An odd last one waits for the next round. Summed so, 2^k neighbours are summed first among themselves, whoever does
    it: the bits of the whole are the same whether one process holds all the arrays, or several hold 2^k neighbours each.
    """
    apart = 1
    while apart < len(arrays):
        for i in range(0, len(arrays) - apart, 2 * apart):
            arrays[i] += arrays[i + apart]  # eq. 4
        apart *= 2
    return arrays[0]


def ring(arrays):
    """The sum of p arrays (n,), one a process, where each process sends only to its right neighbour.

    Returns (what each process holds in the end, how many numbers each has sent, how many messages that were): p sums that
    are equal to the bit, about 2 (p - 1) / p · n numbers (eq. 5) and 2 (p - 1) messages. Slice k is summed once around the
    ring, beginning at process k: in another order than slice k + 1, and in another for another p.
    """
    p = len(arrays)
    held = [np.array_split(np.array(array), p) for array in arrays]
    sent = [0] * p

    def pass_on(slice_of, receive):
        """Every process r at once sends its slice number slice_of(r) to r + 1, which does `receive` with it."""
        messages = [held[r][slice_of(r) % p].copy() for r in range(p)]
        for r, message in enumerate(messages):
            sent[r] += message.size
            receive(held[(r + 1) % p], slice_of(r) % p, message)

    for step in range(p - 1):  # afterwards process r holds the whole sum of slice r + 1
        pass_on(lambda r, step=step: r - step, _add)
    for step in range(p - 1):
        pass_on(lambda r, step=step: r + 1 - step, _replace)
    return [np.concatenate(slices) for slices in held], sent, 2 * (p - 1)


def _add(slices, k, message):
    slices[k] = message + slices[k]


def _replace(slices, k, message):
    slices[k] = message
