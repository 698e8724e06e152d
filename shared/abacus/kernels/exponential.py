"""exp, tanh, sigmoid and Φ for use inside kernels: polynomials that vectorise in float32, libm in float64.

LLVM does not vectorise calls of libm. The float32 forms are Cody and Waite's reduction with the polynomials of Cephes
(Moshier 1989), within 2 units in the last place for exp, 4 for tanh and σ; Φ is Abramowitz & Stegun 7.1.26, 3e-7 absolute.
"""

import math

import numpy as np
from numba import types
from numba.extending import overload

from abacus.kernels import FAST

F = np.float32


def exp(x):
    """e^x; in float32 0 below -87.3, where only denormal numbers are left, and inf above 88."""


def tanh(x):
    """tanh x, accurate also near 0."""


def sigmoid(x):
    """1 / (1 + e^-x)."""


def normal(x):
    """(Φ(x), e^(-x²/2)): the distribution function of the standard normal, and its density but for √(2π)."""


def _single(x):
    return isinstance(x, types.Float) and x.bitwidth == 32


@overload(exp, jit_options={"fastmath": FAST})
def _exp(x):
    if not _single(x):
        return lambda x: math.exp(x)

    def fast(x):
        inside = min(max(x, F(-87.33654)), F(88))
        n = np.floor(inside * F(1.44269504) + F(0.5))
        r = x - n * F(0.693359375) + n * F(2.12194440e-4)  # ln 2 in two parts; of x itself, so that a NaN stays one
        p = F(1.9875691500e-4) * r + F(1.3981999507e-3)
        p = p * r + F(8.3334519073e-3)
        p = p * r + F(4.1665795894e-2)
        p = p * r + F(1.6666665459e-1)
        p = p * r + F(5.0000001201e-1)
        y = (p * r * r + r + F(1)) * np.int32((np.int32(n) + np.int32(127)) << np.int32(23)).view(F)  # · 2^n
        y = F(0) if x < F(-87.33654) else y
        return F(np.inf) if x > F(88) else y

    return fast


@overload(tanh, jit_options={"fastmath": FAST})
def _tanh(x):
    if not _single(x):
        return lambda x: math.tanh(x)

    def fast(x):
        z = x * x
        p = F(-5.70498872745e-3) * z + F(2.06390887954e-2)
        p = p * z - F(5.37397155531e-2)
        p = p * z + F(1.33314422036e-1)
        p = p * z - F(3.33332819422e-1)
        near = p * z * x + x
        far = F(1) - F(2) / (exp(F(2) * x) + F(1))
        return near if abs(x) < F(0.625) else far

    return fast


@overload(sigmoid, jit_options={"fastmath": FAST})
def _sigmoid(x):
    if not _single(x):
        return lambda x: 1.0 / (1.0 + math.exp(-x))
    return lambda x: F(1) / (F(1) + exp(-x))


@overload(normal, jit_options={"fastmath": FAST})
def _normal(x):
    if not _single(x):
        return lambda x: (0.5 * math.erfc(-x * 0.7071067811865476), math.exp(-0.5 * x * x))

    def fast(x):
        e = exp(F(-0.5) * x * x)
        t = F(1) / (F(1) + F(0.23164189) * abs(x))
        p = F(1.061405429) * t - F(1.453152027)
        p = p * t + F(1.421413741)
        p = p * t - F(0.284496736)
        p = p * t + F(0.254829592)
        upper = F(0.5) * p * t * e  # 1 - Φ(|x|)
        return (upper if x < F(0) else F(1) - upper), e

    return fast
