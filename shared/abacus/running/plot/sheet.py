"""Many small pictures on one sheet: digits, kernels, samples, maps of attention."""

import numpy as np

from abacus.errors import BadInput

WIDTH, LARGEST = 700, 150  # of a sheet, and of one enlarged picture, in pixels
GAP = 4  # pixels between two pictures
LINE, LETTER, SIZE = 14, 6.5, 7  # pixels of a line of text and of a letter, at SIZE points


def grid(figure, images, *, across=10, captions=(), rows=(), columns=(), title="", colours="gray_r", limits=None):
    """Pictures (n, height, width), or (n, height, width, 3) with colours, `across` in a line; returns the axes.

    Each pixel becomes a square of whole pixels, so that nothing is blurred. `captions` stand below the pictures, `rows`
    to the left of the lines and `columns` above the first. Numbers are shown in the `colours` of matplotlib's name
    between the two `limits` (the smallest and the largest number of all where not given); NaN is empty. The figure's
    size follows. BadInput where shapes or numbers of names do not fit.

        limit = np.abs(kernels).max()
        plot.grid(figure, kernels, colours="RdBu_r", limits=(-limit, limit))      weights: white is 0
    """
    images = np.asarray(images)
    _check(images, captions)
    count, height, width = images.shape[:3]
    across = max(1, min(across, count))
    lines = max(1, -(-count // across))
    left, above = _longest(rows), LINE * (title.count("\n") + 1) + 6 if title else 0
    top = above + (LINE if len(columns) else 0)
    scale = max(1, min(LARGEST // width, int((WIDTH - left) / across - GAP) // width))
    slot = max(width * scale, _longest([*captions, *columns])) + GAP
    step = height * scale + GAP + (LINE if len(captions) else 0)
    size = top + lines * step, max(left + across * slot, _longest(title.split("\n")))
    axes = _page(figure, *size)
    places = [(left + i % across * slot, top + i // across * step) for i in range(count)]
    indent = (slot - GAP - width * scale) // 2  # where captions are wider than pictures
    sheet = np.full((*size, *images.shape[3:]), *_empty(images))
    for image, (x, y) in zip(images, places):
        large = image.repeat(scale, axis=0).repeat(scale, axis=1)
        sheet[y : y + height * scale, x + indent : x + indent + width * scale] = large
    low, high = limits or (np.nanmin(images), np.nanmax(images)) if count else (0, 1)
    axes.imshow(sheet, cmap=colours, vmin=low, vmax=high, interpolation="nearest", aspect="auto")
    middle = (slot - GAP) / 2
    for caption, (x, y) in zip(captions, places):
        axes.text(x + middle, y + height * scale + LINE / 2, caption, ha="center", va="center", size=SIZE)
    for name, (x, _) in zip(columns, places):
        axes.text(x + middle, top - LINE / 2, name, ha="center", va="center", size=SIZE)
    for name, (_, y) in zip(rows, places[::across]):
        axes.text(left - LETTER / 2, y + height * scale / 2, name, ha="right", va="center", size=SIZE)
    axes.text(size[1] / 2, above / 2, title, ha="center", va="center", size=SIZE + 1)
    return axes


def _check(images, captions):
    if images.ndim not in (3, 4) or 0 in images.shape[1:] or images.shape[3:] not in ((), (3,), (4,)):
        raise BadInput(f"grid: pictures of shape {images.shape}: wanted (n, height, width) or (n, height, width, 3)")
    if len(captions) not in (0, len(images)):
        raise BadInput(f"grid: {len(captions)} captions for {len(images)} pictures")


def _longest(names):
    return int(LETTER * (max(len(str(name)) for name in names) + 1)) if len(names) else 0


def _empty(images):
    """(value, dtype) of the sheet between the pictures: NaN is transparent, and white is 1, or 255 of bytes."""
    if images.ndim == 3:
        return np.nan, np.float32
    return (255, np.uint8) if images.dtype == np.uint8 else (1.0, np.float32)


def _page(figure, height, width):
    """Axes that fill the figure, which takes this size in pixels: one unit is one pixel."""
    figure.set_layout_engine("none")
    figure.set_size_inches((width + 0.5) / figure.dpi, (height + 0.5) / figure.dpi)  # half: no pixel lost by rounding
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    return axes
