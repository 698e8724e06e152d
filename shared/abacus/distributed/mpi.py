"""Processes of one or many machines, joined by MPI (the extra [mpi]: mpi4py and the mpich wheel)."""

import sys
import traceback

import numpy as np

from abacus.distributed.order import in_pairs
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
        sys.excepthook = self._end_all

    def all_reduce(self, array):
        """The sum of `array` over all ranks, bit for bit that of `Memory`: MPI's own sum promises no order.

        Slices travel to the rank that sums them, and the sums to all.
        """
        length = -(-array.size // self.size)
        mine = np.zeros((self.size, length), array.dtype)
        mine.ravel()[: array.size] = array.ravel()
        slices = np.empty_like(mine)
        self._all.Alltoall(mine, slices)
        self._all.Allgather(np.ascontiguousarray(in_pairs(slices)), mine)
        return mine.ravel()[: array.size].reshape(array.shape).copy()

    def _end_all(self, kind, error, trace):
        """An error in one process ends all: the others would wait for it for ever."""
        traceback.print_exception(kind, error, trace)
        sys.stderr.flush()
        self._all.Abort(1)
