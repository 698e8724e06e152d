"""Airfoil self-noise (Brooks, Pope, Marcolini 1989; UCI 291)."""

from typing import NamedTuple

import numpy as np

from abacus.data import formats


class Airfoil(NamedTuple):
    """1 503 measurements: `inputs` float64 (n, 5) with their `names`, `pressure` (n,), the sound's level in dB."""

    inputs: np.ndarray
    names: tuple
    pressure: np.ndarray


NAMES = ("frequency", "angle", "chord", "velocity", "thickness")


def load(file):
    """The tab-separated rows, as they lie."""
    rows = formats.matrix(file("airfoil_self_noise.dat"))
    return Airfoil(rows[:, :5], NAMES, rows[:, 5])
