"""20 000 numbers put into a hash table, and 40 000 looked up, half of them in vain: open addressing beside dict."""

from functools import partial

import numpy as np
from workloads.estimators import our

KEYS = 20_000


def step_of(put_and_count):
    drawn = np.random.default_rng(0).integers(2**63, size=2 * KEYS).tolist()
    return lambda: float(put_and_count(drawn[:KEYS], drawn))


def ours(Table, keys, asked):
    table = Table()
    for key in keys:
        table.put(key, 1)
    return sum(table.get(key, 0) for key in asked)


def cpython(keys, asked):
    table = {}
    for key in keys:
        table[key] = 1
    return sum(table.get(key, 0) for key in asked)


PEERS = {
    "abacus": lambda threads: step_of(partial(ours, our("algorithms/hashing.Probing"))),
    "CPython": lambda threads: step_of(cpython),
}
