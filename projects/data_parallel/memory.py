"""Processes of one machine, joined by shared memory: each writes its array there, and sums its share of all of them."""

import select
import socket
import struct
import sys
from multiprocessing import resource_tracker, shared_memory

import numpy as np

from abacus.errors import BadInput, Unavailable
from sums import add_in_pairs

WORD = struct.Struct("<q")


class Memory:
    """Made by `join` from what `start.py` left in the environment: rank, size, a name, and descriptors.

    The first is the end of a pipe whose other end start.py holds as long as it lives. The others are sockets: rank 0 has
    one to each other rank, and each other rank one to rank 0.
    """

    def __init__(self, rank, size, name, starter, *descriptors):
        self.rank, self.size, self._name = int(rank), int(size), name
        self._sockets = [socket.socket(fileno=int(d)) for d in descriptors]
        self._block, self._generation, self._starter = None, 0, select.poll()
        self._starter.register(int(starter), 0)  # says nothing but that the other end is gone

    def all_reduce(self, array):
        """Replace `array` (of the same shape in every process) by its sum over all ranks, in the order of `add_in_pairs`.

        Each rank sums a slice of all the arrays. Nothing is allocated: page faults would cost more than the sum. BadInput
        where the arrays have other sizes, Unavailable where a process has ended.
        """
        slots, result = self._slots(array.size, array.dtype)
        slots[self.rank] = array.reshape(-1)
        self._meet(array.nbytes)
        part = slice(array.size * self.rank // self.size, array.size * (self.rank + 1) // self.size)
        result[part] = add_in_pairs(slots[:, part])  # eq. 3, a slice of it
        self._meet(array.nbytes)
        array[...] = result.reshape(array.shape)
        return array

    def _meet(self, size):
        """Wait for all: rank 0 hears from each, then tells each. All must say the same size in bytes."""
        if self._starter.poll(0):
            raise Unavailable("the command that started the group has ended")
        for rank, peer in enumerate(self._sockets, 1):
            if self.rank == 0 and (other := self._hear(peer)) != size:
                raise BadInput(f"process {rank} sums an array of {other} bytes where process 0 has {size}")
        for peer in self._sockets:
            try:
                peer.sendall(WORD.pack(size))
            except OSError:
                raise _gone() from None
        if self.rank:
            self._hear(self._sockets[0])

    def _hear(self, peer):
        try:
            said = peer.recv(WORD.size, socket.MSG_WAITALL)
        except OSError:
            said = b""
        if len(said) < WORD.size:
            raise _gone()
        return WORD.unpack(said)[0]

    def _slots(self, length, dtype):
        """An array for each rank, and one for their sum, in memory that all see."""
        rows = (self.size + 1) * length * dtype.itemsize
        if self._block is None or self._block.size < rows:
            self._allocate(max(rows, 1), length * dtype.itemsize)
        whole = np.frombuffer(self._block.buf, dtype, (self.size + 1) * length).reshape(self.size + 1, length)
        return whole[:-1], whole[-1]

    def _allocate(self, size, of_one):
        """A larger block: rank 0 makes it, all open it, and its name goes at once, so that nothing outlives the processes."""
        old, self._generation = self._block, self._generation + 1
        name = f"{self._name}-{self._generation}"
        if self.rank == 0:
            self._block = shared_memory.SharedMemory(name, create=True, size=size)
        self._meet(of_one)
        if self.rank:
            self._block = _opened(name)
        self._meet(of_one)
        if self.rank == 0:
            self._block.unlink()
        if old is not None:
            old.close()


def _opened(name):
    """The block `name`, which another process made and will remove."""
    if sys.version_info >= (3, 13):
        return shared_memory.SharedMemory(name, track=False)
    block = shared_memory.SharedMemory(name)
    resource_tracker.unregister(block._name, "shared_memory")  # else this process's tracker would remove it once more
    return block


def _gone():
    return Unavailable("a process of the group has ended: this one cannot go on without it")
