"""Logarithms and powers of other bases, the error function and the gamma function, entry by entry."""

import math

import numpy as np

from abacus.ops.arithmetic import pair, sum_to
from abacus.ops.floats import entrywise, floats
from abacus.tensor import op


@entrywise
def expm1(x):
    """e^x - 1, exact also near 0."""
    y = np.expm1(x)
    return y, lambda dy: (dy * (y + 1),)


@entrywise
def log1p(x):
    """log(1 + x), exact also near 0."""
    return np.log1p(x), lambda dy: (dy / (1 + x),)


@entrywise
def exp2(x):
    """2^x."""
    y = np.exp2(x)
    return y, lambda dy: (dy * y * math.log(2),)


@entrywise
def log2(x):
    """The logarithm of base 2."""
    return np.log2(x), lambda dy: (dy / (x * math.log(2)),)


@entrywise
def log10(x):
    """The logarithm of base 10."""
    return np.log10(x), lambda dy: (dy / (x * math.log(10)),)


@entrywise
def reciprocal(x):
    """1 / x."""
    y = 1 / x
    return y, lambda dy: (-dy * (y * y),)


@entrywise
def rsqrt(x):
    """1 / √x."""
    y = 1 / np.sqrt(x)
    return y, lambda dy: (dy * (-0.5 * y / x),)


@op
def logaddexp(a, b):
    """log(e^a + e^b), broadcasting, the larger taken out first; the gradients are σ(a - b) and σ(b - a)."""
    a, b = pair("logaddexp", floats("logaddexp", "a", a), floats("logaddexp", "b", b))

    def share(gap):
        return np.tanh(gap * 0.5) * 0.5 + 0.5

    with np.errstate(invalid="ignore"):  # of NaN and of infinities NumPy would warn
        gap = np.where(a == b, 0, a - b).astype(np.result_type(a, b))  # also of two that are equally infinite
        y = np.logaddexp(a, b)
    return y, lambda d: (lambda: sum_to(d * share(gap), a.shape), lambda: sum_to(d * share(-gap), b.shape))


@entrywise
def erf(x):
    """The error function 2/√π ∫ e^-t² dt from 0 to x; its slope is 2/√π·e^-x²."""
    from scipy import special

    return special.erf(x), lambda dy: (dy * (2 / math.sqrt(math.pi)) * np.exp(-x * x),)


@entrywise
def erfc(x):
    """1 - erf(x), exact also where it is tiny."""
    from scipy import special

    return special.erfc(x), lambda dy: (dy * (-2 / math.sqrt(math.pi)) * np.exp(-x * x),)


@entrywise
def erfinv(x):
    """The inverse of erf for |x| <= 1; its slope is √π/2·e^(y²)."""
    from scipy import special

    y = special.erfinv(x)
    return y, lambda dy: (dy * (math.sqrt(math.pi) / 2) * np.exp(y * y),)


@entrywise
def lgamma(x):
    """log |Γ(x)|; its slope is digamma(x)."""
    from scipy import special

    return special.gammaln(x), lambda dy: (dy * special.digamma(x),)


@entrywise
def digamma(x):
    """Γ'(x) / Γ(x), the slope of lgamma; its own is the trigamma function."""
    from scipy import special

    return special.digamma(x), lambda dy: (dy * special.polygamma(1, x).astype(x.dtype),)
