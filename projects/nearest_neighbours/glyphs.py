"""Digits that need no download: matplotlib's own fonts, each glyph turned, sheared, stretched and shifted at random."""

from pathlib import Path

import numpy as np

SIDE = 28
PIXELS = 80  # height of an undistorted glyph's bitmap
ENOUGH = 5000  # training digits
SEEN = (
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSansMono-Oblique"),
    *("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-BoldItalic", "STIXGeneralBol", "STIXGeneralItalic"),
    *("cmr10", "cmtt10", "cmb10"),
)
UNSEEN = ("DejaVuSerif-Italic", "DejaVuSansMono-Bold", "STIXGeneral", "cmss10")


def sample(count, fonts, rng):
    """`count` distorted digits: images uint8 (count, 28, 28), 0 white, 255 black; labels (count,), as many of each."""
    masters = np.stack([[_master(font, digit) for digit in range(10)] for font in fonts])
    labels = rng.permutation(np.arange(count) % 10)
    chosen = rng.integers(len(fonts), size=count)
    maps = draw_maps(count, rng)
    blocks = [slice(start, start + 500) for start in range(0, count, 500)]
    images = [distort(masters[chosen[part], labels[part]], maps[:, part]) for part in blocks]
    return np.concatenate(images).astype(np.uint8), labels


def draw_maps(n, rng):
    """What happens to each digit (6, n): turn in radians, shear, log width, log height, shifts right and down in heights."""
    scale = np.array([0.12, 0.2, 0.12, 0.12, 0.04, 0.04])
    return rng.standard_normal((6, n)) * scale[:, None]


def distort(masters, maps):
    """Each square bitmap (n, s, s) seen through its affine map on a 28 × 28 grid, by linear interpolation."""
    turn, shear, wide, high, right, down = maps[:, :, None, None]
    steps = (np.arange(SIDE) - (SIDE - 1) / 2) / 20.0  # the glyph's height fills 20 of 28 pixels
    u, v = steps[None, None, :] - right, steps[None, :, None] - down
    y = (np.cos(turn) * v - np.sin(turn) * u) / np.exp(high)
    x = (np.cos(turn) * u + np.sin(turn) * v) / np.exp(wide) + shear * y
    middle = masters.shape[1] / 2
    return np.rint(_interpolate(masters, y * PIXELS + middle, x * PIXELS + middle))


def _interpolate(bitmaps, y, x):
    size = bitmaps.shape[1]
    y, x = np.clip(y, 0.0, size - 1.001), np.clip(x, 0.0, size - 1.001)
    i, j = y.astype(int), x.astype(int)
    a, b = y - i, x - j
    n = np.arange(len(bitmaps))[:, None, None]
    top = bitmaps[n, i, j] * (1 - b) + bitmaps[n, i, j + 1] * b
    bottom = bitmaps[n, i + 1, j] * (1 - b) + bitmaps[n, i + 1, j + 1] * b
    return top * (1 - a) + bottom * a


def _master(name, digit):
    """The glyph as a bitmap PIXELS high in the middle of a square with an empty border."""
    import matplotlib
    from matplotlib.ft2font import FT2Font

    font = FT2Font(str(Path(matplotlib.get_data_path()) / "fonts" / "ttf" / f"{name}.ttf"))
    font.set_size(PIXELS * 1.4, 72)
    font.set_text(str(digit), 0.0)
    font.draw_glyphs_to_bitmap(antialiased=True)
    ink = np.asarray(font.get_image())
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    ink = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    lines = np.linspace(0, len(ink) - 1, PIXELS).round().astype(int)
    across = np.linspace(0, ink.shape[1] - 1, max(round(ink.shape[1] * PIXELS / len(ink)), 1)).round().astype(int)
    ink = ink[lines][:, across]
    square = np.zeros((2 * PIXELS, 2 * PIXELS), np.uint8)
    left = (2 * PIXELS - ink.shape[1]) // 2
    square[PIXELS // 2 : PIXELS // 2 + PIXELS, left : left + ink.shape[1]] = ink
    return square
