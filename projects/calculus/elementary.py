"""The elementary functions, by name: of numbers and arrays by NumPy, of anything else as that itself knows."""

from functools import partial

import numpy as np


def apply(name, x):
    """The function `name` of x: a float, a complex number, an array, or an object with a method `elementary(name)`."""
    own = getattr(x, "elementary", None)
    return own(name) if own else VALUES[name](x)


def _size(x):
    """|x| as x or −x, by the sign of the real part, so that it stays differentiable along the imaginary axis."""
    return np.where(np.real(x) < 0, -x, x)[()]


VALUES = {name: getattr(np, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tan", "sinh", "cosh", "tanh")}
VALUES |= {name: getattr(np, name.replace("a", "arc", 1)) for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh")}
VALUES["abs"] = _size

FUNCTIONS = {name: partial(apply, name) for name in VALUES}
exp, log, sqrt, sin, cos = (FUNCTIONS[name] for name in ("exp", "log", "sqrt", "sin", "cos"))

SLOPES = {  # f′(x), given x and y = f(x)
    "exp": lambda x, y: y,
    "log": lambda x, y: 1 / x,
    "sqrt": lambda x, y: 0.5 / y,
    "sin": lambda x, y: cos(x),
    "cos": lambda x, y: -sin(x),
    "tan": lambda x, y: 1 + y * y,
    "sinh": lambda x, y: FUNCTIONS["cosh"](x),
    "cosh": lambda x, y: FUNCTIONS["sinh"](x),
    "tanh": lambda x, y: 1 - y * y,
    "asin": lambda x, y: 1 / sqrt(1 - x * x),
    "acos": lambda x, y: -1 / sqrt(1 - x * x),
    "atan": lambda x, y: 1 / (1 + x * x),
    "asinh": lambda x, y: 1 / sqrt(x * x + 1),
    "acosh": lambda x, y: 1 / sqrt(x * x - 1),
    "atanh": lambda x, y: 1 / (1 - x * x),
    "abs": lambda x, y: x / y,
}
