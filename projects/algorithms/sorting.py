"""Sorting by comparisons, each method in its plainest form, and how many comparisons it takes on the average.

Every method takes a list and `less(a, b)`, and returns a sorted copy; a `Counter` in the place of `less` counts.
As with Python's own `sorted`, values that no order holds (NaN) come to stand anywhere, and others with them.
"""

import functools
import math
import operator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from abacus.errors import BadInput
from abacus.settings import at_least
from trees import Heap


class Counter:
    """a < b, and how often that was asked."""

    def __init__(self):
        self.asked = 0

    def __call__(self, a, b):
        self.asked += 1
        return a < b


def insertion(values, less=operator.lt):
    """Each value moves left past the larger ones."""
    row = list(values)
    for i in range(1, len(row)):
        j = i
        while j and less(row[j], row[j - 1]):
            row[j], row[j - 1] = row[j - 1], row[j]
            j -= 1
    return row


def selection(values, less=operator.lt):
    """The least of the rest comes next."""
    row = list(values)
    for i in range(len(row)):
        least = i
        for j in range(i + 1, len(row)):
            if less(row[j], row[least]):
                least = j
        row[i], row[least] = row[least], row[i]
    return row


def merge(values, less=operator.lt):
    """Both halves sorted, then merged (von Neumann 1945)."""
    row = list(values)
    if len(row) < 2:
        return row
    left, right = merge(row[: len(row) // 2], less), merge(row[len(row) // 2 :], less)
    i, j, merged = 0, 0, []
    while i < len(left) and j < len(right):
        if less(right[j], left[i]):  # of equals the left one first: equal values keep their order
            merged.append(right[j])
            j += 1
        else:
            merged.append(left[i])
            i += 1
    return merged + left[i:] + right[j:]


def quick(values, less=operator.lt):
    """What is less than the first value, that value, and the rest (Hoare 1962); a stack of ranges, not recursion."""
    row, ranges = list(values), [(0, len(values))]
    while ranges:
        low, high = ranges.pop()
        if high - low > 1:
            middle = _partition(row, low, high, less)
            ranges += [(low, middle), (middle + 1, high)]
    return row


def quick_select(values, k, less=operator.lt):
    """The k-th least, k = 0, 1, ..., without sorting the others (Hoare's FIND, 1961)."""
    row, low, high = list(values), 0, len(values)
    if not 0 <= k < high:
        raise BadInput(f"k={k}: {high} values have ranks from 0 to {high - 1}")
    while high - low > 1:
        middle = _partition(row, low, high, less)
        if k == middle:
            break
        low, high = (low, middle) if k < middle else (middle + 1, high)
    return row[k]


def _partition(row, low, high, less):
    """Puts row[low] where it belongs among row[low:high], the lesser before it: high − low − 1 comparisons."""
    middle = low
    for j in range(low + 1, high):
        if less(row[j], row[low]):
            middle += 1
            row[middle], row[j] = row[j], row[middle]
    row[low], row[middle] = row[middle], row[low]
    return middle


def heap(values, less=operator.lt):
    """Out of a heap comes the least first (Williams 1964)."""
    waiting = Heap(values, less)
    return [waiting.pop() for _ in range(len(waiting))]


def median(values, less=operator.lt):
    """The value in the middle, of an even number the lower one."""
    return quick_select(values, (len(values) - 1) // 2, less)


METHODS = {
    "selection sort": selection,
    "insertion sort": insertion,
    "quicksort": quick,
    "heapsort": heap,
    "merge sort": merge,
    "quickselect": median,
}


def harmonic(n):
    """Hₙ = 1 + 1/2 + ... + 1/n."""
    return sum((Fraction(1, k) for k in range(1, n + 1)), Fraction(0))


@functools.cache
def mean_merge(n):
    """Mean comparisons of merge sort: merging a and b values takes ab/(a + 1) + ab/(b + 1) on the average."""
    if n < 2:
        return Fraction(0)
    a, b = n // 2, n - n // 2
    return mean_merge(a) + mean_merge(b) + Fraction(a * b, a + 1) + Fraction(a * b, b + 1)  # eq. 9


def mean_select(n, k):
    """Mean comparisons of quick_select for the k-th least, k = 1, 2, ... (Knuth 1971)."""
    h = harmonic
    return 2 * ((n + 1) * h(n) - (n + 3 - k) * h(n + 1 - k) - (k + 2) * h(k) + n + 3)  # eq. 10


MEANS = {  # over all orders of n different values
    "selection sort": lambda n: Fraction(n * (n - 1), 2),
    "insertion sort": lambda n: Fraction(n * (n - 1), 4) + n - harmonic(n),  # eq. 7
    "quicksort": lambda n: 2 * (n + 1) * harmonic(n) - 4 * n,  # eq. 8
    "merge sort": mean_merge,
    "quickselect": lambda n: mean_select(n, (n + 1) // 2),
}


@dataclass
class Config:
    sizes: list[int] = at_least(2)  # n: how many values are sorted, one column each
    orders: int = at_least(2)  # random orders of each size; the error of the mean comes from them


def means(cfg: Config, job):
    """Mean number of comparisons over random orders, with its standard error, of every method and size."""
    found = {name: {} for name in METHODS}
    for n in cfg.sizes:
        rng, asked = job.rng("orders", n), {name: [] for name in METHODS}
        for k in range(cfg.orders):
            values = rng.permutation(n).tolist()
            for name, method in METHODS.items():
                asked[name].append(count(method, values))
            job.progress(k / cfg.orders, f"{n} values")
        for name, counts in asked.items():
            found[name][f"n = {n}"] = (float(np.mean(counts)), float(np.std(counts, ddof=1) / math.sqrt(cfg.orders)))
    return found


@dataclass
class Extremes:
    sizes: list[int] = at_least(2)  # n: how many values are sorted, one column each


def extremes(cfg: Extremes, job):
    """Comparisons of the best and the worst orders, which are known: {row: {size: count}}."""
    rows = {
        "selection sort, any order": (selection, lambda n: list(range(n))[::-1]),
        "insertion sort, sorted": (insertion, lambda n: list(range(n))),
        "insertion sort, reversed": (insertion, lambda n: list(range(n))[::-1]),
        "quicksort, sorted": (quick, lambda n: list(range(n))),
        "merge sort, sorted": (merge, lambda n: list(range(n))),
        "merge sort, worst": (merge, lambda n: hardest_to_merge(list(range(n)))),
    }
    return {row: {f"n = {n}": count(sort, order(n)) for n in cfg.sizes} for row, (sort, order) in rows.items()}


def count(sort, values):
    """How many comparisons `sort` makes of these values."""
    less = Counter()
    sort(values, less)
    return less.asked


def hardest_to_merge(row):
    """The order of a sorted row that costs merge sort most: every merge takes its two halves in turns."""
    return row if len(row) < 2 else hardest_to_merge(row[1::2]) + hardest_to_merge(row[::2])
