"""How much a message tells: surprise, entropy, cross-entropy, divergence, mutual information, and entropy in a chain."""

import math
from dataclasses import dataclass

import numpy as np

from abacus.errors import BadInput
from abacus.settings import at_least


def shares(weights, axis=None):
    """Probabilities of any shape from counts or printed probabilities: divided by their sum, over `axis` or all of them.

    BadInput where a weight is negative or not finite, or where a sum is zero.
    """
    weights = np.asarray(weights, dtype=np.float64)
    total = weights.sum(axis=axis, keepdims=axis is not None)
    if not np.isfinite(weights).all() or (weights < 0).any() or not np.all(total > 0):
        raise BadInput(f"{weights.tolist()}: wanted counts or probabilities, none below 0, of which some are above 0")
    return weights / total


def surprise(p):
    """log2(1/p) in bits for each probability p > 0: how many yes-or-no questions an event of this probability is worth."""
    return -np.log2(p)  # eq. 1


def entropy(p):
    """H(p) = Σ p log2(1/p), in bits, of probabilities of any shape (Shannon 1948, section 6). An event with p = 0 adds 0."""
    seen = p[p > 0]
    return float((seen * surprise(seen)).sum()) + 0.0  # eq. 2; -0.0 becomes 0.0


def cross_entropy(p, q):
    """H(p, q) = Σ p log2(1/q), in bits: what events of p cost under the best code for q. inf where q excludes one of p's."""
    if (q[p > 0] == 0).any():
        return math.inf
    return float((p[p > 0] * surprise(q[p > 0])).sum())  # eq. 3


def divergence(p, q):
    """D(p‖q) = Σ p log2(p/q) ≥ 0, in bits: what the code for q costs more than the code for p (Kullback & Leibler 1951)."""
    if (q[p > 0] == 0).any():
        return math.inf
    return float((p[p > 0] * np.log2(p[p > 0] / q[p > 0])).sum())  # eq. 4


def conditional(joint):
    """H(Y|X) in bits of a joint distribution (x, y): how uncertain Y still is, on average, once X is known."""
    return entropy(joint) - entropy(joint.sum(axis=1))  # eq. 5


def mutual(joint):
    """I(X;Y) = D(p(x,y) ‖ p(x)p(y)), in bits, of a joint distribution (x, y): what one variable tells of the other."""
    return divergence(joint, np.outer(joint.sum(axis=1), joint.sum(axis=0)))  # eq. 6


def stationary(transitions):
    """The distribution (n,) that a chain with `transitions` (n, n), rows summing to 1, keeps: π = πP, Σπ = 1.

    BadInput where the chain has more than one (it falls apart into pieces that are never left).
    """
    n = len(transitions)
    equations = np.vstack([transitions.T - np.eye(n), np.ones(n)])
    if np.linalg.matrix_rank(equations[:-1]) < n - 1:
        raise BadInput(f"{transitions.tolist()}: this chain has more than one stationary distribution")
    pi = np.linalg.lstsq(equations, np.append(np.zeros(n), 1), rcond=None)[0]  # eq. 7
    return shares(np.maximum(pi, 0))


def entropy_rate(transitions):
    """H = Σ_i π_i H(row i), in bits a step, of a chain with `transitions` (n, n) (Shannon 1948, section 7)."""
    return float(sum(pi * entropy(row) for pi, row in zip(stationary(transitions), transitions)))  # eq. 8


@dataclass
class Joint:
    joint: list[list[float]] = at_least(0)  # p(x, y), one list for each x: probabilities or counts


def joint(cfg: Joint, job):
    """Entropies of two variables and what each tells of the other."""
    rectangle(cfg.joint, "joint")
    p = shares(cfg.joint)
    x, y = p.sum(axis=1), p.sum(axis=0)
    return {
        "H(X)": entropy(x),
        "H(Y)": entropy(y),
        "H(X|Y)": conditional(p.T),
        "H(Y|X)": conditional(p),
        "H(X,Y)": entropy(p),
        "I(X;Y)": mutual(p),
    }


@dataclass
class Pair:
    p: list[float] = at_least(0)  # what the events follow: probabilities or counts
    q: list[float] = at_least(0)  # what they are taken to follow


def pair(cfg: Pair, job):
    """What it costs to take q for p, and p for q."""
    if len(cfg.p) != len(cfg.q):
        raise BadInput(f"q has {len(cfg.q)} events and p has {len(cfg.p)}: wanted as many")
    p, q = shares(cfg.p), shares(cfg.q)
    if ((p > 0) != (q > 0)).any():
        raise BadInput(f"p={cfg.p}, q={cfg.q}: where only one of them is 0 a divergence is infinite")
    return {
        "H(p)": entropy(p),
        "H(q)": entropy(q),
        "H(p,q)": cross_entropy(p, q),
        "D(p||q)": divergence(p, q),
        "D(q||p)": divergence(q, p),
    }


@dataclass
class Chain:
    letters: str  # one for each state
    transitions: list[list[float]] = at_least(0)  # a list for each state: shares of the states that follow it


def chain(cfg: Chain, job):
    """A source that remembers one letter: shares of its letters and pairs, and its entropy a letter."""
    rectangle(cfg.transitions, "transitions")
    n = len(cfg.letters)
    if (len(cfg.transitions), len(cfg.transitions[0])) != (n, n) or len(set(cfg.letters)) < n:
        raise BadInput(f"letters={cfg.letters}: wanted {len(cfg.transitions)} different ones, and as many in each list")
    transitions = shares(cfg.transitions, axis=1)
    pi = stationary(transitions)
    singles = {f"p({a})": share for a, share in zip(cfg.letters, pi)}
    pairs = {
        f"p({a}{b})": pi[i] * transitions[i, j] for i, a in enumerate(cfg.letters) for j, b in enumerate(cfg.letters)
    }
    return singles | pairs | {"entropy rate": entropy_rate(transitions)}


def rectangle(lists, name):
    """BadInput where the lists of a setting `name` are none, empty or of different lengths."""
    if not lists or not lists[0] or len({len(row) for row in lists}) > 1:
        raise BadInput(f"{name}={lists}: wanted lists of one length")
