"""The hidden chain: its stationary distribution, what it will do, a path of it, and the M-step of its probabilities."""

from bisect import bisect_right

import numpy as np
from scipy.special import xlogy

from abacus.errors import BadInput

CHAINS = ("free", "stationary", "independent")
EPS = np.finfo(np.float64).eps
ROUNDS = 100  # of the fixed point, which needs a few: the longer the sequence, the fewer


def stationary(transition):
    """δ with δΓ = δ and Σδ = 1, (m,): the solution of δ (I − Γ + U) = 1, U all ones (eq. 2).

    BadInput where there are several: states that fall apart into groups that never meet.
    """
    system = np.eye(len(transition)) - transition + 1.0
    if np.linalg.cond(system) > 1.0 / EPS:
        raise BadInput("the chain falls apart into groups of states that never meet: it has no single stationary law")
    delta = np.linalg.solve(system.T, np.ones(len(system))).clip(0.0)  # eq. 2
    return delta / delta.sum()


def ahead(now, transition, steps):
    """The distribution over states after 1, 2, ... `steps` further steps, (steps, m): now Γ^h (eq. 11)."""
    found = []
    for _ in range(steps):
        now = now @ transition  # eq. 11
        found.append(now)
    return np.array(found).reshape(steps, len(transition))


def path(start, transition, n, rng):
    """n states of one chain (n,)."""
    tables, first = np.cumsum(transition, axis=1).tolist(), np.cumsum(start).tolist()
    states, last = [], len(first) - 1
    for u in rng.random(n).tolist():
        table = tables[states[-1]] if states else first
        states.append(min(bisect_right(table, u), last))
    return np.array(states, dtype=np.int64)


def maximise(kind, start, transition, first, pairs, totals):
    """Start and transitions that maximise Σ u log δ + Σ ξ log γ: first = u (m,), pairs = ξ (m, m), totals (m,) of posteriors.

    "free": δ and Γ as they come; "stationary": δ is the stationary law of Γ; "independent": every row of Γ is δ. A state
    that has lost all of its posterior keeps its row.
    """
    if kind == "independent":
        delta = totals / totals.sum()
        return delta, np.tile(delta, (len(delta), 1))
    if kind == "stationary":
        return _stationary_step(transition, first, pairs)
    return first / first.sum(), _normalised(pairs, transition)  # eq. 12


def _stationary_step(transition, first, pairs):
    """The fixed point of eq. 14 from the last Γ on: γ grows where it raises the law of the states where sequences begin.

    Its steps point uphill, and one that is too long is halved: with many short sequences δ pulls hard.
    """
    delta = stationary(transition)
    value = _expected(delta, transition, first, pairs)
    for _ in range(ROUNDS):
        inverse = np.linalg.inv(np.eye(len(first)) - transition + 1.0)
        share = np.divide(first, delta, out=np.zeros_like(delta), where=first > 0)
        pull = inverse @ share  # eq. 13
        new = _normalised(pairs + transition * np.outer(delta, pull - pull.min()), transition)  # eq. 14
        least = value - len(first) * EPS * abs(value)  # rounding is no fall
        while True:
            delta = stationary(new)
            value = _expected(delta, new, first, pairs)
            moved = np.abs(new - transition).max()
            if value >= least or moved < np.sqrt(EPS):
                break
            new = 0.5 * (transition + new)
        if value < least:
            return stationary(transition), transition
        transition = new
        if moved < np.sqrt(EPS):
            break
    return delta, transition


def _expected(delta, transition, first, pairs):
    """Σ u log δ + Σ ξ log γ: what the M-step maximises."""
    return float(xlogy(first, delta).sum() + xlogy(pairs, transition).sum())


def _normalised(counts, otherwise):
    """Rows that sum to one; of a row of zeros, the row of `otherwise`."""
    sums = counts.sum(axis=1, keepdims=True)
    return np.where(sums > 0, counts / np.where(sums > 0, sums, 1.0), otherwise)
