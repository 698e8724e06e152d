"""What negative sampling is after: its best products of vectors are PMI − ln k (Levy & Goldberg 2014)."""

from dataclasses import dataclass

import numpy as np

import texts
from abacus.errors import BadInput
from abacus.settings import at_least, between

WIDEST = 64.0  # nats: no PMI of counts below 2^53 is larger in size
HALVINGS = 64  # of an interval of that width: what is left is far below a double's rounding


@dataclass
class Config:
    text: str  # "manual", "news", "20 newsgroups", or the path of a file or folder
    words: int = between(2, 2000)  # the commonest ones
    window: int = at_least(1)  # places that a neighbour is away at most
    negatives: int = at_least(1)  # k, for each true pair


def optimum(cfg: Config, job):
    """How far the best products lie below PMI, and how large the gradient is at PMI − ln k, over all pairs that were seen."""
    import counts

    lines = texts.sentences(cfg.text)
    vocabulary, _ = texts.common(lines, 1, cfg.words)
    x = counts.cooccurrence(*texts.numbered(lines, vocabulary), len(vocabulary), cfg.window).toarray()
    seen = x > 0
    if not seen.any():
        raise BadInput(f"text={cfg.text}: no two of its words stand near one another")
    a = x[seen]
    b = cfg.negatives * np.outer(x.sum(axis=1), x.sum(axis=0))[seen] / x.sum()
    pmi = np.log(a * cfg.negatives / b)
    return {
        "PMI - x": float((pmi - best(a, b)).mean()),
        "gradient": float(np.abs(gradient(pmi - np.log(cfg.negatives), a, b) / (a + b)).max()),
        "pairs": int(seen.sum()),
    }


def gradient(x, a, b):
    """Derivative of a ln σ(x) + b ln σ(−x): a true pair's pull upwards, its negatives' downwards (eq. 15)."""
    return a / (1 + np.exp(x)) - b / (1 + np.exp(-x))


def best(a, b):
    """The x at which that derivative is 0, each by halving an interval: no formula for it is used."""
    low, high = np.full_like(a, -WIDEST), np.full_like(a, WIDEST)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        rises = gradient(middle, a, b) > 0
        low, high = np.where(rises, middle, low), np.where(rises, high, middle)
    return (low + high) / 2
