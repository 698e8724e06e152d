"""Tiny Shakespeare: a million characters of the plays (Karpathy 2015)."""

from typing import NamedTuple

from abacus.data import formats


class TinyShakespeare(NamedTuple):
    """`text` is one str of 1 115 394 characters, 65 of them distinct."""

    text: str


def load(file):
    """The text, as it lies."""
    return TinyShakespeare(formats.text(file("input.txt"), "ascii"))
