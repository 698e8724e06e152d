"""The data of the tables, as they are printed: eruptions, galaxies, patients, lakes, irises."""

import numpy as np

from abacus import papers

CLASSES = ("chemical", "normal", "overt")


def faithful():
    """Eruption and waiting time in minutes (272, 2)."""
    return _numbers("faithful1990")


def galaxies():
    """Velocities in 1000 km/s (82, 1)."""
    return _numbers("galaxies1990") / 1000.0


def acidity():
    """The logarithm of the acidity index of lakes (155, 1)."""
    return _numbers("acidity1994")


def diabetes():
    """Three measurements of 145 patients."""
    return _patients()[:, 1:]


def classes():
    """Which of CLASSES each patient is of (145,)."""
    return _patients()[:, 0].astype(int) - 1


def iris():
    """Four measurements in cm (150, 4), and the species, 0 to 2 (150,)."""
    _, rows = papers.rows("iris1936")
    return np.array([row[:4] for row in rows], dtype=np.float64), np.repeat(np.arange(3), 50)


def _patients():
    patients = _numbers("diabetes1979")
    patients[103, 2] = 455.0  # the vignette's correction of a slip
    return patients


def _numbers(key):
    return np.array(papers.rows(key)[1], dtype=np.float64)


AXES = {
    "faithful": ("eruption, minutes", "waiting for it, minutes"),
    "diabetes": ("fasting plasma glucose", "area under the glucose curve"),
}
BY_NAME = {"faithful": faithful, "galaxies": galaxies, "acidity": acidity, "diabetes": diabetes}
