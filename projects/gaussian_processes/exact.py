"""Exact regression by one Cholesky factor: the evidence and its slope, leaving one out, predictions (R & W 2006, chapters 2, 5).

One matrix (n, n) is held: the covariance is overwritten by its factor, the factor by its inverse, and the slope walks over
blocks of rows, so ten thousand samples need 0.8 GB.
"""

import warnings
from typing import NamedTuple

import numpy as np
from scipy.linalg import lapack

from abacus.errors import BadInput

ROWS = 256  # of a block
JITTER = (1e-10, 1e-8, 1e-6)  # shares of the mean variance that are tried where the matrix is not positive definite


class Posterior(NamedTuple):
    """The factor L (n, n; its lower triangle counts), weights K⁻¹y (n,), and log evidence."""

    factor: np.ndarray
    weights: np.ndarray
    evidence: float


def posterior(kernel, x, y, noise):
    """The Posterior of targets y (n,) at x (n, d); noise is a variance, or one for each sample: eqs. (9), (10).

    A covariance that is not positive definite gets jitter, with a warning that says how much; BadInput where that does not help.
    """
    for share in (0.0, *JITTER):
        k = covariance(kernel, x, noise)
        added = share * float(np.mean(np.diagonal(k)))
        k[np.diag_indices(len(k))] += added
        if factorise(k):
            if share:
                text = f"the covariance is not positive definite: a jitter of {added:.1e} was added to its diagonal"
                warnings.warn(text, RuntimeWarning, stacklevel=4)
            return _solved(k, y)
    raise BadInput(
        "the covariance is not positive definite, and a jitter of a millionth does not help: more noise would"
    )


def moderate(x):
    """x (n, d) in float64, rows after each other; BadInput where the sum of its squares overflows."""
    x = np.ascontiguousarray(x, np.float64)
    with np.errstate(over="ignore"):
        total = np.square(x).sum()
    if not np.isfinite(total):
        raise BadInput("the squares of X overflow: scale the features")
    return x


def covariance(kernel, x, noise):
    """K + noise on the diagonal (n, n): eq. (1). The lower triangle; what is above it means nothing."""
    n = len(x)
    k = np.empty((n, n))
    for i in range(0, n, ROWS):
        j = min(i + ROWS, n)
        k[i:j, :j] = kernel.pull(x[i:j], x[:j], i)[0]  # eq. 1
    k[np.diag_indices(n)] += noise
    if not np.isfinite(np.tril(k[-ROWS:]).sum() + np.trace(k)):
        raise BadInput("the kernel's values overflow: scale the features")
    return k


def whole(kernel, x):
    """K (n, n), finite, both triangles."""
    k = kernel(x)
    if not np.isfinite(k.sum()):
        raise BadInput("the kernel's values overflow: scale the features")
    return k


def factorise(k):
    """k's lower triangle becomes L with L Lᵀ = k; False where k is not positive definite."""
    _, failed = lapack.dpotrf(k.T, lower=0, overwrite_a=1, clean=0)
    return failed == 0


def solve(factor, b):
    """(L Lᵀ)⁻¹ b."""
    return lapack.dpotrs(factor.T, np.asfortranarray(b), lower=0)[0]


def half_solve(factor, b):
    """L⁻¹ b, b (n, m)."""
    return lapack.dtrtrs(factor.T, np.asfortranarray(b), lower=0, trans=1)[0]


def evidence_slope(kernel, x, y, noise):
    """(log p(y | x, θ), its slope in θ): eqs. (10), (11). (−inf, zeros) where the covariance is not positive definite."""
    k = covariance(kernel, x, noise)
    if not factorise(k):
        return -np.inf, np.zeros(len(kernel.theta))
    found = _solved(k, y)
    lapack.dpotri(k.T, lower=0, overwrite_c=1)  # the factor becomes the inverse
    total = np.zeros(len(kernel.theta))
    for i in range(0, len(x), ROWS):
        j = min(i + ROWS, len(x))
        w = np.outer(found.weights[i:j], found.weights[:j]) - k[i:j, :j]  # αα' − K⁻¹
        w[:, i:] = np.tril(w[:, i:], -1)
        w[:, :i] *= 2.0
        w[:, i:] *= 2.0
        rows = np.arange(i, j)
        w[rows - i, rows] = found.weights[i:j] ** 2 - k[rows, rows]
        total += 0.5 * kernel.pull(x[i:j], x[:j], i)[1](w)  # eq. 11
    return found.evidence, total


def leave_one_out(factor, weights, y):
    """Mean and variance (n,) of each target given all others, of one factor: eq. (12)."""
    inverse = np.diagonal(lapack.dpotri(factor.copy().T, lower=0)[0])
    return y - weights / inverse, 1 / inverse  # eq. 12


def predict(kernel, x, found, new):
    """Mean (m,) and variance (m,) of the function (and of White's noise) at the rows of `new`: eq. (9), block by block."""
    mean, variance = np.empty(len(new)), kernel.diag(new)
    for i in range(0, len(new), ROWS):
        j = min(i + ROWS, len(new))
        cross = kernel(new[i:j], x)
        mean[i:j] = cross @ found.weights  # eq. 9
        variance[i:j] -= (half_solve(found.factor, cross.T) ** 2).sum(axis=0)
    return mean, np.maximum(variance, 0.0)


def _solved(factor, y):
    weights = solve(factor, y)
    logs = np.log(np.diagonal(factor)).sum()
    return Posterior(factor, weights, float(-0.5 * y @ weights - logs - 0.5 * len(y) * np.log(2 * np.pi)))  # eq. 10
