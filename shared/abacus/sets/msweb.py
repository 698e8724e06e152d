"""Anonymous Microsoft web data: which areas of www.microsoft.com each user visited in a week of February 1998."""

import csv
import io
from typing import NamedTuple

import numpy as np

from abacus.data import formats
from abacus.errors import Damaged


class MsWeb(NamedTuple):
    """Visits in the order of the files: user k has `area[start[k] : start[k + 1]]`, places in `titles`; never one twice.

    train_start int64 (32 712,), train_area int64 (98 654,), test_start (5 001,), test_area (15 191,). `titles` and
    `addresses` ("/stream") are lists of 294 texts, in the order of the areas' own numbers, which are `numbers` (294,).
    """

    train_start: np.ndarray
    train_area: np.ndarray
    test_start: np.ndarray
    test_area: np.ndarray
    titles: list
    addresses: list
    numbers: np.ndarray


def load(file):
    """The two texts in Microsoft's DST form: lines A (area), C (case: a user) and V (vote: an area that was visited)."""
    train, test = (formats.text(file(name), "ascii") for name in ("anonymous-msweb.data.gz", "anonymous-msweb.test"))
    areas = {int(row[1]): (row[3], row[4]) for row in csv.reader(io.StringIO(train)) if row and row[0] == "A"}
    numbers = np.array(sorted(areas), np.int64)
    titles, addresses = ([areas[n][k] for n in numbers.tolist()] for k in (0, 1))
    return MsWeb(*_visits(train, numbers), *_visits(test, numbers), titles, addresses, numbers)


def _visits(text, numbers):
    place = {number: k for k, number in enumerate(numbers.tolist())}
    start, area = [], []
    for line in text.splitlines():
        if line.startswith("C,"):
            start.append(len(area))
        elif line.startswith("V,"):
            number = int(line.split(",")[1])
            if number not in place or not start:
                raise Damaged(f"anonymous-msweb: the line {line!r} names an area that is not described, or no user")
            area.append(place[number])
    return np.array([*start, len(area)], np.int64), np.array(area, np.int64)
