"""Cases of trigonometry, special functions and rounding: all of one or two entries."""

import numpy as np
from scipy import special

from abacus import ops


def _one(name, plain, low=None, high=None, peer=True):
    """The case of ops.<name>, in PyTorch of the same name, on entries between low and high."""
    torch = (lambda t, x: getattr(t, name)(x)) if peer else None

    def case(some):
        return {
            "call": getattr(ops, name),
            "arrays": (some.array(*some.shape(), low=low, high=high),),
            "plain": plain,
            "torch": torch,
        }

    return case


def _two(name, plain, low=None, high=None):
    def case(some):
        arrays = tuple(some.array(*shape, low=low, high=high) for shape in some.broadcastable(2))
        return {
            "call": getattr(ops, name),
            "arrays": arrays,
            "plain": plain,
            "torch": lambda t, a, b: getattr(t, name)(a, b),
        }

    return case


tan = _one("tan", lambda x: np.sin(x) / np.cos(x), -1.2, 1.2)
asin = _one("asin", np.arcsin, -0.9, 0.9)
acos = _one("acos", np.arccos, -0.9, 0.9)
atan = _one("atan", np.arctan)
atan2 = _two("atan2", np.arctan2, 0.3, 2)
sinh = _one("sinh", lambda x: (np.exp(x) - np.exp(-x)) / 2)
cosh = _one("cosh", lambda x: (np.exp(x) + np.exp(-x)) / 2)
asinh = _one("asinh", lambda x: np.log(x + np.sqrt(x * x + 1)))
acosh = _one("acosh", lambda x: np.log(x + np.sqrt(x * x - 1)), 1.3, 3)
atanh = _one("atanh", lambda x: np.log((1 + x) / (1 - x)) / 2, -0.8, 0.8)
expm1 = _one("expm1", lambda x: np.exp(x) - 1)
log1p = _one("log1p", lambda x: np.log(1 + x), -0.5, 2)
exp2 = _one("exp2", lambda x: 2**x)
log2 = _one("log2", np.log2, 0.5, 3)
log10 = _one("log10", np.log10, 0.5, 3)
reciprocal = _one("reciprocal", lambda x: 1 / x, 0.5, 3)
rsqrt = _one("rsqrt", lambda x: 1 / np.sqrt(x), 0.5, 3)
logaddexp = _two("logaddexp", lambda a, b: np.log(np.exp(a) + np.exp(b)))
erf = _one("erf", lambda x: 2 * special.ndtr(np.sqrt(2) * x) - 1)
erfc = _one("erfc", lambda x: 2 * special.ndtr(-np.sqrt(2) * x))
erfinv = _one("erfinv", lambda x: special.ndtri((x + 1) / 2) / np.sqrt(2), -0.9, 0.9)
lgamma = _one("lgamma", lambda x: np.log(special.gamma(x)), 0.5, 4)
# PyTorch's slope of digamma has an error of 1e-10
digamma = _one("digamma", lambda x: special.digamma(x + 1) - 1 / x, 0.5, 4, peer=False)
floor = _one("floor", lambda x: -np.ceil(-x), 0.1, 0.9)
ceil = _one("ceil", lambda x: -np.floor(-x), 1.1, 1.9)
trunc = _one("trunc", lambda x: np.sign(x) * np.floor(np.abs(x)), -1.9, -1.1)
round = _one("round", np.rint, 1.1, 1.4)
sign = _one("sign", lambda x: x / np.abs(x), 0.1, 1)
frac = _one("frac", lambda x: np.sign(x) * np.mod(np.abs(x), 1), -1.9, -1.1)
remainder = _two("remainder", lambda a, b: a - b * np.floor(a / b), 0.3, 2)
fmod = _two("fmod", lambda a, b: a - b * np.trunc(a / b), 0.3, 2)


def round__decimals(some):
    x = np.round(some.array(3), 1) + 0.02
    return {
        "call": lambda x: ops.round(x, 1),
        "arrays": (x,),
        "plain": lambda x: np.rint(x * 10) / 10,
        "torch": lambda t, x: t.round(x, decimals=1),
    }


WRONG = {
    "atan2: the shapes (2,) and (3,) do not broadcast": lambda: ops.atan2(np.ones(2), np.ones(3)),
    "logaddexp: the shapes (2,) and (3,) do not broadcast": lambda: ops.logaddexp(np.ones(2), np.ones(3)),
    "fmod: b is 1j, wanted a real number": lambda: ops.fmod(np.ones(2), 1j),
    "remainder: the shapes (2,) and (3,) do not broadcast": lambda: ops.remainder(np.ones(2), np.ones(3)),
}
