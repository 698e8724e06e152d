"""TREC question classification (Li, Roth 2002)."""

import re
from typing import NamedTuple

from abacus.data import formats
from abacus.errors import Damaged


class Questions(NamedTuple):
    """`texts`, `coarse` ("NUM") and `fine` ("NUM:dist") kinds: three lists of str."""

    texts: list
    coarse: list
    fine: list


class Trec(NamedTuple):
    """5 452 questions to train on, 500 to test; 6 coarse and 50 fine kinds."""

    train: Questions
    test: Questions


def load(file):
    """A question a line: its fine kind, a space, the text."""
    return Trec(*(_questions(file(name)) for name in ("train_5500.label", "TREC_10.label")))


def _questions(path):
    rows = [line.partition(" ") for line in formats.lines(path, "latin-1")]
    if not all(re.fullmatch("[A-Z]+:[a-z]+", fine) and text for fine, _, text in rows):
        raise Damaged(f"{path}: a line that is not a kind, as NUM:dist, and a question")
    return Questions(
        [text for _, _, text in rows], [fine.split(":")[0] for fine, _, _ in rows], [row[0] for row in rows]
    )
