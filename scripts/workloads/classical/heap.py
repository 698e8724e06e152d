"""20 000 numbers pushed on a heap one by one, and popped: ours beside heapq, whose loops are in C."""

import heapq
from functools import partial

import numpy as np
from workloads.estimators import our

NUMBERS = 20_000


def step_of(through):
    numbers = np.random.default_rng(0).random(NUMBERS).tolist()
    return lambda: sum(k * value for k, value in enumerate(through(numbers)))  # depends on the order


def ours(Heap, numbers):
    heap = Heap()
    for number in numbers:
        heap.push(number)
    return [heap.pop() for _ in numbers]


def cpython(numbers):
    heap = []
    for number in numbers:
        heapq.heappush(heap, number)
    return [heapq.heappop(heap) for _ in numbers]


PEERS = {
    "abacus": lambda threads: step_of(partial(ours, our("algorithms/trees.Heap"))),
    "CPython": lambda threads: step_of(cpython),
}
