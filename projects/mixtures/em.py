"""EM for a mixture of normal distributions whose covariances belong to a family: from labels, to where the likelihood is flat."""

from dataclasses import dataclass

import numpy as np

import families
from abacus.errors import BadInput

EPS = np.finfo(np.float64).eps
RANGE = 2.0**400  # of a feature's width: products of two of them, and their inverses, are numbers


class Collapsed(BadInput):
    """A component has shrunk to a point, a line or a plane, or has lost its points: the likelihood has no maximum there."""


@dataclass(frozen=True)
class Mixture:
    """π (K,), μ (K, d), Σ (K, d, d) of the family `name`."""

    name: str
    weights: np.ndarray
    means: np.ndarray
    covariances: np.ndarray


@dataclass(frozen=True)
class Moments:
    """What the E-step gives: the log-likelihood, and Σ z (K,), means (K, d), scatters about them (K, d, d) of the components.

    density (n,): log Σ π N of each row, posterior (n, K): z; both empty unless they were asked for.
    """

    log_likelihood: float
    n: np.ndarray
    means: np.ndarray
    scatter: np.ndarray
    density: np.ndarray
    posterior: np.ndarray


def spread(x):
    """T (d, d), lower triangular, with T T′ the covariance of all rows: what a component's width is compared with.

    BadInput where a feature has one value. Where features depend on each other, the triangle is that of each alone.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        off = x - x.mean(axis=0)
    if not (x != x[0]).any(axis=0).all():
        raise BadInput("a feature has one value only: a normal density needs some width in every direction")
    with np.errstate(over="ignore", invalid="ignore"):
        widths = np.sqrt((off**2).mean(axis=0))
    if not ((widths > 1 / RANGE) & (widths < RANGE)).all():
        raise BadInput(
            f"a feature varies by {np.abs(off).max():.3g}: its squares leave the range of double precision, scale X"
        )
    try:
        return widths[:, None] * np.linalg.cholesky(np.atleast_2d((off / widths).T @ (off / widths) / len(x)))
    except np.linalg.LinAlgError:
        return np.diag(widths)


def roots(mixture, whole):
    """R_k = L_k⁻¹ with Σ_k = L_k L_k′, (K, d, d). Collapsed where R_k T is so large that Σ_k is √ε of all rows', some way."""
    d, found = mixture.means.shape[1], []
    for k, covariance in enumerate(mixture.covariances):
        try:
            root = np.linalg.inv(np.linalg.cholesky(covariance))
        except np.linalg.LinAlgError:
            root = np.full((d, d), np.inf)
        with np.errstate(invalid="ignore"):
            narrow = not ((root @ whole) ** 2).sum() < d / np.sqrt(EPS)
        if narrow:
            at = ", ".join(f"{v:.6g}" for v in mixture.means[k])
            raise Collapsed(
                f"a component has collapsed onto ({at}): its covariance is singular, the likelihood without bound"
            )
        found.append(root)
    return np.tril(np.array(found))


def expectation(x, mixture, whole, keep=False):
    """The E-step (eqs. 2 to 5) of the rows x (n, d) as Moments."""
    import passes

    k, d = mixture.means.shape
    root, diagonal = roots(mixture, whole), mixture.name[2] == "I"
    constants = (
        np.log(mixture.weights) + np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1) - 0.5 * d * np.log(2 * np.pi)
    )
    density, posterior = (np.empty(len(x)), np.empty((len(x), k))) if keep else (np.empty(0), np.empty((0, k)))
    n, sums, scatter = np.zeros(k), np.zeros((k, d)), np.zeros((k, d, d))
    total = passes.expectation(x, mixture.means, root, constants, diagonal, keep, density, posterior, n, sums, scatter)
    if not np.isfinite(total):
        raise BadInput(
            "a row is so far from all components that its density cannot be computed: scale X, or leave it out"
        )
    scatter += np.tril(scatter, -1).transpose(0, 2, 1)
    safe = np.where(n > 0, n, 1.0)
    moved = sums / safe[:, None]
    scatter -= moved[:, :, None] * sums[:, None, :]  # eq. 5: about the new means
    if diagonal:
        scatter *= np.eye(d)
    return Moments(total, n, mixture.means + moved, scatter, density, posterior)


def maximise(name, moments, before=None):
    """The M-step (eq. 6): weights, means, and covariances of the family."""
    if not moments.n.min() > EPS * moments.n.sum():
        raise Collapsed("a component has lost all of its points")
    with np.errstate(divide="ignore", invalid="ignore"):
        covariances = families.maximise(name, moments.n, moments.scatter, before)
    return Mixture(name, moments.n / moments.n.sum(), moments.means, covariances)


def of_posterior(x, z):
    """Moments of the rows under given posteriors z (n, K), such as labels."""
    n = z.sum(axis=0)
    if not n.min() > 0:
        raise Collapsed("a component has no points to begin with")
    means = z.T @ x / n[:, None]
    off = x[None] - means[:, None]
    scatter = np.einsum("nk,kni,knj->kij", z, off, off, optimize=True)
    return Moments(-np.inf, n, means, scatter, np.empty(0), z)


def of_labels(x, labels, k):
    """Moments of the rows by their labels (n,), 0 to k − 1."""
    return of_posterior(x, np.eye(k)[labels])


def climb(x, moments, name, whole, tol, most):
    """(Mixture, log L, steps, converged): EM from an M-step, until |gain| ≤ tol (1 + |log L|), eq. 7, or `most` steps."""
    before, mixture, steps, converged = np.inf, None, 0, False
    while steps < most and not converged:
        steps += 1
        mixture = maximise(name, moments, mixture.covariances if mixture else None)
        moments = expectation(x, mixture, whole)
        converged = abs(moments.log_likelihood - before) <= tol * (1.0 + abs(moments.log_likelihood))  # eq. 7
        before = moments.log_likelihood
    return mixture, moments.log_likelihood, steps, converged
