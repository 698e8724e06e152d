"""S&P 500 and its kin, monthly since 1871 (Shiller)."""

from typing import NamedTuple

import numpy as np

from abacus.data import formats


class Sp500(NamedTuple):
    """`date` (the month's first day, datetime64[D]), `level` of the index, and `table`, all columns as a formats.Table.

    A 0 means missing there; from July 2023 on only the index is filled.
    """

    date: np.ndarray
    level: np.ndarray
    table: formats.Table


def load(file):
    """The csv file, as it lies."""
    table = formats.table(file("data.csv"))
    return Sp500(table.columns["Date"].astype("datetime64[D]"), table.columns["SP500"], table)
