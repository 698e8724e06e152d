"""Angles, hyperbolic functions and their inverses, entry by entry. Outside its range an inverse is NaN, as NumPy's."""

import numpy as np

from abacus.ops.arithmetic import pair, sum_to
from abacus.ops.floats import entrywise, floats
from abacus.tensor import op


@entrywise
def tan(x):
    """tan x, with slope 1 + tan² x."""
    y = np.tan(x)
    return y, lambda dy: (dy * (1 + y * y),)


@entrywise
def asin(x):
    """The angle within [-π/2, π/2] whose sine is x; slope 1 / √(1 - x²)."""
    return np.arcsin(x), lambda dy: (dy / np.sqrt((1 - x) * (1 + x)),)


@entrywise
def acos(x):
    """The angle within [0, π] whose cosine is x; slope -1 / √(1 - x²)."""
    return np.arccos(x), lambda dy: (-dy / np.sqrt((1 - x) * (1 + x)),)


@entrywise
def atan(x):
    """The angle within (-π/2, π/2) whose tangent is x; slope 1 / (1 + x²)."""
    return np.arctan(x), lambda dy: (dy / (1 + x * x),)


@op
def atan2(y, x):
    """The angle of the point (x, y) within [-π, π], broadcasting; its gradient is (x, -y) / (x² + y²)."""
    y, x = pair("atan2", floats("atan2", "y", y), floats("atan2", "x", x))
    far = np.hypot(x, y)  # its square would overflow, or vanish, before it does

    def pullback(d):
        return lambda: sum_to(d * (x / far) / far, y.shape), lambda: sum_to(-d * (y / far) / far, x.shape)

    return np.arctan2(y, x), pullback


@entrywise
def sinh(x):
    """(e^x - e^-x) / 2."""
    return np.sinh(x), lambda dy: (dy * np.cosh(x),)


@entrywise
def cosh(x):
    """(e^x + e^-x) / 2."""
    return np.cosh(x), lambda dy: (dy * np.sinh(x),)


@entrywise
def asinh(x):
    """The inverse of sinh, with slope 1 / √(1 + x²)."""
    return np.arcsinh(x), lambda dy: (dy / np.hypot(x, 1),)


@entrywise
def acosh(x):
    """The inverse of cosh for x >= 1, with slope 1 / √(x² - 1)."""
    return np.arccosh(x), lambda dy: (dy / (np.sqrt(x - 1) * np.sqrt(x + 1)),)


@entrywise
def atanh(x):
    """The inverse of tanh for |x| <= 1, with slope 1 / (1 - x²)."""
    return np.arctanh(x), lambda dy: (dy / ((1 - x) * (1 + x)),)
