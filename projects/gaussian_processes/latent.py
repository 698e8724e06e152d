"""Classification: a normal law in the place of the posterior of f, by Laplace or expectation propagation (R & W 2006, ch. 3)."""

from typing import NamedTuple

import numpy as np
from scipy.special import log_ndtr, ndtr

import exact
from abacus.errors import BadInput

STEPS = 100
TINY = 1e-10  # the evidence's last change, as a share of it


class Sites(NamedTuple):
    """A posterior N(K weights, (K⁻¹ + diag(precision))⁻¹) of f at the samples, and the approximate log evidence.

    `factor` is that of B = I + S½ K S½, S = diag(precision) (n,). Of Laplace also `first` and `third` (n,), the slopes of
    log p(y | f) in f at the likeliest f.
    """

    sign: np.ndarray
    weights: np.ndarray
    precision: np.ndarray
    factor: np.ndarray
    evidence: float
    first: np.ndarray | None = None
    third: np.ndarray | None = None

    def back(self, k):
        """W (n, n) with ∂ evidence/∂θ = Σ W ∘ ∂K/∂θ (R & W 2006, eqs. 5.20 to 5.27)."""
        root = np.sqrt(self.precision)
        middle = root[:, None] * exact.solve(self.factor, np.eye(len(k))) * root  # (K + S⁻¹)⁻¹
        explicit = np.outer(self.weights, self.weights) - middle
        if self.first is None:
            return 0.5 * explicit  # moments that match do not move with the sites
        half = exact.half_solve(self.factor, root[:, None] * k)
        s = 0.5 * (np.diagonal(k) - (half * half).sum(axis=0)) * self.third  # ∂ evidence/∂f
        cross = np.outer(s - middle @ (k @ s), self.first)
        return 0.5 * (explicit + cross + cross.T)


class Logistic:
    """p(y | f) = 1 / (1 + e^(−y f)), y = ±1."""

    @staticmethod
    def log(z):
        """log p (n,) at z = y f, and its first three derivatives in z."""
        p = 1 / (1 + np.exp(-np.clip(z, -700, 700)))
        q = p * (1 - p)
        return -np.logaddexp(0, -z), 1 - p, -q, -q * (1 - 2 * p)

    @staticmethod
    def averaged(mean, variance):
        """∫ p(1 | f) N(f; mean, variance) df (n,), by the trapezoid rule, which is exact to rounding for deviations below 10."""
        t = np.linspace(-9, 9, 451)
        weight = np.exp(-0.5 * t * t)
        weight /= weight.sum()
        blocks = [slice(i, i + 4096) for i in range(0, len(mean), 4096)]
        deviation = np.sqrt(variance)
        with np.errstate(over="ignore"):
            parts = [1 / (1 + np.exp(-(mean[b, None] + deviation[b, None] * t))) @ weight for b in blocks]
        return np.concatenate(parts)


class Probit:
    """p(y | f) = Φ(y f), y = ±1."""

    @staticmethod
    def log(z):
        """log p (n,) at z = y f, and its first three derivatives in z."""
        log, r = log_ndtr(z), ratio(z)
        second = -r * (z + r)
        return log, r, second, -second * (z + 2 * r) - r

    @staticmethod
    def averaged(mean, variance):
        """∫ Φ(f) N(f; mean, variance) df = Φ(mean / √(1 + variance)): eq. (16)."""
        return ndtr(mean / np.sqrt(1 + variance))  # eq. 16


LINKS = {"logistic": Logistic, "probit": Probit}


def ratio(z):
    """φ(z) / Φ(z), for far negative z too."""
    return np.exp(-0.5 * z * z - 0.5 * np.log(2 * np.pi) - log_ndtr(z))


def laplace(k, sign, link):
    """The Sites at the likeliest f: Newton's steps, each made shorter until the posterior grows: eqs. (13), (14)."""
    f, weights = np.zeros(len(k)), np.zeros(len(k))
    log, first, second, third = link.log(sign * f)
    height = log.sum()
    for _ in range(STEPS):
        precision = np.maximum(-second, 1e-300)
        root, factor = np.sqrt(precision), _shifted(k, precision)
        b = precision * f + sign * first
        aim = b - root * exact.solve(factor, root * (k @ b))  # eq. 13
        size, before = 1.0, height
        while True:
            trial = weights + size * (aim - weights)
            f_trial = k @ trial
            log, first, second, third = link.log(sign * f_trial)
            height = log.sum() - 0.5 * trial @ f_trial
            if height >= before or size < 1e-6:
                break
            size /= 2
        weights, f = trial, f_trial
        if height - before <= TINY * max(1.0, abs(height)):
            break
    precision = np.maximum(-second, 1e-300)
    factor = _shifted(k, precision)
    evidence = float(height - np.log(np.diagonal(factor)).sum())  # eq. 14

    # the third derivative in f is y³ = y times that in z
    return Sites(sign, weights, precision, factor, evidence, sign * first, sign * third)


