"""The pictures as plain arrays: digits of fonts, MNIST, Fashion-MNIST; inputs float32 (n, 784)."""

import math
from typing import NamedTuple

import numpy as np

from abacus import data
from abacus.data import fonts
from abacus.errors import BadInput

SIDE, CLASSES = 28, 10
PRINTED_TESTS = 1000  # digits of fonts that are not learnt from
MNIST_MEAN, MNIST_DEVIATION = 0.1307, 0.3081  # of all pixels, as torchvision's examples have it


class Images(NamedTuple):
    """Inputs and labels to learn from, to choose by (may be none), and to test on."""

    x: np.ndarray
    labels: np.ndarray
    held_x: np.ndarray
    held_labels: np.ndarray
    test_x: np.ndarray
    test_labels: np.ndarray


SETS = {"MNIST": "mnist", "Fashion-MNIST": "fashion-mnist"}


def from_disk(name, train, held_out, white=0.0, black=1.0):
    """The first `train` training images of a set, its last `held_out` to choose by, all test images; 0 becomes `white`."""
    found = data.load(SETS[name])
    count = len(found.train_images)
    if train + held_out > count:
        raise BadInput(f"train={train} and held_out={held_out}: {name} has {count} images to learn from")
    pictures = found.train_images[:train], found.train_images[count - held_out :], found.test_images
    labels = found.train_labels[:train], found.train_labels[count - held_out :], found.test_labels
    return put_together(pictures, labels, white, black)


def printed(train, held_out, rng):
    """`train` digits of some fonts to learn from and `held_out` to choose by; PRINTED_TESTS of other fonts to test on."""
    pictures, labels = fonts.digits(fonts.SEEN, train + held_out, rng)
    tests, answers = fonts.digits(fonts.UNSEEN, PRINTED_TESTS, rng)
    return put_together(
        (pictures[:train], pictures[train:], tests), (labels[:train], labels[train:], answers), 0.0, 1.0
    )


def standardised(order, held_out):
    """MNIST with its pixels less their mean over their deviation; of the training set, in this `order`, the last are held out."""
    found = data.load("mnist")
    pictures, labels = found.train_images[order], found.train_labels[order]
    split = len(pictures) - held_out
    pictures = pictures[:split], pictures[split:], found.test_images
    labels = labels[:split], labels[split:], found.test_labels
    return put_together(pictures, labels, -MNIST_MEAN / MNIST_DEVIATION, (1 - MNIST_MEAN) / MNIST_DEVIATION)


def put_together(pictures, labels, white, black):
    """Images of three arrays of pictures, uint8 (n, 28, 28), and three of labels."""
    pairs = [(inputs(part, white, black), own.astype(np.int64)) for part, own in zip(pictures, labels)]
    return Images(*(array for pair in pairs for array in pair))


def inputs(pictures, white, black):
    """uint8 pictures (n, 28, 28) as inputs (n, 784): 0 becomes `white`, 255 `black`."""
    x = pictures.reshape(len(pictures), math.prod(pictures.shape[1:])) * np.float32((black - white) / 255)
    return x if white == 0 else x + np.float32(white)


def torch_order(count, seed):
    """What torch.randperm(count) gives after manual_seed(seed): place i changes with one of those from i on, by MT19937."""
    order = np.arange(count)
    for i, drawn in enumerate(np.random.RandomState(seed).randint(0, 2**32, count, dtype=np.uint32)):
        j = i + int(drawn) % (count - i)
        order[i], order[j] = order[j], order[i]
    return order


def shifted(x, most, rng):
    """Pictures (n, 784) moved by up to `most` pixels down or up and right or left, each its own way; what comes in is 0."""
    if not most:
        return x
    framed = np.pad(x.reshape(-1, SIDE, SIDE), ((0, 0), (most, most), (most, most)))
    down, right = rng.integers(0, 2 * most + 1, (2, len(x)))
    rows = down[:, None, None] + np.arange(SIDE)[:, None]
    columns = right[:, None, None] + np.arange(SIDE)
    return framed[np.arange(len(x))[:, None, None], rows, columns].reshape(len(x), -1)
