"""The digits of LeCun et al. (1998), section III.A: 28 × 28 as they are, and deslanted 20 × 20."""

import numpy as np

WHITE, BLACK = -0.1, 1.175  # p. 7: the background and the ink, so that the mean is about 0 and the variance about 1
INK = 128  # from here on a pixel belongs to the foreground


def scaled(images, white=WHITE, black=BLACK):
    """Images (n, h, w) of 0 to 255 as rows (n, h w) of float32: 0 becomes white, 255 black."""
    flat = images.reshape(len(images), -1).astype(np.float32)
    return white + flat * np.float32((black - white) / 255)


def deslanted(images, shift="whole", size=20):
    """Each image sheared until the axis of its ink is vertical, cut to size x size around its centre (float32).

    Section III.A: the second moments of inertia of the pixels are computed, counting a foreground pixel as 1 and one of
    the background as 0, and the lines are shifted horizontally: by whole pixels, or by fractions ("interpolated").
    """
    blocks = range(0, len(images), 5000)
    return np.concatenate([_deslanted(images[start : start + 5000], shift, size) for start in blocks])


def _deslanted(images, shift, size):
    n, height, width = images.shape
    x0, y0, slope = slants(images)
    padded = np.zeros((n, height + 2 * size, width + 4 * size), np.float32)
    padded[:, size : size + height, 2 * size : 2 * size + width] = images
    out = np.empty((n, size, size), np.float32)
    which = np.arange(n)[:, None]
    for line in range(size):
        y = np.rint(y0).astype(int) + line - size // 2
        x = (x0 + slope * (y - y0))[:, None] + np.arange(size) - (size - 1) / 2
        left = np.floor(x + 0.5 if shift == "whole" else x).astype(int)
        part = np.zeros(x.shape, np.float32) if shift == "whole" else (x - left).astype(np.float32)
        row, column = (y + size)[:, None], np.clip(left + 2 * size, 0, padded.shape[2] - 2)
        out[:, line] = padded[which, row, column] * (1 - part) + padded[which, row, column + 1] * part
    return out


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
