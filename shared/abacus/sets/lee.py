"""Fifty short news texts and how alike people found each two of them (Lee, Pincombe, Welsh 2005)."""

from typing import NamedTuple

import numpy as np

from abacus.data import formats


class Lee(NamedTuple):
    """50 `texts` and 300 others of the same kind, `background`, as str; `similarities` (50, 50): means over people, 0 to 1."""

    texts: list
    background: list
    similarities: np.ndarray


def load(file):
    """The three files: a text a line, and a matrix of numbers."""
    texts, background = (formats.text(file(name), "latin-1").splitlines() for name in ("lee.cor", "lee_background.cor"))
    rows = formats.text(file("similarities0-1.txt"), "ascii").split()
    return Lee(texts, background, np.array(rows, np.float64).reshape(len(texts), len(texts)))
