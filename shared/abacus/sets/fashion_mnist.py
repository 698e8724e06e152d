"""Fashion-MNIST: 28 × 28 images of clothes, in the form of MNIST (Xiao, Rasul, Vollgraf 2017)."""

from typing import NamedTuple

import numpy as np

from abacus.data import formats


class FashionMnist(NamedTuple):
    """Images are uint8 (n, 28, 28), labels uint8 (n,): 60 000 to train on, 10 000 to test; `classes` are their
    names.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    classes: tuple


CLASSES = ("T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot")


def load(file):
    """The four idx files, as they lie."""
    return FashionMnist(
        train_images=formats.idx(file("train-images-idx3-ubyte.gz")),
        train_labels=formats.idx(file("train-labels-idx1-ubyte.gz")),
        test_images=formats.idx(file("t10k-images-idx3-ubyte.gz")),
        test_labels=formats.idx(file("t10k-labels-idx1-ubyte.gz")),
        classes=CLASSES,
    )
