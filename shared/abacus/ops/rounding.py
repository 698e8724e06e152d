"""Signs and whole parts, entry by entry: steps, whose gradient is 0 wherever there is one."""

import numpy as np

from abacus.ops.arithmetic import pair, sum_to
from abacus.ops.floats import entrywise, floats
from abacus.tensor import op


@entrywise
def floor(x):
    """The largest whole number that is at most x."""
    return np.floor(x), lambda dy: (np.zeros_like(dy),)


@entrywise
def ceil(x):
    """The smallest whole number that is at least x."""
    return np.ceil(x), lambda dy: (np.zeros_like(dy),)


@entrywise
def trunc(x):
    """x without what stands behind the point."""
    return np.trunc(x), lambda dy: (np.zeros_like(dy),)


@entrywise
def round(x, decimals=0):
    """x rounded to so many decimals; halves go to the even neighbour."""
    return np.round(x, decimals), lambda dy: (np.zeros_like(dy),)


@entrywise
def sign(x):
    """-1, 0 or 1."""
    return np.sign(x), lambda dy: (np.zeros_like(dy),)


@entrywise
def frac(x):
    """What stands behind the point, with the sign of x; its slope is 1."""
    return x - np.trunc(x), lambda dy: (dy,)


@op
def remainder(a, b):
    """a - b·⌊a / b⌋, broadcasting, which has the sign of b (Python's %); ∂/∂b is -⌊a / b⌋."""
    a, b = pair("remainder", floats("remainder", "a", a), floats("remainder", "b", b))
    return np.remainder(a, b), lambda d: (
        lambda: sum_to(d, a.shape),
        lambda: sum_to(-d * np.floor_divide(a, b), b.shape),
    )


@op
def fmod(a, b):
    """a - b·trunc(a / b), broadcasting, which has the sign of a (C's fmod); ∂/∂b is -trunc(a / b)."""
    a, b = pair("fmod", floats("fmod", "a", a), floats("fmod", "b", b))
    return np.fmod(a, b), lambda d: (lambda: sum_to(d, a.shape), lambda: sum_to(-d * np.trunc(a / b), b.shape))
