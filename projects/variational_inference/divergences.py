"""KL divergences between laws of one family, in closed form: normal, gamma, Dirichlet, Wishart."""

import math

import numpy as np
from scipy.special import digamma, gammaln, multigammaln

from abacus.errors import BadInput

LARGEST = 1e150  # whose square, and that of its inverse, is a number in float64


class NotConverged(RuntimeWarning):
    """The rounds ended before the numbers came to rest."""


def normal(mean, covariance, other_mean, other_covariance):
    """KL(N(mean, covariance) ‖ N(other mean, other covariance)); means (d,), covariances (d, d): eq. (3)."""
    inverse, away = np.linalg.inv(other_covariance), np.asarray(other_mean) - mean
    logs = np.linalg.slogdet(other_covariance)[1] - np.linalg.slogdet(covariance)[1]
    return 0.5 * float(np.trace(inverse @ covariance) + away @ inverse @ away - len(away) + logs)  # eq. 3


def gamma(a, b, c, d):
    """KL(Gamma(shape a, rate b) ‖ Gamma(c, d)), elementwise: eq. (4)."""
    return (a - c) * digamma(a) - gammaln(a) + gammaln(c) + c * (np.log(b) - np.log(d)) + a * (d - b) / b  # eq. 4


def dirichlet(alpha, beta):
    """KL(Dirichlet(alpha) ‖ Dirichlet(beta)), both (k,)."""
    total = alpha.sum()
    logs = gammaln(total) - gammaln(alpha).sum() - gammaln(beta.sum()) + gammaln(beta).sum()
    return float(logs + (alpha - beta) @ (digamma(alpha) - digamma(total)))


def wishart(v, inverse_w, u, inverse_t):
    """KL(Wishart(freedom v, scale W) ‖ Wishart(u, T)), given the inverses of the scales (d, d)."""
    d = len(inverse_w)
    logs = np.linalg.slogdet(inverse_w)[1] - np.linalg.slogdet(inverse_t)[1]
    psi = digamma((v - np.arange(d)) / 2).sum()
    trace = np.trace(inverse_t @ np.linalg.inv(inverse_w))
    return float(0.5 * (u * logs + v * (trace - d) + (v - u) * psi) + multigammaln(u / 2, d) - multigammaln(v / 2, d))


def finite(values, name, least=1):
    """Numbers as a float64 vector of so many at least, all finite and with squares that are; BadInput otherwise."""
    try:
        values = np.asarray(values, float)
    except (TypeError, ValueError):
        raise BadInput(f"{name}: wanted numbers") from None
    if values.ndim != 1 or len(values) < least or not np.isfinite(values).all():
        raise BadInput(f"{name}: wanted {least} or more numbers in a row, all of them finite")
    if np.abs(values).max() > LARGEST:
        raise BadInput(f"{name}: wanted no number beyond {LARGEST:g}, whose squares are not finite: choose other units")
    return values


def positive(name, value, zero=False):
    """A number above 0 (or 0 too) whose square and inverse square are finite; BadInput otherwise."""
    if isinstance(value, str) or not np.isscalar(value):
        raise BadInput(f"{name}={value!r}: wanted a number")
    if not (math.isfinite(value) and (value > 0 or (zero and value == 0))):
        raise BadInput(f"{name}={value}: wanted a finite number {'of at least' if zero else 'above'} 0")
    if value and not 1 / LARGEST <= value <= LARGEST:
        raise BadInput(f"{name}={value}: wanted a number from {1 / LARGEST:g} to {LARGEST:g}")
    return float(value)
