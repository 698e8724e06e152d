"""The sets of labelled sentences, their words, and which of them are learnt from and which are asked."""

import re
from typing import NamedTuple

import numpy as np

from abacus import data, folds, vocabulary

KINDS = {
    "MR": ("negative", "positive"),
    "RT": ("negative", "positive"),
    "Subj": ("subjective", "objective"),
    "CR": ("negative", "positive"),
    "MPQA": ("negative", "positive"),
    "TREC": ("ABBR", "DESC", "ENTY", "HUM", "LOC", "NUM"),
    "fine": ("very negative", "negative", "neutral", "positive", "very positive"),
    "binary": ("negative", "positive"),
    "SMS": ("ham", "spam"),
}
SETS = tuple(KINDS)
PARTS = {"MR": "mr", "RT": "mr", "Subj": "subj", "CR": "cr", "MPQA": "mpqa", "fine": "sst1", "binary": "sst2"}
APART = re.compile(r"('s|'ve|n't|'re|'d|'ll|[,!()?])")
STRANGE = re.compile(r"[^a-z0-9(),!?'`]")


class Labelled(NamedTuple):
    """`documents`, a list of lists of words, `labels` int64 (n,), and `tested` bool (n,) where the set itself is split."""

    documents: list
    labels: np.ndarray
    names: tuple
    tested: np.ndarray | None


def words(text):
    """A sentence in lower case, cut as Kim's code does it: endings such as n't and the marks , ! ( ) ? stand alone, and
    every other sign is a space."""
    return APART.sub(r" \1 ", STRANGE.sub(" ", text.lower())).split()


def load(name):
    """One of SETS. TREC and the treebank ("fine", "binary": whole sentences, cut as they stand) have test parts of their own."""
    if name == "TREC":
        found = data.load("trec")
        labels = np.array([KINDS[name].index(kind) for kind in found.train.coarse + found.test.coarse])
        return _split(found.train.texts, found.test.texts, labels, KINDS[name], words)
    if name == "SMS":
        found = data.load("sms-spam")
        return Labelled([words(text) for text in found.texts], found.spam.astype(np.int64), KINDS[name], None)
    found = data.load("sentence-classification", PARTS[name])
    if name in ("fine", "binary"):
        labels = np.concatenate([found.train.labels, found.test.labels])
        return _split(found.train.texts, found.test.texts, labels, KINDS[name], str.split)
    return Labelled([words(text) for text in found.texts], np.asarray(found.labels), KINDS[name], None)


def _split(train, test, labels, names, cut):
    tested = np.arange(len(labels)) >= len(train)
    return Labelled([cut(text) for text in (*train, *test)], labels, names, tested)


def rounds(labelled, parts, rng):
    """(numbers to learn from, numbers to ask): the set's own split, or `parts` rounds of cross-validation."""
    if labelled.tested is not None:
        return [(np.flatnonzero(~labelled.tested), np.flatnonzero(labelled.tested))]
    return list(folds.k_fold(len(labelled.labels), parts, rng))


def numbered(documents):
    """(the vocabulary, the documents as arrays of numbers): 0 is padding, and 1 stands for words that are not
    known, and for a sentence in which no word is left."""
    known = vocabulary.words(documents)
    return known, [known.encode(document or [vocabulary.UNKNOWN]) for document in documents]
