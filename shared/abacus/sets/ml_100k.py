"""MovieLens 100K: restricted, never downloaded by a load (scripts/data.py fetch ml-100k)."""

from typing import NamedTuple

import numpy as np

from abacus.data import archives, formats


class MovieLens(NamedTuple):
    """100 000 ratings, sorted by user and film: `user` and `film` int64 from 1, `rating` 1 to 5, `time` in seconds.

    The official five folds: fold i tests on rows 20000 (i − 1) to 20000 i − 1.
    """

    user: np.ndarray
    film: np.ndarray
    rating: np.ndarray
    time: np.ndarray


def load(file):
    """u.data of the archive."""
    path = file("ml-100k.zip")
    text = formats.decoded(path, archives.members(path, formats.CAP)["ml-100k/u.data"], "ascii")
    rows = np.loadtxt(text.strip().split("\n"), dtype=np.int64)
    return MovieLens(*rows[np.lexsort((rows[:, 1], rows[:, 0]))].T)
