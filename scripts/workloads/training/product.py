"""One matrix product, 768 x 512 by 512 x 128 in float32 (0.1 GFLOP): no step can be faster than its products."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np

ROWS, INNER, COLUMNS = 768, 512, 128


def setting():
    """The two matrices."""
    rng = np.random.default_rng(0)
    shapes = (ROWS, INNER), (INNER, COLUMNS)
    return [rng.random(shape, dtype=np.float32) for shape in shapes]


def abacus(threads):
    a, b = setting()
    product, parts = np.empty((ROWS, COLUMNS), np.float32), np.array_split(np.arange(ROWS), threads)
    pool = ThreadPoolExecutor(threads)  # half the rows each, as a batch is shared out in training

    def part(rows):
        np.matmul(a[rows[0] : rows[-1] + 1], b, out=product[rows[0] : rows[-1] + 1])

    def step():
        list(pool.map(part, parts)) if threads > 1 else part(parts[0])
        return product[0, 0]

    return step


def torch(threads):
    import torch as t

    t.set_num_threads(threads)
    a, b = map(t.tensor, setting())
    return lambda: (a @ b)[0, 0]


PEERS = {"abacus": abacus, "torch eager": torch}
