"""Two halves of a loop at once: a kernel that holds no GIL runs over its first half here, over its second in a thread.

ABACUS_THREADS=2 in the environment asks for the thread: for one training with batch norm on an otherwise idle machine. The
split is the same with one thread as with two, so sums that are kept per half have the same bits either way.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache

THREADS = min(2, int(os.environ.get("ABACUS_THREADS", "1")))


@cache
def _pool():
    return ThreadPoolExecutor(1)


def halves(kernel, n):
    """kernel(half, begin, end) for the two halves of range(n)."""
    middle = (n + 1) // 2
    if THREADS == 1 or n < 2:
        kernel(0, 0, middle)
        kernel(1, middle, n)
    else:
        other = _pool().submit(kernel, 1, middle, n)
        kernel(0, 0, middle)
        other.result()
