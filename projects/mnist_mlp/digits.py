"""The digits as plain arrays: MNIST, or drawn from fonts; inputs float32 (n, 784)."""

from typing import NamedTuple

import numpy as np

from abacus import data
from abacus.data import fonts
from abacus.errors import BadInput

TESTS = "test digits", "held-out digits"
PRINTED_TESTS = 2000  # digits of fonts that are not learnt from
HELD_OUT = 10_000  # of the training digits, from their end: to choose settings without a look at the test set
SIDE = 28


class Digits(NamedTuple):
    """Inputs and labels to learn from and to test on."""

    x: np.ndarray
    labels: np.ndarray
    test_x: np.ndarray
    test_labels: np.ndarray


def mnist(train, test, white, black):
    """The first `train` training digits, and the 10 000 "test digits" or the "held-out digits" of the training set."""
    found = data.load("mnist")
    tests = found.test_images, found.test_labels
    if test == "held-out digits":
        tests = found.train_images[-HELD_OUT:], found.train_labels[-HELD_OUT:]
        train = min(train, len(found.train_images) - HELD_OUT)
    return prepared(found.train_images[:train], found.train_labels[:train], *tests, white, black)


def printed(train, rng):
    """`train` digits of some fonts to learn from, PRINTED_TESTS of fonts that are not among them to test on."""
    return prepared(*fonts.digits(fonts.SEEN, train, rng), *fonts.digits(fonts.UNSEEN, PRINTED_TESTS, rng), 0, 1)


def prepared(images, labels, test_images, test_labels, white, black):
    """Digits of uint8 images (n, 28, 28) and their labels."""
    return Digits(inputs(images, white, black), whole(labels), inputs(test_images, white, black), whole(test_labels))


def inputs(images, white, black):
    """uint8 images (n, 28, 28) as inputs (n, 784): 0 becomes `white`, 255 `black`."""
    x = images.reshape(len(images), -1) * np.float32((black - white) / 255)
    return x if white == 0 else x + np.float32(white)


def whole(labels):
    return labels.astype(np.int64)


def check_greys(greys):
    """BadInput where they are not two."""
    if len(greys) != 2:
        raise BadInput(f"greys={greys}: wanted two, of an empty and of a black pixel")
