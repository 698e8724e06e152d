"""Enron-Spam, preprocessed: the mail of six people (Metsis, Androutsopoulos, Paliouras 2006)."""

from typing import NamedTuple

import numpy as np

from abacus.data import archives, formats

PARTS = ("enron1", "enron2", "enron3", "enron4", "enron5", "enron6")


class Mail(NamedTuple):
    """`texts`, str in latin-1 with the subject line first; `spam` bool (n,); `names`, the files', which begin with a
    number in order of arrival and the date."""

    texts: list
    spam: np.ndarray
    names: list


class EnronSpam(NamedTuple):
    """The six people's mail."""

    enron1: Mail
    enron2: Mail
    enron3: Mail
    enron4: Mail
    enron5: Mail
    enron6: Mail


def load(file):
    """All six; `data.load("enron-spam", "enron1")` reads one."""
    return EnronSpam(*(part(file, name) for name in PARTS))


def part(file, name):
    """One person's mail, sorted by the number in the file's name, ham before spam."""
    path = file(f"{name}.tar.xz")
    found = archives.members(path, formats.CAP, lambda member: member.split("/")[-2] in ("ham", "spam"))
    members = sorted(found, key=lambda member: (member.split("/")[-1].partition(".")[0], member))
    return Mail(
        texts=[formats.decoded(path, found[member], "latin-1") for member in members],
        spam=np.array([member.split("/")[-2] == "spam" for member in members]),
        names=[member.split("/")[-1] for member in members],
    )
