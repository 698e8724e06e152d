"""Daily returns of the Deutschmark against the pound, 3 January 1984 to 31 December 1991 (Bollerslev, Ghysels 1996)."""

import re
from typing import NamedTuple

import numpy as np

from abacus.data import formats


class Garch(NamedTuple):
    """`returns` in per cent float64 (1974,), and `skipped` bool (1974,): no trading took place on the day before."""

    returns: np.ndarray
    skipped: np.ndarray


def load(file):
    """The observations of gretl's XML file, line by line; nothing of its DOCTYPE is followed."""
    text = formats.text(file("b-g.gdt"))
    values = np.array([line.split() for line in re.findall(r"<obs>([^<]*)</obs>", text)], np.float64)
    return Garch(values[:, 0], values[:, 1] == 1)
