"""Digits that need no download: drawn from the fonts that come with matplotlib, each turned, sheared, stretched and moved.

    images, labels = fonts.digits(fonts.SEEN, 5000, job.rng("digits"))     uint8 (5000, 28, 28), 0 white to 255 black
    tests, answers = fonts.digits(fonts.UNSEEN, 1000, job.rng("tests"))    of fonts that are not among the others

`ink`, `glyph` and `seen` are its parts, for a project that has affine maps of its own.
"""

from pathlib import Path

import numpy as np

from abacus.errors import BadInput
from abacus.settings import suggestion

SEEN = (
    *("DejaVuSans", "DejaVuSans-Bold", "DejaVuSans-Oblique", "DejaVuSansMono", "DejaVuSansMono-Oblique"),
    *("DejaVuSerif", "DejaVuSerif-Bold", "DejaVuSerif-BoldItalic", "STIXGeneralBol", "STIXGeneralItalic"),
    *("cmr10", "cmtt10", "cmb10"),
)
UNSEEN = ("DejaVuSerif-Italic", "DejaVuSansMono-Bold", "STIXGeneral", "cmss10")
FINE = 80  # pixels: the height of a glyph before it is seen through its map


def digits(names, count, rng, *, side=28, height=20, turn=0.12, shear=0.2, stretch=0.12, shift=0.04):
    """`count` digits of the fonts `names`, as many of each: images uint8 (count, side, side), and labels int64 (count,).

    A digit is about `height` pixels tall; 0 is white, 255 black. The others are standard deviations of its map: `turn`
    in radians, `shear` in widths a height, `stretch` of the logarithm of width and of height, `shift` in heights.
    BadInput for a font that matplotlib does not bring, or that has no digits.
    """
    glyphs = [[_fine(name, digit) for digit in range(10)] for name in names]
    labels = rng.permutation(np.arange(count) % 10)
    chosen = rng.integers(len(glyphs), size=count)
    spread = np.array([turn, shear, stretch, stretch, shift, shift])
    angle, lean, wide, high, right, down = rng.standard_normal((6, count)) * spread[:, None]
    cos, sin, wide, high = np.cos(angle), np.sin(angle), np.exp(wide), np.exp(high)
    lines = np.stack([cos / high, -sin / high], axis=1)  # a place in the glyph, in heights: how far down, how far right
    columns = np.stack([sin / wide, cos / wide], axis=1) + lean[:, None] * lines
    maps = FINE * np.stack([lines, columns], axis=1)
    moved = 0.5 - (maps @ np.stack([down, right], axis=1)[:, :, None])[:, :, 0]  # 0.5: committed tables have it so
    images = seen([glyphs[name][label] for name, label in zip(chosen, labels)], maps / height, moved, side)
    return np.rint(images).astype(np.uint8), labels


def seen(bitmaps, matrices, shifts, side):
    """Each bitmap under an affine map, float64 (n, side, side): pixel p has the grey at M p + shift, between four pixels.

    `matrices` is (n, 2, 2), `shifts` (n, 2); p and the place are (down, right) from the two middles. Beyond a bitmap's
    outermost pixels all is 0. Bitmaps may have different shapes.
    """
    from scipy.ndimage import affine_transform

    images = np.empty((len(bitmaps), side, side))
    for image, bitmap, matrix, shift in zip(images, bitmaps, matrices, shifts, strict=True):
        corner = (np.array(bitmap.shape) - 1) / 2 - matrix @ np.full(2, (side - 1) / 2) + shift
        affine_transform(bitmap, matrix, corner, output=image, output_shape=image.shape, order=1)
    return images


def glyph(name, digit, height, field, size):
    """One digit, `height` pixels tall, its box in the middle of (field, field), uint8, 255 black.

    Drawn twice, first at `size` points: the height is nearly proportional to the size.
    """
    box = ink(name, digit, size * height / len(ink(name, digit, size)))[:field, :field]
    square = np.zeros((field, field), np.uint8)
    top, left = (field - np.array(box.shape)) // 2
    square[top : top + box.shape[0], left : left + box.shape[1]] = box
    return square


def ink(name, digit, size):
    """The box of one digit's ink at `size` points (at 72 to the inch: pixels), uint8, 255 black."""
    font = _font(name)
    font.set_size(size, 72)
    font.set_text(str(digit))
    font.draw_glyphs_to_bitmap()
    drawn = np.asarray(font.get_image())
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    return drawn[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _font(name):
    import matplotlib
    from matplotlib.ft2font import FT2Font

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    if not (folder / f"{name}.ttf").is_file():
        known = sorted(path.stem for path in folder.glob("*.ttf"))
        raise BadInput(f"matplotlib has no font {name!r}{suggestion(name, known)}")
    font = FT2Font(str(folder / f"{name}.ttf"))
    if not all(font.get_char_index(ord(digit)) for digit in "0123456789"):
        raise BadInput(f"the font {name} has no digits")
    return font


def _fine(name, digit):
    """One digit, FINE pixels tall, in the middle of an empty square twice as large."""
    drawn = ink(name, digit, 1.4 * FINE)
    width = max(round(drawn.shape[1] * FINE / len(drawn)), 1)
    rows, columns = (np.linspace(0, n - 1, m).round().astype(int) for n, m in zip(drawn.shape, (FINE, width)))
    square = np.zeros((2 * FINE, 2 * FINE), np.uint8)
    left = (2 * FINE - width) // 2
    square[FINE // 2 : FINE // 2 + FINE, left : left + width] = drawn[rows][:, columns]
    return square
