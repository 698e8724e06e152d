"""The bigram model (lecture 2): how often each character follows each other one."""

from dataclasses import dataclass

import numpy as np

import figures
import names
from abacus.settings import at_least


@dataclass
class Config:
    added: int = at_least(0)  # to every count: a pair that was never seen costs less


def count(cfg: Config, job):
    """Loss of the bigram model on the names it counted, and what a running sum in float32 makes of it."""
    words = names.names()
    alphabet = names.alphabet_of(words)
    table = counts(words, alphabet)
    if not cfg.added:
        with job.figure("pairs") as figure:
            figures.pairs(figure, table, alphabet)
    return {"loss, summed in float32": nll_running(words, alphabet, table, cfg.added), "loss": nll(table, cfg.added)}


def counts(words, alphabet):
    """N[i, j]: how often character j follows character i, the ends of the words included."""
    table = np.zeros((len(alphabet), len(alphabet)), np.int64)
    np.add.at(table, pairs(words, alphabet), 1)
    return table


def pairs(words, alphabet):
    """(first, second), each (pairs,): the pairs of neighbours in the order of the words."""
    contexts, labels = names.examples(words, alphabet, 1)
    return contexts[:, 0], labels


def nll(table, added):
    """Mean of -log p(second | first) over the pairs that were counted, p = (N + added) / Σ(N + added) (eq. 1)."""
    p = (table + added) / (table + added).sum(axis=1, keepdims=True)  # eq. 1
    seen = table > 0
    return -(table[seen] * np.log(p[seen])).sum() / table.sum()


def nll_running(words, alphabet, table, added):
    """The same as the lecture computes it: probabilities, logarithms and a running sum in float32, pair after pair."""
    n = (table + added).astype(np.float32)
    logarithms = np.log(np.maximum(n / n.sum(axis=1, keepdims=True), np.finfo(np.float32).tiny))
    first, second = pairs(words, alphabet)
    running = np.cumsum(logarithms[first, second], dtype=np.float32)
    return -float(running[-1] / np.float32(len(first)))
