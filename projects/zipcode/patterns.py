"""Digits of 16 × 16 pixels in [−1, 1]: those of the US Postal Service, or drawn from matplotlib's fonts."""

from typing import NamedTuple

import numpy as np

from abacus import data
from abacus.data import fonts

PRINTED_TESTS = 500  # digits of fonts that are not learnt from


class Digits(NamedTuple):
    """Images float32 (n, 16, 16), −1 white to 1 black, and labels, to learn from and to test on."""

    images: np.ndarray
    labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def usps():
    """The set's own 7 291 and 2 007 digits: as many as the paper's."""
    found = data.load("usps")
    return Digits(
        found.train_images.astype(np.float32),
        found.train_labels,
        found.test_images.astype(np.float32),
        found.test_labels,
    )


def printed(train, rng):
    """`train` digits of some fonts to learn from, PRINTED_TESTS of fonts that are not among them to test on."""
    return Digits(*_drawn(fonts.SEEN, train, rng), *_drawn(fonts.UNSEEN, PRINTED_TESTS, rng))


def _drawn(names, count, rng):
    """Digits that fill nearly all of their field, as the paper's do (p. 542)."""
    images, labels = fonts.digits(names, count, rng, side=16, height=13)
    return images.astype(np.float32) / np.float32(127.5) - 1, labels
