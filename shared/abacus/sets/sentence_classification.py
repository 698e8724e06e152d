"""Sentences with a polarity or a kind, as Wang and Manning (2012) and Kim (2014) use them."""

from typing import NamedTuple

import numpy as np

from abacus.data import archives, formats

PARTS = ("mr", "subj", "cr", "mpqa", "sst2", "sst1", "review_polarity")
PAIRS = {  # label 0, label 1
    "mr": ("rt-polarity.neg", "rt-polarity.pos"),
    "subj": ("subj.subjective", "subj.objective"),
    "cr": ("custrev.neg", "custrev.pos"),
    "mpqa": ("mpqa.neg", "mpqa.pos"),
}


class Labelled(NamedTuple):
    """`texts`, a list of str, and `labels` int64 (n,): 1 for positive (objective), 0 for negative (subjective)."""

    texts: list
    labels: np.ndarray


class Split(NamedTuple):
    """The Stanford sentiment treebank's sentences; labels are 0, 1 (sst2) or 0 to 4 (sst1)."""

    train: Labelled
    validation: Labelled
    test: Labelled


class SentenceClassification(NamedTuple):
    """Movie reviews (sentences), subjectivity, customer reviews, MPQA opinions, SST in two and five classes, whole
    reviews.
    """

    mr: Labelled
    subj: Labelled
    cr: Labelled
    mpqa: Labelled
    sst2: Split
    sst1: Split
    review_polarity: Labelled


def load(file):
    """All parts; `data.load("sentence-classification", "mr")` reads one."""
    return SentenceClassification(*(part(file, name) for name in PARTS))


def part(file, name):
    """One part."""
    if name in PAIRS:
        return _joined([formats.lines(file(f"raw/{end}"), "latin-1") for end in PAIRS[name]])
    if name == "review_polarity":
        return _reviews(file("review_polarity.tar.gz"))
    kind = {"sst2": "binary", "sst1": "fine"}[name]
    return Split(*(_labelled(file(f"stsa.{kind}.{end}")) for end in ("train", "dev", "test")))


def _joined(halves):
    return Labelled(halves[0] + halves[1], np.repeat([0, 1], [len(half) for half in halves]))


def _labelled(path):
    rows = [line.partition(" ") for line in formats.lines(path)]
    return Labelled([text for _, _, text in rows], np.array([int(label) for label, _, _ in rows]))


def _reviews(path):
    found = archives.members(path, formats.CAP, lambda member: member.endswith(".txt"))
    halves = [
        [formats.decoded(path, found[member], "latin-1") for member in sorted(found) if f"/{end}/" in member]
        for end in ("neg", "pos")
    ]
    return _joined(halves)
