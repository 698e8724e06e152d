"""Tables of The Elements of Statistical Learning (Hastie, Tibshirani, Friedman 2009)."""

from typing import NamedTuple

import numpy as np

from abacus.data import formats
from abacus.errors import Damaged

COUNTRIES = ("BEL", "BRA", "CHI", "CUB", "EGY", "FRA", "IND", "ISR", "USA", "USS", "YUG", "ZAI")  # countries.info.txt
PARTS = ("prostate", "SAheart", "vowel", "spam", "bone", "countries", "ozone")


class Prostate(NamedTuple):
    """97 men: eight predictors float64 (97, 8), their `names`, `lpsa` (97,), and `train` bool (97,), true for 67."""

    predictors: np.ndarray
    names: list
    lpsa: np.ndarray
    train: np.ndarray


class SAheart(NamedTuple):
    """462 men: nine predictors float64 (462, 9) with famhist 1 for Present, their `names`, and `chd` int64 (462,)."""

    predictors: np.ndarray
    names: list
    chd: np.ndarray


class Vowel(NamedTuple):
    """Ten log area parameters of eleven vowels, labels 1 to 11: 528 frames to train on, 462 to test."""

    train_inputs: np.ndarray
    train_labels: np.ndarray
    test_inputs: np.ndarray
    test_labels: np.ndarray


class Spam(NamedTuple):
    """4 601 e-mails: 57 frequencies float64, `spam` int64 (1 for spam), `test` bool, true for 1 536; see
    spam.info.txt.
    """

    predictors: np.ndarray
    spam: np.ndarray
    test: np.ndarray


class Bone(NamedTuple):
    """485 visits of 261 adolescents: number of the child, age, gender (str), relative change of spinal bone density."""

    child: np.ndarray
    age: np.ndarray
    gender: np.ndarray
    change: np.ndarray


class Countries(NamedTuple):
    """Average dissimilarities (12, 12) between twelve countries."""

    dissimilarity: np.ndarray
    names: tuple


class Ozone(NamedTuple):
    """111 days of New York in 1973: ozone, radiation, temperature, wind, each float64 (111,)."""

    ozone: np.ndarray
    radiation: np.ndarray
    temperature: np.ndarray
    wind: np.ndarray


class Esl(NamedTuple):
    """All parts."""

    prostate: Prostate
    SAheart: SAheart
    vowel: Vowel
    spam: Spam
    bone: Bone
    countries: Countries
    ozone: Ozone


def load(file):
    """All parts; `data.load("esl", "prostate")` reads one."""
    return Esl(*(part(file, name) for name in PARTS))


def part(file, name):
    """One table."""
    return {
        "prostate": _prostate,
        "SAheart": _saheart,
        "vowel": _vowel,
        "spam": _spam,
        "bone": _bone,
        "countries": _countries,
        "ozone": _ozone,
    }[name](file)


def _prostate(file):
    table = formats.table(file("prostate.data"), delimiter="\t")
    names = table.names[1:9]  # the first column is the row's number
    predictors = np.column_stack([table.columns[name] for name in names])
    return Prostate(predictors, names, table.columns["lpsa"], table.columns["train"] == "T")


def _saheart(file):
    path = file("SAheart.data")
    table = formats.table(path)
    names = table.names[1:-1]
    columns = dict(table.columns, famhist=(table.columns["famhist"] == "Present").astype(np.float64))
    return SAheart(np.column_stack([columns[name] for name in names]), names, columns["chd"].astype(np.int64))


def _vowel(file):
    found = []
    for name in ("vowel.train", "vowel.test"):
        rows = formats.matrix(file(name), delimiter=",", skip=1)
        found += [rows[:, 2:], rows[:, 1].astype(np.int64)]
    return Vowel(*found)


def _spam(file):
    rows, chosen = formats.matrix(file("spam.data")), formats.matrix(file("spam.traintest"))
    if len(rows) != len(chosen):
        raise Damaged(f"{file('spam.traintest')}: not as many rows as spam.data")
    return Spam(rows[:, :-1], rows[:, -1].astype(np.int64), chosen[:, 0] == 1)


def _bone(file):
    columns = formats.table(file("bone.data"), delimiter="\t").columns
    gender = np.char.strip(columns["gender"])
    return Bone(columns["idnum"].astype(np.int64), columns["age"], gender, columns["spnbmd"])


def _countries(file):
    return Countries(formats.matrix(file("countries.data")), COUNTRIES)


def _ozone(file):
    columns = formats.table(file("ozone.data"), delimiter="\t").columns
    return Ozone(columns["ozone"], columns["radiation"], columns["temperature"], columns["wind"])
