"""Digits that need no download: rendered from the fonts that come with matplotlib, each under a random affine map."""

from pathlib import Path

import numpy as np

import patterns

LEARNT = (
    "DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSerif", "DejaVuSerif-Bold",
    "DejaVuSerif-Italic", "DejaVuSansMono-BoldOblique", "cmr10", "cmss10", "cmtt10", "cmb10",
)  # fmt: skip
UNSEEN = ("STIXGeneral", "STIXGeneralBolIta", "STIXGeneralItalic", "cmmi10")  # no sheared twin of one above
FIELD, HEIGHT = 60, 40  # pixels of a rendered glyph's field, and of its digit; 20 after sampling


def digits(train, test, rng):
    """`train` digits of the fonts to learn from, `test` digits of fonts that were not among them."""
    return patterns.Digits(*rendered(LEARNT, train, rng), *rendered(UNSEEN, test, rng))


def rendered(names, n, rng):
    """n images (uint8, 28 × 28) of digits of the fonts `names` under random affine maps, and their labels."""
    glyphs = np.array([[glyph(name, digit) for digit in range(10)] for name in names])
    labels = rng.integers(0, 10, n).astype(np.uint8)
    matrices, shifts = patterns.affine_maps(n, rng)
    chosen = glyphs[rng.integers(0, len(names), n), labels]
    return patterns.sampled(chosen, 2 * matrices, shifts), labels


def glyph(name, digit):
    """One digit, HEIGHT pixels tall, its box in the middle of a field (FIELD, FIELD) of uint8, 255 black."""
    import matplotlib
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"))
    size = 48
    for _ in range(2):  # the height of a digit is nearly proportional to the size
        font.clear()
        font.set_size(size, 72)
        font.set_text(str(digit))
        font.draw_glyphs_to_bitmap()
        ink = np.asarray(font.get_image())
        ink = ink[np.ix_(ink.any(axis=1), ink.any(axis=0))]
        size *= HEIGHT / len(ink)
    field = np.zeros((FIELD, FIELD), np.uint8)
    ink = ink[:FIELD, :FIELD]
    top, left = (FIELD - ink.shape[0]) // 2, (FIELD - ink.shape[1]) // 2
    field[top : top + ink.shape[0], left : left + ink.shape[1]] = ink
    return field
