"""One batch on several threads: each thread takes a part, on a tape of its own; the gradients are summed in order.

Kernels and BLAS let go of Python's lock, so two threads with one BLAS thread each beat one with two, and the same parts
give the same bits. Not for batch norm, whose statistics want the whole batch; there the kernels' loops are split.
"""

import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from abacus.tensor import Tensor, backward

_pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="abacus-part")


def backward_in_parts(loss_of, batch, parts):
    """(loss, gradients) of the mean over the batch, computed as `parts` parts on as many threads.

    loss_of(*arrays) is the mean loss of a part; batch is a tuple of arrays with the examples along the first axis.
    """
    n = len(batch[0])
    edges = [n * i // parts for i in range(parts + 1)]

    def part(start, stop):
        loss = loss_of(*(array[start:stop] for array in batch)) * ((stop - start) / n)
        return loss.value, backward(loss)

    later = [_pool.submit(part, *edge) for edge in itertools.pairwise(edges[1:])]
    results = [part(0, edges[1]), *(future.result() for future in later)]
    loss = sum(value for value, _ in results)
    gradients = results[0][1]
    for _, others in results[1:]:
        gradients = _added(gradients, others)
    return Tensor(np.asarray(loss)), gradients


def _added(a, b):
    """The sum of two dicts of gradients."""
    return {p: a[p] + b[p] if p in a and p in b else a.get(p, b.get(p)) for p in a | b}
