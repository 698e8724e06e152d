"""Seven losses of a linear prediction f = x·β, each written once: the value per sample and its derivative by f.

Regression compares f with a number y, r = f - y; classification with a sign s = ±1, m = s f.
"""

import numpy as np


def squared(f, y):
    """½ r²."""
    r = f - y
    return 0.5 * r**2, r


def absolute(f, y):
    """|r|; the derivative at 0 is taken as 0."""
    r = f - y
    return np.abs(r), np.sign(r)


def huber(f, y, width=1.345):
    """½ r² for |r| ≤ width, width (|r| - ½ width) beyond (Huber 1964)."""
    r = f - y
    inside = np.clip(r, -width, width)
    return inside * (r - 0.5 * inside), inside


def quantile(f, y, q=0.25):
    """(y - f) (q - [y < f]), whose minimum is the q-quantile (Koenker & Bassett 1978)."""
    r = f - y
    return np.maximum((1 - q) * r, -q * r), np.where(r > 0, 1 - q, np.where(r < 0, -q, 0.0))


def hinge(f, s):
    """max(0, 1 - m), the support vector machine's."""
    short = 1 - s * f
    return np.maximum(short, 0), np.where(short > 0, -s, 0.0)


def cross_entropy(f, s):
    """log(1 + e^-m), the logistic regression's; p = 1 / (1 + e^-m) is the probability of the right class."""
    p = _sigmoid(s * f)
    return np.logaddexp(0, -s * f), -s * (1 - p)


def focal(f, s, gamma=2.0):
    """-(1 - p)^γ log p: cross-entropy that cares less about what is already right (Lin et al. 2017, their equation 4)."""
    log_p = -np.logaddexp(0, -s * f)
    p, wrong = _sigmoid(s * f), _sigmoid(-s * f)
    return -(wrong**gamma) * log_p, s * wrong**gamma * (gamma * p * log_p - wrong)


REGRESSION = {"squared": squared, "absolute": absolute, "huber": huber, "quantile": quantile}
CLASSIFICATION = {"hinge": hinge, "cross-entropy": cross_entropy, "focal": focal}
QUANTILES = {"absolute": 0.5, "quantile": 0.25}  # piecewise linear: fitted as regression quantiles


def _sigmoid(m):
    p = 1 / (1 + np.exp(-np.abs(m)))
    return np.where(m >= 0, p, 1 - p)
