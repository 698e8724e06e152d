"""Binary regression by maximum likelihood: Newton's method, standard errors, Z scores, and separable data."""

import warnings
from typing import NamedTuple

import numpy as np
from scipy.special import log_ndtr

import convergence
import design
import separation
from abacus.errors import BadInput

RIDGE = (
    1e-2  # of the regularised answer where the likelihood has no maximum: a prior N(0, 1 / RIDGE) on a standardised x
)
STEPS = 100
ROUNDING = 1e-14  # of a sum of log-likelihoods: a step that loses no more is not a step down


class Fit(NamedTuple):
    """Coefficients (p,) of the columns of x, their covariance (p, p), log-likelihoods, Newton steps, and whether the
    data were separable: then the coefficients are those of the penalised likelihood and the covariance is NaN."""

    coefficients: np.ndarray
    covariance: np.ndarray
    log_likelihood: float
    null_log_likelihood: float
    steps: int
    separated: bool

    @property
    def errors(self):
        """Standard errors: the roots of the diagonal of the inverse information, eq. (6)."""
        return np.sqrt(np.diag(self.covariance))  # eq. 6

    @property
    def z(self):
        """Z scores: coefficients over their standard errors."""
        return self.coefficients / self.errors


def logit(eta):
    """log p, its first and second derivative by eta, p = 1 / (1 + e^-eta): eqs. (2) and (3)."""
    p = 1 / (1 + np.exp(-np.abs(eta)))
    p = np.where(eta >= 0, p, 1 - p)
    return -np.logaddexp(0, -eta), 1 - p, -p * (1 - p)  # eq. 2 and 3


def probit(eta):
    """log p, its first and second derivative by eta, p = Φ(eta): eq. (7); the ratio φ/Φ is kept where Φ underflows."""
    log_p = log_ndtr(eta)
    ratio = np.exp(-0.5 * eta**2 - 0.5 * np.log(2 * np.pi) - log_p)
    return log_p, ratio, -ratio * (eta + ratio)  # eq. 7


LINKS = {"logit": logit, "probit": probit}


def maximum_likelihood(x, y, link="logit"):
    """Newton's method on the log-likelihood of y (n,) in {0, 1} given x (n, p), whose first column is the constant.

    Both links are symmetric, p(-eta) = 1 - p(eta), so that a sample contributes log p(sign x·β), sign = 2 y - 1; the
    likelihood is concave and a step that would lower it is halved. It ends when a step moves no
    coefficient by 1e-12 of the largest.
    """
    if link not in LINKS:
        raise BadInput(f"link must be one of {', '.join(LINKS)}, got {link!r}")
    x, y = _checked(x, y)
    sign = (2 * y - 1)[:, None]
    basis, back = np.linalg.qr(x)  # x = basis · back: no offset or unit of the columns is left
    gamma, value, steps, rested = _climb(sign * basis, LINKS[link], np.zeros(x.shape[1]))
    beta = np.linalg.solve(back, gamma)
    if separation.separable(x, y.astype(np.int64), np.array([0 * beta, beta])):
        warnings.warn(
            "the classes are separable: along some direction the likelihood grows for ever and its maximum does not "
            "exist. The coefficients are those of the likelihood with a weak ridge penalty; they have no standard errors.",
            separation.Separation,
            stacklevel=2,
        )
        scale = np.where(x.std(axis=0) > 0, x.std(axis=0), 0.0)
        ridge = RIDGE * scale**2 + 1e-12 * (scale == 0)
        beta, _, steps, _ = _climb(sign * x, LINKS[link], np.zeros(x.shape[1]), ridge)
        value = LINKS[link](sign[:, 0] * (x @ beta))[0].sum()
        return Fit(beta, np.full((x.shape[1],) * 2, np.nan), float(value), _null(y), steps, True)
    if not rested:
        slope = (sign * x).T @ LINKS[link](sign[:, 0] * (basis @ gamma))[1]
        convergence.warn("Newton's method", steps, np.abs(slope).max(), 0.0)
    back = np.linalg.inv(back)
    covariance = back @ np.linalg.inv(information(sign * basis, gamma, link)) @ back.T
    return Fit(beta, covariance, float(value), _null(y), steps, False)


def reweighted(x, y, steps):
    """The same maximum by `steps` weighted least squares from β = 0, eq. (8), with the last step's own (XᵀWX)⁻¹.

    That covariance belongs to the weights before the last step: what a glm program prints that stops when the deviance
    rests. Four steps give every digit of ESL's Tables 4.2 and 4.3, whose Z scores the true maximum misses.
    """
    x, y = _checked(x, y)
    eta = np.zeros(len(y))
    for _ in range(steps):
        p = 1 / (1 + np.exp(-eta))
        w = p * (1 - p)
        covariance = np.linalg.inv(x.T @ (w[:, None] * x))
        beta = covariance @ (x.T @ (w * eta + y - p))  # eq. 8
        eta = x @ beta
    return Fit(beta, covariance, float(logit(eta * (2 * y - 1))[0].sum()), _null(y), steps, False)


def _checked(x, y):
    """x with independent columns and y of 0 and 1, as float64; BadInput otherwise."""
    x, y = design.checked(x, y, "a maximum likelihood fit")
    other = y[(y != 0) & (y != 1)]
    if len(other):
        raise BadInput(f"y must be 0 or 1, got {other[0]:g}")
    return x, y


def _null(y):
    """The log-likelihood of the constant alone."""
    share = y.mean()
    return float(len(y) * (share * np.log(share) + (1 - share) * np.log1p(-share))) if 0 < share < 1 else 0.0


def information(signed, beta, link):
    """The observed information -∂²ℓ/∂β∂βᵀ = Xᵀ W X, eq. (5)."""
    _, _, curvature = LINKS[link](signed @ beta)
    return signed.T @ (-curvature[:, None] * signed)  # eq. 5


def _climb(signed, link, beta, penalty=None):
    """Newton steps, eq. (4), from beta: (beta, value, steps, whether it rests), with a ridge `penalty` on each coefficient."""
    ridge = np.zeros(len(beta)) if penalty is None else penalty
    log_p, slope, curvature = link(signed @ beta)  # eq. 1
    value = log_p.sum()
    for step in range(STEPS):
        eta = signed @ beta
        if penalty is None and (eta > 0).all():  # a plane between the classes: a proof, not a suspicion
            return beta, value, step, False
        hessian = signed.T @ (-curvature[:, None] * signed) + np.diag(ridge)
        if penalty is None and _singular(hessian):
            return beta, value, step, False
        direction = np.linalg.solve(hessian, signed.T @ slope - ridge * beta)  # eq. 4
        size, before = 1.0, value
        while size > 1e-9:
            moved = beta + size * direction
            log_p, slope, curvature = link(signed @ moved)
            value = log_p.sum() - 0.5 * ridge @ moved**2
            if value >= before - ROUNDING * abs(before):
                break
            size /= 2
        else:
            return beta, before, step, True
        beta = moved
        if np.abs(size * direction).max() <= 1e-12 * np.abs(beta).max():
            return beta, value, step + 1, True
    return beta, value, STEPS, False


def _singular(hessian):
    """Whether the information has vanished in some direction beside what it is in others (its units set to one)."""
    scale = np.sqrt(np.diag(hessian))
    if not (scale > 0).all():
        return True
    return np.linalg.eigvalsh(hessian / np.outer(scale, scale))[0] < 1e-13
