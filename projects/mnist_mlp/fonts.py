"""Digits that need no download: matplotlib's fonts, each digit tilted, stretched and shifted a little."""

from functools import cache
from pathlib import Path

import numpy as np

LEARNT = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSerif", "DejaVuSerif-Bold",
    "DejaVuSerif-Italic", "cmr10", "cmss10", "cmtt10", "cmb10",
)  # fmt: skip
UNSEEN = ("STIXGeneral", "STIXGeneralBol", "STIXGeneralItalic", "cmmi10")
FIELD = 72  # pixels of the field that a digit stands in, 48 tall; a pixel of the result is the mean of 2 x 2 points


def rendered(names, n, rng):
    """n images (uint8, 28 × 28) of digits of the fonts `names`, and their labels."""
    from scipy.ndimage import affine_transform

    labels, fonts = rng.integers(0, 10, n), rng.integers(0, len(names), n)
    images = np.empty((n, 28, 28), np.uint8)
    for i in range(n):
        matrix, shift = place(rng)
        middle = (FIELD - 1) / 2 - matrix @ np.full(2, 27.5) + shift
        fine = affine_transform(glyph(names[fonts[i]], int(labels[i])), matrix, middle, (56, 56), order=1)
        images[i] = np.rint(fine.reshape(28, 2, 28, 2).mean(axis=(1, 3)))
    return images, labels.astype(np.uint8)


def place(rng):
    """A random turn, slant and size (2 × 2), and a shift (2,), in pixels of the field."""
    turn, slant = rng.uniform(-0.2, 0.2, 2)
    sizes = 1.2 * np.exp(rng.uniform(-0.15, 0.15, 2))
    rotation = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return rotation @ np.array([[1, 0], [slant, 1]]) * sizes, rng.uniform(-3, 3, 2)


@cache
def glyph(name, digit):
    """One digit, 48 pixels tall, its box in the middle of (FIELD, FIELD), float32, 255 black."""
    import matplotlib
    from matplotlib.ft2font import FT2Font

    font, size = FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf")), 60.0
    for _ in range(2):  # height is nearly proportional to size
        font.clear()
        font.set_size(size, 72)
        font.set_text(str(digit))
        font.draw_glyphs_to_bitmap()
        ink = np.asarray(font.get_image())
        ink = ink[np.ix_(ink.any(axis=1), ink.any(axis=0))]
        size *= 48 / len(ink)
    field = np.zeros((FIELD, FIELD), np.float32)
    ink = ink[:FIELD, :FIELD]
    top, left = (FIELD - np.array(ink.shape)) // 2
    field[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return field
