"""Score matching: a score is learnt without the density's constant, and, for a linear score, in closed form."""

import numpy as np

from abacus.errors import BadInput


def implicit(x):
    """The linear score s(x) = A (x − mean) that makes E ½|s|² + div s least (Hyvärinen 2005; eq. 22): A = −S⁻¹, (d, d),
    for x (n, d). It is the maximum-likelihood Gaussian's own. BadInput where the covariance S has no inverse."""
    s = _covariance(x)
    return -np.linalg.inv(s)  # eq. 22


def denoising(x, size):
    """The linear score of x plus noise of standard deviation `size` that makes E |s(x + size·ε) + ε/size|² least over all
    noise (Vincent 2011; eq. 23): −(S + size²·I)⁻¹."""
    if not size > 0:
        raise BadInput(f"denoising: the noise has size {size}, wanted more than 0")
    x = np.asarray(x, float)
    away = x - x.mean(axis=0)
    return -np.linalg.inv(away.T @ away / len(x) + size**2 * np.eye(x.shape[1]))  # eq. 23


def implicit_loss(a, x):
    """E ½|A(x − mean)|² + tr A over the rows of x."""
    away = x - x.mean(axis=0)
    return float(0.5 * ((away @ a.T) ** 2).sum(axis=1).mean() + np.trace(a))


def denoising_loss(a, x, size, noise):
    """E |A(x + size·ε − mean) + ε/size|² over the rows of x with the noise ε (m, n, d)."""
    away = x + size * noise - x.mean(axis=0)
    return float(((away @ a.T + noise / size) ** 2).sum(axis=-1).mean())


def _covariance(x):
    x = np.asarray(x, float)
    away = x - x.mean(axis=0)
    s = away.T @ away / len(x)
    if np.linalg.matrix_rank(s) < len(s):
        raise BadInput(f"implicit: the covariance of x {x.shape} has no inverse; wanted more rows, or noise added")
    return s
