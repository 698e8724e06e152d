"""Penn Treebank in Mikolov's preprocessing: restricted, never downloaded by a load (scripts/data.py fetch ptb)."""

from typing import NamedTuple

from abacus.data import formats


class Ptb(NamedTuple):
    """Lists of words, "<eos>" at each line's end: 929 589, 73 760 and 82 430 of them, 10 000 distinct."""

    train: list
    validation: list
    test: list


def load(file):
    """The three texts."""
    return Ptb(*(_words(file(f"ptb.{end}.txt")) for end in ("train", "valid", "test")))


def _words(path):
    return [word for line in formats.lines(path) for word in (*line.split(), "<eos>")]
