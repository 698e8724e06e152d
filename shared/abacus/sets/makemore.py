"""Given names, from US Social Security records (Karpathy 2022, makemore)."""

from typing import NamedTuple

from abacus.data import formats


class Makemore(NamedTuple):
    """`names` is a list of 32 033 str in lower case, 29 494 of them distinct, in the file's order."""

    names: list


def load(file):
    """One name a line."""
    return Makemore(formats.lines(file("names.txt"), "ascii"))
