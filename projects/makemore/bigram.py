"""The bigram model (lecture 2): how often each character follows each other one."""

import itertools

import numpy as np


def counts(words, alphabet):
    """N[i, j]: how often character j follows character i, the ends of the words included."""
    table = np.zeros((len(alphabet), len(alphabet)), np.int64)
    for first, second in pairs(words, alphabet):
        table[first, second] += 1
    return table


def pairs(words, alphabet):
    """(first, second) for each pair of neighbours, in the order of the words."""
    for word in words:
        numbers = [0, *alphabet.encode(word), 0]
        yield from itertools.pairwise(numbers)


def nll(table, added):
    """Mean of -log p(second | first) over the pairs that were counted, p = (N + added) / Σ(N + added)."""
    p = (table + added) / (table + added).sum(axis=1, keepdims=True)
    seen = table > 0
    return -(table[seen] * np.log(p[seen])).sum() / table.sum()


def nll_running(words, alphabet, table, added):
    """The same as the lecture computes it: probabilities, logarithms and a running sum in float32, pair after pair."""
    n = (table + added).astype(np.float32)
    logarithms = np.log(np.maximum(n / n.sum(axis=1, keepdims=True), np.finfo(np.float32).tiny))
    first, second = np.array(list(pairs(words, alphabet))).T
    running = np.cumsum(logarithms[first, second], dtype=np.float32)
    return -float(running[-1] / np.float32(len(first)))
