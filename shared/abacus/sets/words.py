"""The five-letter words of the Stanford GraphBase (Knuth 1993)."""

from typing import NamedTuple

from abacus.data import formats


class Words(NamedTuple):
    """`words` is a list of 5 757 different str of five lower-case letters, the commonest first."""

    words: list


def load(file):
    """One word a line."""
    return Words(formats.lines(file("sgb-words.txt"), "ascii"))
