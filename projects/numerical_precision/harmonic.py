"""1 + 1/2 + 1/3 + … has no limit, yet in every format it stops growing; in binary64 only after 281 474 976 710 656 terms."""

from dataclasses import dataclass

import numpy as np

from abacus.settings import one_of
from formats import FORMATS, binade
from rounding import nearest

BLOCK = 2**20  # terms, or kinds of terms, that are looked at together


@dataclass
class Config:
    format: str = one_of(*FORMATS)  # in which terms and sums are rounded


def stall(cfg: Config, job):
    """Where the sum of 1/n stops: its value, and the number of the first term that changes nothing."""
    s, n = stopped(FORMATS[cfg.format])
    return {"sum": s, "terms": n}


def stopped(form):
    """(s, n): the sum s = round(s + round(1/n)) from s = 1, and the first n that leaves it as it was.

    As long as s stays below the next power of two, q, the distance of its neighbours, is fixed, and term n moves s by
    k = rint(1/(nq)) steps of q  (eq. 7). So whole blocks are added as integers, without a rounding that the loop lacks:
    first terms that follow one another, each with its k, and when many terms share a k, all terms of one k at once.
    """
    s, n = 1.0, 2
    while form.round(s + form.round(1 / n)) != s:
        q = float(form.quantum(np.array([s]))[0])
        k, times = _terms(form, n, q) if n * n * q < 2 else _shared(n, q)
        room = round((2 * float(binade(np.array([s]))[0]) - s) / q)  # steps up to the next power of two
        reached = np.cumsum(k * times)
        whole = int(np.searchsorted(reached, room))  # so many entries fit below it
        before = int(reached[whole - 1]) if whole else 0
        s, n = s + before * q, n + int(times[:whole].sum())
        if whole < len(k):  # of the entry that would pass it, so many terms still fit
            some = (room - before - 1) // int(k[whole])
            s, n = s + some * int(k[whole]) * q, n + some
        if whole < len(k) or not len(k):  # the term that passes it, or one that is a tie
            s, n = form.round(s + form.round(1 / n)), n + 1
    return s, n


def _terms(form, n, q):
    """(k, 1) of the terms n, n + 1, … of a block, as far as k is not 0."""
    k = np.rint(nearest(1 / np.arange(n, n + BLOCK, dtype=np.float64), form) / q).astype(np.int64)  # eq. 7
    k = k[: np.count_nonzero(k)]
    return k, np.ones_like(k)


def _shared(n, q):
    """(k, how many terms from n on have it) for a block of falling k ≥ 1: those with 2/((2k+1)q) < n < 2/((2k−1)q)."""
    double = round(2 / q)
    first = (double // n + 1) // 2  # the k of term n
    k = np.arange(first, max(first - BLOCK, 0), -1)
    last = (double - 1) // (2 * k - 1)  # a tie, 2/q terms from the start, is left to the loop
    return k[last >= n], np.diff(last[last >= n], prepend=n - 1)
