"""Breiman's artificial problems: how to draw from them, and the exact error of the best possible classifier."""

import numpy as np
from scipy.special import gammainc, ndtr

DIMENSION = 20
PEAKS = (7, 15, 11)  # of the three triangular waves, on the places 1..21
PAIRS = ((0, 1), (0, 2), (1, 2))  # the two waves that each class of the waveform problem mixes


def means(count, scale=2.0):
    """The 20-dimensional vector with all entries scale / √20, whose length is `scale`, `count` times."""
    return np.full((count, DIMENSION), scale / np.sqrt(DIMENSION))


def twonorm(n, rng):
    """Classes N(a, I) and N(-a, I), a = (2, ..., 2) / √20: (samples (n, 20), labels)."""
    labels = rng.integers(0, 2, n)
    return rng.standard_normal((n, DIMENSION)) + means(n) * (1 - 2 * labels[:, None]), labels


def ringnorm(n, rng, scale=2.0):
    """Classes N(0, 4 I) and N(a, I), a of length `scale`: 2 in DELVE, 1 in R's mlbench."""
    labels = rng.integers(0, 2, n)
    noise = rng.standard_normal((n, DIMENSION))
    return np.where(labels[:, None] == 0, 2 * noise, noise + means(n, scale)), labels


def threenorm(n, rng):
    """Class 0: N(a, I) or N(-a, I) with equal chance; class 1: N((a, -a, a, ...), I)."""
    labels, side = rng.integers(0, 2, n), rng.choice([-1.0, 1.0], n)
    alternating = means(1) * (-1.0) ** np.arange(DIMENSION)
    center = np.where(labels[:, None] == 0, side[:, None] * means(n), alternating)
    return rng.standard_normal((n, DIMENSION)) + center, labels


def waves():
    """The three triangular waves of height 6 on the places 1..21, (3, 21)."""
    place = np.arange(1, 22)
    return np.maximum(6 - np.abs(place - np.array(PEAKS)[:, None]), 0).astype(np.float64)


def waveform(n, rng):
    """Three classes: u h_i + (1 - u) h_j + noise with u uniform on (0, 1) (CART book, pp. 49-55): (n, 21), labels."""
    labels, u = rng.integers(0, 3, n), rng.random((n, 1))
    h, (first, second) = waves(), np.array(PAIRS).T
    clean = u * h[first[labels]] + (1 - u) * h[second[labels]]
    return clean + rng.standard_normal((n, h.shape[1])), labels


def twonorm_error():
    """Φ(-2): the classes' means lie 4 standard deviations apart, the boundary halfway (eq. 14)."""
    return float(ndtr(-2.0))  # eq. 14


def ringnorm_error(scale=2.0):
    """Exact error of ringnorm, eq. (16): two noncentral chi-square probabilities.

    p_1 > p_0 where |x|²/8 - |x - a|²/2 + 20 ln 2 > 0, that is inside a ball around 4a/3, eq. (15).
    """
    radius2 = 8 / 3 * DIMENSION * np.log(2.0) + 4 / 9 * scale**2  # eq. 15
    outside = 1 - noncentral_chi2(radius2, DIMENSION, (scale / 3) ** 2)
    inside = noncentral_chi2(radius2 / 4, DIMENSION, (4 * scale / 3 / 2) ** 2)
    return float(0.5 * outside + 0.5 * inside)  # eq. 16


def noncentral_chi2(x, freedom, noncentrality):
    """P(|z + m|² < x) with z standard normal in `freedom` dimensions and |m|² the noncentrality: a Poisson mixture."""
    total, weight, half = 0.0, np.exp(-noncentrality / 2), noncentrality / 2
    for j in range(200):
        total += weight * gammainc(freedom / 2 + j, x / 2)
        weight *= half / (j + 1)
    return total


def threenorm_error(step=0.01):
    """Exact error of threenorm by integration over the plane that holds the three centres."""
    a, b = np.array([2.0, 0.0]), np.array([0.0, 2.0])
    return _plane_error([lambda z: 0.5 * (_bump(z, a) + _bump(z, -a)), lambda z: _bump(z, b)], 9.0, step)


def waveform_error(step=0.01):
    """Exact error of waveform by integration over the plane of the three waves, eqs. (17) and (18).

    The class centres lie on the sides of the triangle h_1 h_2 h_3; noise orthogonal to its plane tells nothing.
    """
    corners, _ = wave_plane()
    return _plane_error(wave_densities(corners), np.abs(corners).max() + 7.0, step)


def wave_plane():
    """The corners of the triangle of waves in coordinates of its own plane, (3, 2), and the plane's axes, (2, 21)."""
    h = waves()
    _, _, axes = np.linalg.svd(h - h.mean(axis=0))
    return (h - h.mean(axis=0)) @ axes[:2].T, axes[:2]


def wave_densities(corners):
    """The density of every class of the waveform problem in the plane of the corners: a list of functions."""
    return [_smeared(corners[i], corners[j]) for i, j in PAIRS]


def _plane_error(densities, reach, step):
    """1 - ∫ max_c p(c) p(z | c) dz by the midpoint rule on a square of half-width `reach`; equal priors."""
    axis = np.arange(-reach + step / 2, reach, step)
    right = 0.0
    for y in axis:
        z = np.stack([axis, np.full_like(axis, y)], axis=1)
        right += np.max([density(z) for density in densities], axis=0).sum()
    return float(1 - right * step**2 / len(densities))  # eq. 18


def _bump(z, center):
    """The standard normal density in the plane around `center`."""
    return np.exp(-0.5 * ((z - center) ** 2).sum(axis=1)) / (2 * np.pi)


def _smeared(a, b):
    """Density of u a + (1 - u) b + noise in the plane: a normal across the segment, a difference of Φ along it."""
    length = np.linalg.norm(a - b)
    along = (a - b) / length
    across = np.array([-along[1], along[0]])

    def density(z):
        t, s = (z - b) @ along, (z - b) @ across
        return np.exp(-0.5 * s**2) / np.sqrt(2 * np.pi) * (ndtr(t) - ndtr(t - length)) / length  # eq. 17

    return density
