"""Digits as the networks see them: MNIST or drawn from fonts, scaled to [−0.1, 1.175], shrunk, distorted."""

from typing import NamedTuple

import numpy as np

from abacus import data
from abacus.data import fonts
from abacus.errors import BadInput

WHITE, BLACK = -0.1, 1.175  # p. 7: about mean 0 and variance 1
PRINTED_TESTS = 2000  # digits of fonts that are not learnt from


class Digits(NamedTuple):
    """Images uint8 (n, 28, 28), 0 white to 255 black, and labels, to learn from and to test on."""

    images: np.ndarray
    labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def mnist(train, held_out=0):
    """The first `train` digits of MNIST's training set, and its 10 000 test digits, or else the last `held_out` to learn from.
    BadInput where a digit would be both learnt and tested."""
    found = data.load("mnist")
    if train + held_out > len(found.train_images):
        raise BadInput(f"train={train}, held_out={held_out}: MNIST has {len(found.train_images)} digits to learn from")
    test = found.test_images, found.test_labels
    if held_out:
        test = found.train_images[-held_out:], found.train_labels[-held_out:]
    return Digits(found.train_images[:train], found.train_labels[:train], *test)


def printed(train, rng):
    """`train` digits of some fonts to learn from, PRINTED_TESTS of fonts that are not among them to test on."""
    return Digits(*fonts.digits(fonts.SEEN, train, rng), *fonts.digits(fonts.UNSEEN, PRINTED_TESTS, rng))


def sized(digits, network):
    """The digits in the size that the network wants: LeNet-1's are 16 × 16, the others' 20 × 20 (sections II.B, III.C.7)."""
    if network != "LeNet-1":
        return digits
    return digits._replace(images=shrunk(digits.images), test_images=shrunk(digits.test_images))


def seen(images, side):
    """uint8 images (n, 28, 28) as patterns (n, 1, side, side), in the middle of a white field."""
    patterns = np.zeros((len(images), 1, side, side), np.float32)
    edge = (side - images.shape[1]) // 2
    inside = slice(edge, edge + images.shape[1])
    np.multiply(images, np.float32((BLACK - WHITE) / 255), out=patterns[:, 0, inside, inside])
    patterns += np.float32(WHITE)
    return patterns


def shrunk(images, factor=0.8):
    """Images whose 20 × 20 digits have become 16 × 16 (LeNet-1's), in the same field: the mean over 1.25 × 1.25 pixels."""
    side = images.shape[1]
    edges = (np.arange(side + 1) - side / 2) / factor + side / 2
    low, high = np.maximum(edges[:-1, None], np.arange(side)), np.minimum(edges[1:, None], np.arange(side) + 1)
    overlap = (np.maximum(high - low, 0) * factor).astype(np.float32)
    parts = [
        np.rint(overlap @ part @ overlap.T).astype(np.uint8) for part in np.array_split(images, 1 + len(images) // 4096)
    ]
    return np.concatenate(parts)


def distorted(images, share, rng):
    """The images, a `share` of them (drawn by lot) under a random planar affine transformation (p. 11)."""
    chosen = rng.random(len(images)) < share
    matrices, shifts = affine_maps(len(images), rng)
    matrices[~chosen], shifts[~chosen] = np.eye(2), 0
    return sampled(images, matrices, shifts)


def affine_maps(n, rng):
    """n random (2 × 2, shift) by which a pixel of the result finds its place in the image, both from the middle.

    The paper names translation, scaling, squeezing (compression of one axis, elongation of the other) and horizontal
    shearing, and prints no range. Ours: ±1.5 pixels, ±12 %, ±12 %, ±0.25.
    """
    across, down = rng.uniform(-1.5, 1.5, (2, n))
    scale, squeeze = np.exp(rng.uniform(-0.12, 0.12, (2, n)))
    shear = rng.uniform(-0.25, 0.25, n)
    rows = np.stack([scale * squeeze, np.zeros(n)], axis=1)
    columns = np.stack([shear, scale / squeeze], axis=1)
    return np.stack([rows, columns], axis=1), np.stack([down, across], axis=1)


def sampled(images, matrices, shifts, side=28):
    """(n, side, side) uint8: pixel p takes the grey of `images` at M p + shift (from the middle), between its four pixels."""
    from sampling import bilinear

    found = np.empty((len(images), side, side), np.uint8)
    bilinear(images, matrices, shifts, found)
    return found
