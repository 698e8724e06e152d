"""What a method is given: a start, numbers above 0, a largest number of steps. BadInput in one line where it is none."""

from numbers import Integral, Real

import numpy as np

from abacus.errors import BadInput


def numbers(name, x, shape=None):
    """x as an array of float64, finite, and of that shape where one is given (None: any length of one axis)."""
    given = np.asarray(x) if not isinstance(x, list) else x
    try:
        if np.iscomplexobj(given):
            raise TypeError("complex numbers")
        found = np.array(given, float)
    except (TypeError, ValueError) as wrong:
        raise BadInput(f"{name} is something that is no number: {wrong}") from None
    if shape is None and (found.ndim != 1 or not len(found)):
        raise BadInput(f"{name} has shape {found.shape}, wanted (n,)")
    if shape is not None and found.shape != shape:
        raise BadInput(f"{name} has shape {found.shape}, wanted {shape}")
    if not np.isfinite(found).all():
        raise BadInput(f"{name} {found.tolist()} is not finite")
    return found


def positive(**settings):
    """Each of the settings is a finite number above 0."""
    for name, value in settings.items():
        if not isinstance(value, Real) or not 0 < value < np.inf:
            raise BadInput(f"{name} is {value}, wanted above 0")


def whole(least=0, **settings):
    """Each of the settings is a whole number from `least` on."""
    for name, value in settings.items():
        if not isinstance(value, Integral) or value < least:
            raise BadInput(f"{name} is {value}, wanted a whole number from {least} on")
