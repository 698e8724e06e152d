"""SMS Spam Collection v.1 (Almeida, Gómez Hidalgo, Yamakami 2011)."""

from typing import NamedTuple

import numpy as np

from abacus.data import formats
from abacus.errors import Damaged


class SmsSpam(NamedTuple):
    """5 574 messages: `texts`, a list of str, and `spam` bool (n,), true for 747."""

    texts: list
    spam: np.ndarray


def load(file):
    """A message a line: ham or spam, a tab, the text."""
    path = file("SMSSpamCollection")
    rows = [line.partition("\t") for line in formats.lines(path)]
    if any(kind not in ("ham", "spam") for kind, _, _ in rows):
        raise Damaged(f"{path}: a line that begins with neither ham nor spam")
    return SmsSpam([text for _, _, text in rows], np.array([kind == "spam" for kind, _, _ in rows]))
