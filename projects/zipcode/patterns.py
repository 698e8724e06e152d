"""Digits of 16 × 16 pixels in [−1, 1]: those of the US Postal Service, or rendered from matplotlib's fonts."""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from abacus import data

FONTS = ("DejaVuSans", "DejaVuSans-Bold", "DejaVuSerif", "DejaVuSansMono", "cmr10", "cmss10", "cmtt10")
UNSEEN = ("STIXGeneral", "DejaVuSerif-Italic")


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


def fonts(rng):
    """2 000 digits of some fonts to learn from, 500 of others to test on, each under a random affine map."""
    return Digits(*rendered(FONTS, 2000, rng), *rendered(UNSEEN, 500, rng))


def rendered(names, n, rng):
    """n digits of these fonts, their boxes stretched to the field as the paper's are (p. 542)."""
    from scipy.ndimage import affine_transform

    glyphs = [[glyph(name, digit) for digit in range(10)] for name in names]
    labels = rng.integers(0, 10, n).astype(np.uint8)
    images = np.empty((n, 16, 16), np.float32)
    for image, label in zip(images, labels):
        ink = glyphs[rng.integers(len(names))][label]
        bend = np.eye(2) + rng.uniform(-0.15, 0.15, (2, 2))
        matrix = np.diag((np.array(ink.shape) - 1) / 15) @ bend
        middle = (np.array(ink.shape) - 1) / 2
        image[:] = affine_transform(ink, matrix, middle - matrix @ [7.5, 7.5], (16, 16), order=1)
    return images * 2 - 1, labels


def glyph(name, digit):
    """One digit's box of ink in [0, 1], about 32 pixels tall, a little blurred: it is shrunk by half."""
    import matplotlib
    from matplotlib.ft2font import FT2Font
    from scipy.ndimage import uniform_filter

    font = FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"))
    font.set_size(44, 72)
    font.set_text(str(digit))
    font.draw_glyphs_to_bitmap()
    ink = np.asarray(font.get_image(), np.float32) / 255
    return uniform_filter(ink[np.ix_(ink.any(axis=1), ink.any(axis=0))], 2)
