"""English and French sentences of Tatoeba, as manythings.org/anki hands them out."""

from typing import NamedTuple

from abacus.data import archives, formats
from abacus.errors import Damaged

PARTS = ("2019-04-08", "2017-09-29")


class Pairs(NamedTuple):
    """Two lists of str of equal length."""

    english: list
    french: list


def load(file):
    """The edition of 2019 (167 130 pairs), that of Dive into Deep Learning; `PARTS` has that of 2017 (142 787) too."""
    return part(file, PARTS[0])


def part(file, name):
    """One edition."""
    if name == "2019-04-08":
        path = file("fra-2019-04-08.txt.xz")
        text = formats.text(path)
    else:
        path = file("fra-eng-2017-09-29.zip")
        text = formats.decoded(path, archives.members(path, formats.CAP)["fra.txt"])
    rows = [line.split("\t") for line in text.removesuffix("\n").split("\n")]
    if any(len(row) < 2 for row in rows):
        raise Damaged(f"{path}: a line without a tab")
    return Pairs([row[0] for row in rows], [row[1] for row in rows])
