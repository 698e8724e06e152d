"""Named random streams: every draw of a run comes from a generator named by its purpose, never from a global one."""

import zlib

import numpy as np


def rng(seed, purpose, *index):
    """The generator of stream (seed, purpose, index...): PCG64 seeded by numpy's SeedSequence of these numbers.

    `purpose` is a word ("init", "shuffle"), `index` any non-negative integers (an epoch, a step). Streams of other seeds,
    purposes or indices are independent; the same arguments give the same stream on every machine, so that a resumed
    run needs no generator state: it asks for the stream of its epoch again.
    """
    words = [seed, zlib.crc32(purpose.encode()), *index]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))
