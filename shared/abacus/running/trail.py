"""The trail of a run: digests of its state and log after rounds 1, 2, 4, 8 ... and the last of each of its loops.

Today's code proves that it still computes what a record holds by leaving the same trail; how a state's parts are named
does not count, so that an attribute may be renamed.
"""

import hashlib

import numpy as np

from abacus.running import state


class Differs(Exception):
    """A mark is another one than the record's: (loop, round)."""

    def __init__(self, loop, round):
        super().__init__(f"loop {loop}, round {round}")
        self.loop, self.round = loop, round


def is_due(done, n):
    """Whether a mark is left after round `done` (counted from 1) of `n`."""
    return done == n or done & (done - 1) == 0


def digest(objects, log):
    """sha256 (16 hex digits) of the arrays in the state of `objects`, and of the log's bytes.

    Where the state holds no array, its numbers and words count instead.
    """
    leaves = list(_leaves(state.collect(list(objects))))
    arrays = [leaf for leaf in leaves if isinstance(leaf, np.ndarray)]
    hashed = hashlib.sha256(log)
    for leaf in arrays or leaves:
        if isinstance(leaf, np.ndarray):
            hashed.update(f"{leaf.dtype.str}{leaf.shape}".encode())
            hashed.update(np.ascontiguousarray(leaf).tobytes())
        else:
            hashed.update(f"{leaf!r};".encode())
    return hashed.hexdigest()[:16]


def compare(mark, known):
    """Differs where the `known` marks ([loop, round, digest]) hold another digest for this loop and round, or none.

    Beyond the last known mark nothing is compared: a trail that was left under a budget of time ends before its run.
    """
    loop, round, found = mark
    there = {(known_loop, known_round): digest for known_loop, known_round, digest in known}
    if (loop, round) <= max(there) and there.get((loop, round)) != found:
        raise Differs(loop, round)


def _leaves(node):
    if isinstance(node, dict):
        for child in node.values():
            yield from _leaves(child)
    else:
        yield node
