"""Processes of one or many machines, joined by MPI (the extra [mpi]: mpi4py and the mpich wheel)."""

import sys
import traceback

import numpy as np

from abacus.distributed.order import add_in_pairs
from abacus.errors import BadInput

EXTRA = 'pip install "abacus-ml[mpi]" (in a checkout: pip install -e ".[mpi]")'


class Mpi:
    """All processes that mpiexec started. BadInput where mpi4py is not installed."""

    def __init__(self):
        try:
            from mpi4py import MPI
        except ImportError as error:
            raise BadInput(f"MPI: {error}: {EXTRA}") from None
        self._all = MPI.COMM_WORLD
        self.rank, self.size = self._all.rank, self._all.size
        self._kept = {}
        sys.excepthook = self._end_all

    def all_reduce(self, array):
        """Replace `array` by its sum over all ranks, bit for bit as `Memory` does: MPI's own sum promises no order.

        Slices travel to the rank that sums them, and the sums to all.
        """
        mine, slices = self._buffers(-(-array.size // self.size), array.dtype)
        mine.reshape(-1)[: array.size] = array.reshape(-1)
        self._all.Alltoall(mine, slices)
        self._all.Allgather(add_in_pairs(slices), mine)
        array[...] = mine.reshape(-1)[: array.size].reshape(array.shape)
        return array

    def _buffers(self, length, dtype):
        """Two arrays (size, length), made once for each length."""
        if (length, dtype) not in self._kept:
            self._kept = {(length, dtype): np.zeros((2, self.size, length), dtype)}
        return self._kept[length, dtype]

    def _end_all(self, kind, error, trace):
        """An error in one process ends all: the others would wait for it for ever."""
        traceback.print_exception(kind, error, trace)
        sys.stderr.flush()
        self._all.Abort(1)
