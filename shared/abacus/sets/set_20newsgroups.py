"""20 Newsgroups, split by date (Lang 1995; Rennie et al. 2003)."""

from typing import NamedTuple

import numpy as np

from abacus.data import archives, formats


class Newsgroups(NamedTuple):
    """11 314 messages to train on and 7 532 to test: texts as str (latin-1, headers and all), labels int64 in `groups`.

    Messages are sorted by group and then by the number in the file's name, as text.
    """

    train_texts: list
    train_labels: np.ndarray
    test_texts: list
    test_labels: np.ndarray
    groups: list


def load(file):
    """The archive's two folders."""
    path = file("20news-bydate.tar.xz")
    found = archives.members(path, formats.CAP)
    groups = sorted({member.split("/")[1] for member in found})
    parts = []
    for half in ("train", "test"):
        members = sorted(member for member in found if member.startswith(f"20news-bydate-{half}/"))
        parts.append([formats.decoded(path, found[member], "latin-1") for member in members])
        parts.append(np.array([groups.index(member.split("/")[1]) for member in members]))
    return Newsgroups(*parts, groups)
