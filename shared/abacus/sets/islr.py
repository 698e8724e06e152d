"""Tables of An Introduction to Statistical Learning (James, Witten, Hastie, Tibshirani 2013), as they lie."""

from typing import NamedTuple

from abacus.data import formats

PARTS = ("Advertising", "Auto", "Boston", "Carseats", "Credit", "Default", "Heart", "Hitters", "Smarket", "USArrests")
PARTS += ("Wage",)


class Islr(NamedTuple):
    """Each table is a formats.Table: `names` of the columns and `columns`, arrays of float64 (nan where missing) or
    str.

    The column "" holds the rows' names or numbers.
    """

    Advertising: formats.Table
    Auto: formats.Table
    Boston: formats.Table
    Carseats: formats.Table
    Credit: formats.Table
    Default: formats.Table
    Heart: formats.Table
    Hitters: formats.Table
    Smarket: formats.Table
    USArrests: formats.Table
    Wage: formats.Table


def load(file):
    """All tables; `data.load("islr", "USArrests")` reads one."""
    return Islr(*(part(file, name) for name in PARTS))


def part(file, name):
    """One table."""
    return formats.table(file(f"{name}.csv"), missing=("NA", "", "?") if name == "Auto" else ("NA", ""))
