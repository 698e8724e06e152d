"""MNIST-1D from its description: twelve points drawn for each digit, bent, shifted and buried in noise (section 2).

The published file holds what NumPy's old generator (MT19937) gives with seed 42, and so does
`generate(old_generator(42))`.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

TEMPLATES = np.array(
    [  # heights of the twelve points of each digit, in the authors' code
        [5, 6, 6.5, 6.75, 7, 7, 7, 7, 6.75, 6.5, 6, 5],
        [5, 3, 3, 3.4, 3.8, 4.2, 4.6, 5, 5.4, 5.8, 5, 5],
        [5, 6, 6.5, 6.5, 6, 5.25, 4.75, 4, 3.5, 3.5, 4, 5],
        [5, 6, 6.5, 6.5, 6, 5, 5, 6, 6.5, 6.5, 6, 5],
        [5, 4.4, 3.8, 3.2, 2.6, 2.6, 5, 5, 5, 5, 5, 5],
        [5, 3, 3, 3, 3, 5, 6, 6.5, 6.5, 6, 4.5, 5],
        [5, 4, 3.5, 3.25, 3, 3, 3, 3, 3.25, 3.5, 4, 5],
        [5, 7, 7, 6.6, 6.2, 5.8, 5.4, 5, 4.6, 4.2, 5, 5],
        [5, 4, 3.5, 3.5, 4, 5, 5, 4, 3.5, 3.5, 4, 5],
        [5, 4, 3.5, 3.5, 4, 5, 5, 5, 5, 4.7, 4.3, 5],
    ]
)
PADDING = 36, 60  # Table 2 of the paper, as all that follow but SCALE, which only the code has
SCALE = 0.4
TRANSLATION = 48
CORRELATED, SMOOTHING = 0.25, 2  # size of the smooth noise, sd of the filter that smooths it
WHITE = 0.02
SHEAR = 0.75
LENGTH = 40


class Signals(NamedTuple):
    """Float64 signals (n, 40), labels (n,), for training and for the test; `time` (40,) is the axis of a plot."""

    train: np.ndarray
    train_labels: np.ndarray
    test: np.ndarray
    test_labels: np.ndarray
    time: np.ndarray


def old_generator(seed):
    """The generator that the published file was drawn by."""
    return np.random.RandomState(seed)


def generate(rng, count=5000, share=0.8):
    """`count` signals, as many of each digit, shuffled and standardised together; the first `share` of them to train on."""
    raw = np.array([signal(shape, rng) for shape in shapes() for _ in range(count // len(TEMPLATES))])
    labels = np.repeat(np.arange(len(TEMPLATES)), count // len(TEMPLATES))
    order = rng.permutation(len(raw))
    x, y = raw[order], labels[order]
    sd, cut = x.std(), int(share * len(x))
    x = (x - x.mean()) / sd
    return Signals(x[:cut], y[:cut], x[cut:], y[cut:], axis() / sd)


def shapes():
    """The templates (10, 12) of mean 0 and sd 1, each begun at 0, over 6."""
    z = TEMPLATES - TEMPLATES.mean(axis=1, keepdims=True)
    z /= z.std(axis=1, keepdims=True)
    return (z - z[:, :1]) / 6


def axis():
    """Times (40,) of the points, from -5/6 to 5/6."""
    return stretched(stretched(np.linspace(-5, 5, 12) / 6, 12 + PADDING[1]), LENGTH)


def signal(shape, rng):
    """One signal (40,) of a template (12,). The order of the draws is the authors'."""
    x = padded(shape, rng)
    x = x * (1 + SCALE * (rng.rand() - 0.5))
    x = np.roll(x, rng.choice(TRANSLATION))
    x = np.where(x == 0, smooth(CORRELATED * rng.randn(len(x))), x)  # the padding, and nothing else, is exactly 0
    x = x + WHITE * rng.randn(len(x))
    x = x - SHEAR * (rng.rand() - 0.5) * (_grid(len(x)) - 0.5)
    return stretched(x, LENGTH)


def padded(shape, rng):
    """The template with 36 to 60 zeros behind it, stretched to 72 points: the more zeros, the shorter the shape."""
    low, high = PADDING
    zeros = low + int(rng.rand() * (high - low + 1))
    return stretched(np.concatenate([shape + 1e-8, np.zeros(zeros)]), 12 + high)  # 1e-8: no point of the shape is 0


def stretched(x, length):
    """Linear interpolation of x onto `length` equally spaced points."""
    return np.interp(_grid(length), _grid(len(x)), x)


@cache
def _grid(length):
    return np.linspace(0, 1, length)


@cache
def _taps():
    """The Gaussian's weights at the whole numbers within four standard deviations."""
    at = np.arange(-4 * SMOOTHING, 4 * SMOOTHING + 1)
    weights = np.exp(-0.5 * (at / SMOOTHING) ** 2)
    return weights / weights.sum()


def smooth(x):
    """x under a Gaussian filter, cut at four standard deviations; at the edges x is reflected, the end value twice."""
    radius = 4 * SMOOTHING
    reflected = np.concatenate([x[:radius][::-1], x, x[-radius:][::-1]])
    return np.convolve(reflected, _taps(), mode="valid")
