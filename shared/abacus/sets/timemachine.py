"""The Time Machine by H. G. Wells, as in Dive into Deep Learning."""

from typing import NamedTuple

from abacus.data import formats


class TimeMachine(NamedTuple):
    """`text` is one str of 178 979 characters, with its line ends."""

    text: str


def load(file):
    """The text, as it lies."""
    return TimeMachine(formats.text(file("timemachine.txt"), "ascii"))
