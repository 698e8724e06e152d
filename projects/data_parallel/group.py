"""How a process finds the others of its training: alone, by MPI, or by the memory that they share (memory.py).

group = join()                                      # rank and size of this process
group.all_reduce(array)                             # array becomes its sum over all processes
"""

import os
import sys
import traceback

import numpy as np

from abacus.errors import BadInput
from sums import add_in_pairs

UNDER_MPI = "PMI_RANK", "PMIX_RANK", "OMPI_COMM_WORLD_RANK", "MV2_COMM_WORLD_RANK"
EXTRA = 'pip install "abacus-ml[mpi]" (in a checkout: pip install -e ".[mpi]")'


def join():
    """The group of this process: `rank`, `size`, and `all_reduce(array)`, which replaces it by its sum over all.

    BadInput where there should be others, and no way to them.
    """
    if "ABACUS_GROUP" in os.environ:
        from memory import Memory

        return Memory(*os.environ["ABACUS_GROUP"].split(","))
    if any(name in os.environ for name in UNDER_MPI):
        return Mpi()
    if int(os.environ.get("SLURM_STEP_NUM_TASKS", 1)) > 1:
        raise BadInput(
            "srun has started several processes that cannot find each other: srun --mpi=pmi2 (see --mpi=list)"
        )
    return Alone()


class Alone:
    """Rank 0 of 1: a sum over one process is what it holds."""

    rank, size = 0, 1

    def all_reduce(self, array):
        """The array as it is."""
        return array


class Mpi:
    """All processes that mpiexec started, on one or many machines. BadInput where mpi4py is not installed."""

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
