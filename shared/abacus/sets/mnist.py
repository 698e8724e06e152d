"""MNIST: 28 × 28 images of handwritten digits (LeCun, Bottou, Bengio, Haffner 1998)."""

from typing import NamedTuple

import numpy as np

from abacus.data import formats


class Mnist(NamedTuple):
    """Images are uint8 (n, 28, 28), 0 white to 255 black, labels uint8 (n,): 60 000 to train on, 10 000 to test."""

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def load(file):
    """The four idx files, as they lie."""
    return Mnist(
        train_images=formats.idx(file("train-images-idx3-ubyte.gz")),
        train_labels=formats.idx(file("train-labels-idx1-ubyte.gz")),
        test_images=formats.idx(file("t10k-images-idx3-ubyte.gz")),
        test_labels=formats.idx(file("t10k-labels-idx1-ubyte.gz")),
    )
