"""One matrix product, 768 x 512 by 512 x 128 in float32 (0.1 GFLOP): no step can be faster than its products."""

import numpy as np

ROWS, INNER, COLUMNS = 768, 512, 128


def setting():
    """The two matrices."""
    rng = np.random.default_rng(0)
    shapes = (ROWS, INNER), (INNER, COLUMNS)
    return [rng.random(shape, dtype=np.float32) for shape in shapes]


def abacus(threads):
    a, b = setting()
    return lambda: (a @ b)[0, 0]


def torch(threads):
    import torch as t

    t.set_num_threads(threads)
    a, b = map(t.tensor, setting())
    return lambda: (a @ b)[0, 0]


PEERS = {"abacus": abacus, "torch eager": torch}
