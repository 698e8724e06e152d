"""The pictures as plain arrays, every picture a row, pixels from 0 to 1: printed digits, MNIST, Fashion-MNIST; and USPS."""

from typing import NamedTuple

import numpy as np

from abacus import data
from abacus.data import fonts
from abacus.errors import BadInput

SIDE, CLASSES = 28, 10
PRINTED_TESTS = 1000  # digits of fonts that are not learnt from
SETS = {"MNIST": "mnist", "Fashion-MNIST": "fashion-mnist"}
NAMES = "printed digits", *SETS


class Images(NamedTuple):
    """Pixels from 0 to 1, float32 (n, 784), and labels, to learn from and to test on."""

    x: np.ndarray
    labels: np.ndarray
    test_x: np.ndarray
    test_labels: np.ndarray


def load(name, train, tests, rng):
    """The first `train` pictures of a set and its first `tests` test pictures; printed digits are drawn anew. BadInput
    where a set has not so many."""
    if name not in SETS:
        seen, unseen = (fonts.digits(names, n, rng) for names, n in ((fonts.SEEN, train), (fonts.UNSEEN, tests)))
        return Images(rows(seen[0]), seen[1], rows(unseen[0]), unseen[1])
    found = data.load(SETS[name])
    for what, asked, there in (("train", train, found.train_images), ("tests", tests, found.test_images)):
        if asked > len(there):
            raise BadInput(f"{what} is {asked}: {name} has {len(there)} such pictures")
    return Images(
        rows(found.train_images[:train]), found.train_labels[:train],
        rows(found.test_images[:tests]), found.test_labels[:tests],
    )  # fmt: skip


def rows(pictures):
    """uint8 (n, 28, 28) as float32 (n, 784) between 0 and 1."""
    return pictures.reshape(len(pictures), SIDE * SIDE).astype(np.float32) / np.float32(255)


def binarised(x, rng):
    """Each pixel 1 with the probability that is its grey: another picture at every call (Burda et al. 2016, section 5)."""
    return (rng.random(x.shape, dtype=np.float32) < x).astype(np.float32)


def usps(digits):
    """The first digits of USPS's training set, float64 (digits, 256), pixels from -1 to 1."""
    found = data.load("usps").train_images
    if digits > len(found):
        raise BadInput(f"digits is {digits}: USPS has {len(found)} to learn from")
    return found[:digits].reshape(digits, -1).astype(float)


def components(figure, model):
    """The mean digit, and each column of W as a picture."""
    from abacus.running import plot

    side = int(len(model.mean_) ** 0.5)
    columns = model.components_ / np.abs(model.components_).max()
    pictures = np.concatenate([model.mean_[None], columns]).reshape(-1, side, side)
    names = ["mean", *(f"z{i + 1}" for i in range(len(columns)))]
    plot.grid(figure, pictures, across=6, captions=names, limits=(-1, 1), colours="RdBu_r")
