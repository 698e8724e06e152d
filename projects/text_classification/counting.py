"""Naive Bayes on the words of a sentence, on runs of words, and on hashed ones: every set of sentences, one count each."""

from dataclasses import dataclass

import numpy as np

import bags
import sentences
from abacus.settings import above, at_least, one_of


@dataclass
class Config:
    sets: list[str] = one_of(*sentences.SETS)  # the sets of sentences: a column each
    longest: int = one_of(1, 2, 3)  # longest run of words that counts as a feature
    repeats: bool = one_of(False, True)  # whether a feature that comes twice counts twice
    columns: int = at_least(0)  # of a hashed matrix; 0: a column for every feature
    alpha: float = above(0)  # smoothing of naive Bayes
    parts: int = at_least(2)  # of the cross-validation, where a set has no test sentences of its own


def counted(cfg: Config, job):
    """Accuracy in per cent on each set: the mean over the rounds of cross-validation, or on the set's own test sentences."""
    out = {}
    for name in cfg.sets:
        labelled = sentences.load(name)
        found = []
        rng = None if labelled.tested is not None else job.rng(f"parts of {name}")
        for train, held in sentences.rounds(labelled, cfg.parts, rng):
            halves = [([labelled.documents[i] for i in half], labelled.labels[half]) for half in (train, held)]
            found.append(accuracy(*halves, cfg))
        out[name] = float(np.mean(found))
    return out


def accuracy(learnt, asked, cfg):
    """Accuracy of naive Bayes: learnt and asked are (documents, labels), documents lists of words."""
    halves = [[bags.grams(words, cfg.longest) for words in documents] for documents, _ in (learnt, asked)]
    if cfg.columns:
        x, z = (bags.hashed(half, cfg.columns) for half in halves)
    else:
        known = bags.vocabulary(halves[0])
        x, z = (bags.counted(half, known) for half in halves)
    if not cfg.repeats:
        x, z = bags.present(x), bags.present(z)
    return bags.accuracy(bags.NaiveBayes(cfg.alpha).fit(x, np.asarray(learnt[1])).predict(z), asked[1])
