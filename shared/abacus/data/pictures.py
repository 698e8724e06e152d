"""A picture of one digit, of whatever size and colours, as the digits of MNIST were prepared."""

import numpy as np

from abacus.errors import BadInput
from abacus.settings import shown

BOX, SIDE = 20, 28  # pixels: the longer side of a digit's ink, and of its field (LeCun et al. 1998, p. 2287)


def digit(path):
    """The digit in a picture (a PNG; with Pillow whatever it reads) as uint8 (28, 28): 0 paper, 255 the darkest ink.

    BadInput in one line where the file is no picture, or of one colour.
    """
    try:
        return framed(read(path))
    except BadInput as error:
        raise BadInput(f"{shown(path)}: {error}") from None


def read(path):
    """A picture as greys (height, width): the background, which the border is taken to show, 0, and the ink up to 1."""
    from matplotlib.image import imread

    try:
        grey = imread(path)
    except (
        OSError,
        SyntaxError,
        ValueError,
    ) as error:  # what matplotlib and Pillow raise of files that are no pictures
        why = getattr(error, "strerror", None) or "not a picture that can be read; wanted a PNG"
        raise BadInput(why) from None
    grey = grey / np.iinfo(grey.dtype).max if grey.dtype.kind == "u" else grey
    if grey.ndim == 3:
        colours, alpha = grey[..., :3].mean(axis=2), grey[..., 3] if grey.shape[2] == 4 else 1
        grey = alpha if np.ptp(np.where(alpha > 0, colours, colours.max())) == 0 else colours * alpha + 1 - alpha
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    ink = np.abs(grey - np.median(border))
    return ink / max(ink.max(), 1 / 255)


def framed(ink):
    """As the digits of MNIST: the box of the ink shrunk to 20 pixels, its centre of mass in the middle of 28 × 28."""
    dark = ink > 1 / 4
    ink = np.where(dark, ink, 0)
    if not dark.any() or dark.all():
        raise BadInput("the picture is of one colour: wanted a digit on a plain background")
    rows, columns = np.flatnonzero(dark.any(axis=1)), np.flatnonzero(dark.any(axis=0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    factor = BOX / max(ink.shape)
    small = means(ink.shape[0], factor) @ ink @ means(ink.shape[1], factor).T
    middle = [
        round((SIDE - 1) / 2 - np.average(np.arange(n), weights=small.sum(axis=1 - axis)))
        for axis, n in enumerate(small.shape)
    ]
    top, left = (min(max(place, 0), SIDE - n) for place, n in zip(middle, small.shape))
    field = np.zeros((SIDE, SIDE))
    field[top : top + small.shape[0], left : left + small.shape[1]] = small / small.max()
    return np.rint(255 * field).astype(np.uint8)


def means(n, factor):
    """A matrix that turns n pixels into about n·factor, each the mean of what it covers."""
    m = max(1, round(n * factor))
    edges = np.linspace(0, n, m + 1)
    low, high = np.maximum(edges[:-1, None], np.arange(n)), np.minimum(edges[1:, None], np.arange(n) + 1)
    return np.maximum(high - low, 0) * (m / n)