def expectation_propagation(k, sign):
    """The Sites whose moments agree with those of Φ(y f) times the others: eq. (15), all sites at once, half a step each."""
    n = len(k)
    precision, pull = np.zeros(n), np.zeros(n)
    mean, variance, factor, before = np.zeros(n), np.diagonal(k).copy(), np.eye(n), -np.inf
    damping = 0.8
    for step in range(4 * STEPS):
        rest = 1 / variance - precision  # the cavity: all sites but one
        rest_mean = (mean / variance - pull) / rest
        scale = np.sqrt(1 + 1 / rest)
        z = sign * rest_mean / scale
        slope = ratio(z)
        evidence = _ep_evidence(z, mean, precision, pull, rest, rest_mean, factor)
        if abs(evidence - before) <= TINY * max(1.0, abs(evidence)):
            break
        if step > 20 and evidence < before - 1e-3:
            damping = max(damping / 2, 0.1)
        before = evidence
        new_mean = rest_mean + sign * slope / (rest * scale)  # eq. 15
        new_variance = 1 / rest - slope * (z + slope) / (rest * scale) ** 2
        new_precision = np.maximum(1 / new_variance - rest, 1e-12)
        new_pull = new_mean / new_variance - rest * rest_mean
        precision = precision + damping * (new_precision - precision)
        pull = pull + damping * (new_pull - pull)
        root, factor = np.sqrt(precision), _shifted(k, precision)
        half = exact.half_solve(factor, root[:, None] * k)
        variance = np.diagonal(k) - (half * half).sum(axis=0)
        mean = k @ pull - half.T @ (half @ pull)
    root = np.sqrt(precision)
    weights = pull - root * exact.solve(factor, root * (k @ pull))

    return Sites(sign, weights, precision, factor, float(evidence))


def evidence_slope(approximate, kernel, x, sign):
    """The approximate log evidence of signs (n,) at x (n, d), and its slope in θ; (−inf, zeros) where K is too ill for it."""
    k, back = kernel.pull(x, x, 0)
    try:
        found = approximate(k, sign)
    except (BadInput, FloatingPointError):
        return -np.inf, np.zeros(len(kernel.theta))
    if not np.isfinite(found.evidence):
        return -np.inf, np.zeros(len(kernel.theta))
    return found.evidence, back(found.back(k))


def predict(kernel, x, sites, new):
    """Mean and variance (m,) of f at the rows of `new`."""
    mean, variance, root = np.empty(len(new)), kernel.diag(new), np.sqrt(sites.precision)
    for i in range(0, len(new), exact.ROWS):
        j = min(i + exact.ROWS, len(new))
        cross = kernel(new[i:j], x)
        mean[i:j] = cross @ sites.weights
        variance[i:j] -= (exact.half_solve(sites.factor, root[:, None] * cross.T) ** 2).sum(axis=0)
    return mean, np.maximum(variance, 0.0)


def _ep_evidence(z, mean, precision, pull, rest, rest_mean, factor):
    """log Z of the sites: R & W eqs. 3.73 and 3.74, their terms put together."""
    quadratic = 0.5 * (pull @ mean) - 0.5 * (pull**2 / (precision + rest)).sum()
    cavity = 0.5 * (rest_mean * rest * (precision * rest_mean - 2 * pull) / (precision + rest)).sum()
    return (
        log_ndtr(z).sum() + 0.5 * np.log1p(precision / rest).sum() - np.log(np.diagonal(factor)).sum()
        + quadratic + cavity
    )  # fmt: skip


def _shifted(k, precision):
    """The lower factor of I + S½ K S½, whose eigenvalues are 1 at least."""
    root = np.sqrt(precision)
    b = root[:, None] * k * root
    b[np.diag_indices(len(b))] += 1.0
    if not np.isfinite(b.sum()) or not exact.factorise(b):
        raise BadInput("the kernel's matrix is not positive definite: more noise, or a longer length_scale, would help")
    return b
