"""The waveform problem of the CART book: samples, the best rule, and its exact error."""

import numpy as np
from scipy.special import ndtr

PEAKS = (7, 15, 11)  # of the three triangular waves, on the places 1..21
PAIRS = ((0, 1), (0, 2), (1, 2))  # the two waves that each class mixes


def waves():
    """The three triangular waves of height 6 on the places 1..21, (3, 21)."""
    return np.maximum(6.0 - np.abs(np.arange(1, 22) - np.array(PEAKS)[:, None]), 0)


def sample(n, rng):
    """u h_i + (1 - u) h_j + noise, u uniform on (0, 1), eq. (10); (n, 21) and labels 0, 1, 2 with equal chance."""
    labels, u = rng.integers(0, 3, n), rng.random((n, 1))
    first, second = np.array(PAIRS)[labels].T
    h = waves()
    return u * h[first] + (1 - u) * h[second] + rng.standard_normal((n, 21)), labels  # eq. 10


def best(x):
    """The class of largest density, for every sample: the rule whose error is the Bayes error."""
    corners, axes, middle = plane()
    return densities((x - middle) @ axes.T, corners).argmax(axis=0)


def bayes_error(step=0.02):
    """1 - ⅓ ∫ max_c p_c(z) dz over the plane of the waves: noise orthogonal to the plane tells nothing."""
    corners, _, _ = plane()
    reach = np.abs(corners).max() + 7.0
    axis = np.arange(-reach + step / 2, reach, step)
    rows = (np.stack([axis, np.full_like(axis, y)], axis=1) for y in axis)
    return float(1 - sum(densities(z, corners).max(axis=0).sum() for z in rows) * step**2 / 3)


def plane():
    """Corners of the triangle of waves in coordinates of its plane (3, 2), the plane's axes (2, 21), the waves' mean."""
    h = waves()
    middle = h.mean(axis=0)
    _, _, axes = np.linalg.svd(h - middle)
    return (h - middle) @ axes[:2].T, axes[:2], middle


def densities(z, corners):
    """p_c(z) of the three classes in the plane, (3, points): normal across a side, a difference of Φ along it."""
    out = np.empty((3, len(z)))
    for c, (i, j) in enumerate(PAIRS):
        length = np.linalg.norm(corners[i] - corners[j])
        along = (corners[i] - corners[j]) / length
        t, s = (z - corners[j]) @ along, (z - corners[j]) @ np.array([-along[1], along[0]])
        out[c] = np.exp(-0.5 * s**2) / np.sqrt(2 * np.pi) * (ndtr(t) - ndtr(t - length)) / length
    return out
