"""MNIST-1D: ten classes of signals of 40 points (Greydanus, Kobak, arXiv:2011.14439)."""

from typing import NamedTuple

import numpy as np

from abacus.data import plain_pickle


class Mnist1d(NamedTuple):
    """Signals are float64 (n, 40), labels int64 (n,): 4 000 to train on, 1 000 to test; `time` is (40,).

    `templates` (10, 12) are the clean shapes that the signals were made from.
    """

    train_signals: np.ndarray
    train_labels: np.ndarray
    test_signals: np.ndarray
    test_labels: np.ndarray
    time: np.ndarray
    templates: np.ndarray


def load(file):
    """The authors' file, a pickle of plain arrays."""
    held = plain_pickle.read(file("mnist1d_data.pkl"))
    names = ("x", "y", "x_test", "y_test", "t")
    return Mnist1d(*(held[name].copy() for name in names), templates=held["templates"]["x"].copy())
