"""Ling-Spam: a mailing list of linguists, and spam (Androutsopoulos et al. 2000)."""

from typing import NamedTuple

import numpy as np

from abacus.data import archives, formats

PARTS = ("bare", "lemm", "lemm_stop", "stop")


class Mail(NamedTuple):
    """2 412 messages and 481 spam: `texts` str, `spam` bool (n,), `fold` int64 (n,), 1 to 10 as the authors split
    them.
    """

    texts: list
    spam: np.ndarray
    fold: np.ndarray


class LingSpam(NamedTuple):
    """Four versions of the same mail: as it was, lemmatised, lemmatised without stop words, without stop words."""

    bare: Mail
    lemm: Mail
    lemm_stop: Mail
    stop: Mail


def load(file):
    """All four; `data.load("ling-spam", "bare")` reads one."""
    return LingSpam(*(part(file, name) for name in PARTS))


def part(file, name):
    """One version; messages sorted by fold and file name; the authors' names of spam begin with spmsg."""
    path = file("lingspam_public.tar.xz")
    found = archives.members(path, formats.CAP, lambda member: f"/{name}/part" in member)
    keyed = sorted((int(member.split("/")[2].removeprefix("part")), member.split("/")[3], member) for member in found)
    return Mail(
        texts=[formats.decoded(path, found[member], "latin-1") for _, _, member in keyed],
        spam=np.array([short.startswith("spmsg") for _, short, _ in keyed]),
        fold=np.array([fold for fold, _, _ in keyed]),
    )
