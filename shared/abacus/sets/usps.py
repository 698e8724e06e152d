"""USPS: 16 × 16 images of digits from zip codes, normalised by AT&T (LeCun et al. 1989)."""

from typing import NamedTuple

import numpy as np

from abacus.data import formats


class Usps(NamedTuple):
    """Images are float64 (n, 16, 16) in [−1, 1] with three decimals, labels uint8 (n,): 7 291 to train on, 2 007 to
    test.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def load(file):
    """The two gzipped texts: a row is the digit and 256 grey values."""
    parts = []
    for name in ("zip.train.gz", "zip.test.gz"):
        rows = formats.matrix(file(name))
        parts += [rows[:, 1:].reshape(-1, 16, 16), rows[:, 0].astype(np.uint8)]
    return Usps(*parts)
