"""What LeCun et al. (1998), section III.A, do to a digit before it is compared: bilevel, 20 × 20 box, deslanted."""

import numpy as np

INK = 128  # from here on a pixel belongs to the foreground
BLOCK = 5000


def regular(images):
    """28 × 28, as MNIST has them."""
    return images


def bilevel(images):
    """0 or 255."""
    return np.where(images >= INK, 255, 0).astype(np.uint8)


def boxed(images, size=20):
    """The box around the ink, centred in size x size: undoes MNIST's centring by mass (every box fits 20 × 20)."""
    return np.concatenate([_boxed(images[i : i + BLOCK], size) for i in range(0, len(images), BLOCK)])


def boxed_bilevel(images):
    """20 × 20 and two levels: the size-normalised images before their grey values."""
    return bilevel(boxed(images))


def deslanted(images, size=20):
    """Each image sheared until its ink stands upright, cut to size x size around its centre, uint8.

    Section III.A: the second moments of inertia of the pixels are computed, counting a foreground pixel as 1 and one of
    the background as 0, and the lines are shifted horizontally: by whole pixels here.
    """
    return np.concatenate([_deslanted(images[i : i + BLOCK], size) for i in range(0, len(images), BLOCK)])


def deslanted_bilevel(images):
    """The same of the bilevel images."""
    return deslanted(bilevel(images))


VERSIONS = {
    "regular": regular,
    "bilevel": bilevel,
    "boxed": boxed,
    "boxed bilevel": boxed_bilevel,
    "deslanted": deslanted,
    "deslanted bilevel": deslanted_bilevel,
}


def _boxed(images, size):
    padded = np.pad(images, ((0, 0), (size, size), (size, size)))
    ink = images > 0
    top, bottom = _ends(ink.any(axis=2))
    left, right = _ends(ink.any(axis=1))
    y = (top - (size - (bottom - top)) // 2)[:, None] + np.arange(size) + size
    x = (left - (size - (right - left)) // 2)[:, None] + np.arange(size) + size
    return padded[np.arange(len(images))[:, None, None], y[:, :, None], x[:, None, :]]


def _ends(inked):
    """First index with ink, and the one after the last (0 and 0 for an empty image)."""
    last = np.where(inked.any(axis=1), inked.shape[1] - inked[:, ::-1].argmax(axis=1), 0)
    return inked.argmax(axis=1), last


def _deslanted(images, size):
    x0, y0, slope = slants(images)
    padded = np.pad(images, ((0, 0), (size, size), (2 * size, 2 * size)))
    y = np.rint(y0).astype(int)[:, None] + np.arange(size) - size // 2
    first = x0[:, None] + slope[:, None] * (y - y0[:, None]) - (size - 1) / 2
    x = np.floor(first[:, :, None] + 0.5).astype(int) + np.arange(size)
    x = np.clip(x + 2 * size, 0, padded.shape[2] - 1)
    return padded[np.arange(len(images))[:, None, None], (y + size)[:, :, None], x]


def slants(images):
    """Centre of the ink (x0, y0) and slope µ11 / µ02 of each image: the shear that leaves x and y uncorrelated."""
    ink = (images >= INK).astype(np.float64)
    y, x = np.arange(images.shape[1]), np.arange(images.shape[2])
    total = np.maximum(ink.sum(axis=(1, 2)), 1.0)
    lines = ink.sum(axis=2)
    x0, y0 = ink.sum(axis=1) @ x / total, lines @ y / total
    mu02 = (lines * (y - y0[:, None]) ** 2).sum(axis=1)
    mu11 = ((ink @ x) * (y - y0[:, None])).sum(axis=1)  # Σ (x - x0)(y - y0) = Σ x (y - y0)
    return x0, y0, mu11 / np.maximum(mu02, 1.0)
