"""The same model in every process of a group: each computes its share of a batch, all get the whole gradient."""

import zlib

import numpy as np

from abacus.distributed.order import add_in_pairs
from abacus.errors import BadInput
from abacus.tensor import Tensor, backward


class Replicas:
    """The replicas of the model with these `parameters` ({name: Parameter}), one in each process of `group`.

    A batch is computed in `parts` (by default one a process), cut at the same places whatever the number of processes, and
    summed in pairs: with the same number of parts, 1, 2, 4, ... processes give the same bits, and with others the same
    numbers to rounding. Not for batch norm, whose statistics want the whole batch. BadInput where the replicas differ.
    """

    def __init__(self, group, parameters, parts=None):
        self.group, self.parameters, self.parts = group, list(parameters.values()), parts or group.size
        if self.parts % group.size:
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
        whole = self.group.all_reduce(add_in_pairs(self._sums))
        places = zip(self.parameters, self._edges, self._edges[1:])
        return Tensor(whole[-1].copy()), {p: whole[start:stop].reshape(p.value.shape) for p, start, stop in places}

    def _part(self, loss_of, batch, part, n, sums):
        """Write the part's gradients and its loss, times its share of the batch, to the vector `sums`."""
        loss = loss_of(*(array[part] for array in batch)) * ((part.stop - part.start) / n)
        gradients = backward(loss)
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
