"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np


def sent():
    yield "two processes", (2, 1000)
    yield "one process", (1, 1000)
    yield "eight processes, several sizes", (8, np.array([1e3, 1e6, 5e8]))


def add_in_pairs():
    yield "two arrays", ([np.array([1.0, 2.0]), np.array([10.0, 20.0])],)
    rng = np.random.default_rng(0)
    for n in (1, 3, 4, 7, 8):
        yield f"{n} arrays", ([rng.standard_normal(5).astype(np.float32) for _ in range(n)],)


def add_in_pairs_use(function, arrays):
    """The sum to the bit, and whether it stands in the first array."""
    found = function(arrays)
    return {
        "bits": found.view(np.uint32 if found.dtype == np.float32 else np.uint64),
        "the first array": found is arrays[0],
    }


def weird():
    yield "two GPUs, one image each", (2, 1)
    yield "one GPU", (1, 128)
    yield "eight GPUs", (8, 128)
