"""A batch in shares: by processes, each with the same model (Replicas), or by threads of one process.

A share's mean loss, times its part of the batch, has a gradient; the sum of these is the gradient of the whole (eq. 2).
Not for batch norm, whose statistics want the whole batch.
"""

import itertools
import zlib
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from abacus.errors import BadInput
from abacus.tensor import Tensor, backward
from sums import add_in_pairs

_pool = ThreadPoolExecutor(max_workers=8, thread_name_prefix="abacus-part")


class Replicas:
    """The replicas of the model with these `parameters` ({name: Parameter}), one in each process of `group`.

    A batch is computed in `parts` (by default one a process), cut at the same places whatever the number of processes, and
    summed in pairs: with the same number of parts, 1, 2, 4, ... processes give the same bits, and with others the same
    numbers to rounding. BadInput where the replicas differ.
    """

    def __init__(self, group, parameters, parts=None):
        self.group, self.parameters, self.parts = group, list(parameters.values()), parts or group.size
        if self.parts < 1 or self.parts % group.size:
            raise BadInput(f"parts={parts}: wanted a multiple of the {group.size} processes")
        self._edges = np.cumsum([0] + [p.value.size for p in self.parameters])
        self._dtype = np.result_type(*(p.value.dtype for p in self.parameters))
        self._sums = np.zeros(
            (self.parts // group.size, self._edges[-1] + 1), self._dtype
        )  # the gradients, then the loss
        self._check_equal()

    def backward(self, loss_of, batch):
        """(loss, gradients) of the mean over the batch, the same in every process; valid until the next call.

        loss_of(*arrays) is the mean loss of a part; batch is a tuple of arrays, the whole batch in every process, with
        the examples along the first axis.
        """
        n, each = len(batch[0]), len(self._sums)
        if n < self.parts:
            raise BadInput(f"a batch of {n} examples cannot be cut into {self.parts} parts")
        edges = [n * i // self.parts for i in range(self.parts + 1)]
        for i, sums in enumerate(self._sums, start=self.group.rank * each):
            self._part(loss_of, batch, slice(edges[i], edges[i + 1]), n, sums)
        own = add_in_pairs(self._sums)
        whole = self.group.all_reduce(own)  # eq. 3
        places = zip(self.parameters, self._edges, self._edges[1:])
        return Tensor(whole[-1].copy()), {p: whole[start:stop].reshape(p.value.shape) for p, start, stop in places}

    def _part(self, loss_of, batch, part, n, sums):
        """Write the part's gradients and its loss, times its share of the batch, to the vector `sums`."""
        loss = loss_of(*(array[part] for array in batch)) * ((part.stop - part.start) / n)  # eq. 2
        gradients = backward(loss)  # eq. 1, times that share
        for parameter, start, stop in zip(self.parameters, self._edges, self._edges[1:]):
            sums[start:stop] = gradients[parameter].reshape(-1) if parameter in gradients else 0
        sums[-1] = loss.value

    def _check_equal(self):
        sums = np.zeros(self.group.size)
        for parameter in self.parameters:
            sums[self.group.rank] = zlib.crc32(np.ascontiguousarray(parameter.value), int(sums[self.group.rank]))
        sums = self.group.all_reduce(sums)
        if len(set(sums)) > 1:
            other = int(np.argmax(sums != sums[0]))
            raise BadInput(f"process {other} starts from other weights than process 0: wanted the same seed in all")


def backward_in_threads(loss_of, batch, parts):
    """(loss, gradients) of the mean over the batch, computed as `parts` parts on as many threads.

    loss_of(*arrays) is the mean loss of a part; batch is a tuple of arrays with the examples along the first axis. Kernels
    and BLAS let go of Python's lock, so two threads with one BLAS thread each beat one with two. The gradients are summed
    in pairs: the same parts give the same bits, here and in Replicas.
    """
    n = len(batch[0])
    if not 1 <= parts <= n:
        raise BadInput(f"a batch of {n} examples cannot be cut into {parts} parts")
    edges = [n * i // parts for i in range(parts + 1)]

    def part(start, stop):
        loss = loss_of(*(array[start:stop] for array in batch)) * ((stop - start) / n)  # eq. 2
        return loss.value, backward(loss)

    later = [_pool.submit(part, *edge) for edge in itertools.pairwise(edges[1:])]
    results = [part(0, edges[1]), *(future.result() for future in later)]
    while len(results) > 1:  # neighbours first, as sums.add_in_pairs
        results = [_added(*results[i : i + 2]) for i in range(0, len(results), 2)]
    loss, gradients = results[0]
    return Tensor(np.asarray(loss)), gradients


def _added(first, second=None):
    """The sum of two (loss, {parameter: gradient}); an odd last one as it is."""
    if second is None:
        return first
    (loss, a), (other, b) = first, second
    return loss + other, {p: a[p] + b[p] if p in a and p in b else a.get(p, b.get(p)) for p in a | b}
