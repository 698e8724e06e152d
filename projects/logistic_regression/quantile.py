"""Quantile regression, exactly: from vertex to vertex of the linear programme, with weighted quantiles as line search."""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

NORMAL = NormalDist()


class Fit(NamedTuple):
    """Coefficients (p,), the weighted sum of absolute deviations, the raw one about the quantile of y, vertices seen."""

    coefficients: np.ndarray
    deviations: float
    raw: float
    vertices: int

    @property
    def pseudo_r2(self):
        """1 - deviations about the fit / deviations about the quantile (Koenker & Machado 1999)."""
        return 1 - self.deviations / self.raw


def check_loss(residuals, q):
    """ρ_q(r) = r (q - [r < 0]), eq. (10), summed."""
    return float(np.sum(residuals * (q - (residuals < 0))))


def fit(x, y, q, limit=10_000):
    """The β that minimises Σ ρ_q(y - x β): Barrodale & Roberts' descent over fits through p of the points.

    At a vertex p residuals are 0. Letting one of them go gives 2 p edges; along the steepest one the loss is convex and
    piecewise linear, and its lowest breakpoint, a weighted quantile, is the next vertex. No edge that descends: done.
    """
    n, p = x.shape
    basis = _independent_rows(x)
    for vertices in range(1, limit):
        inverse = np.linalg.inv(x[basis])
        beta = inverse @ y[basis]
        residuals = y - x @ beta
        residuals[basis] = 0.0
        sign = np.sign(residuals)
        pull = x.T @ np.where(sign > 0, q, np.where(sign < 0, q - 1, 0.0))  # -gradient of the smooth part
        along = pull @ inverse  # of the edge that changes basis residual j alone: r_j = -t
        slopes = np.concatenate([(1 - q) - along, q + along])  # of the loss for β + t d_j and β - t d_j
        best = int(slopes.argmin())
        if slopes[best] >= -1e-12 * n:
            raw = y - np.quantile(y, q, method="inverted_cdf")
            return Fit(beta, check_loss(residuals, q), check_loss(raw, q), vertices)
        leaving, direction = best % p, inverse[:, best % p] * (1 if best < p else -1)
        basis[leaving] = _line_search(x @ direction, residuals, basis, slopes[best])
    raise ArithmeticError(f"no optimal vertex after {limit} steps")


def _line_search(change, residuals, basis, slope):
    """The point whose residual reaches 0 where the loss along the edge stops falling; residuals fall by t change."""
    with np.errstate(divide="ignore", invalid="ignore"):
        t = residuals / change
    ahead = np.flatnonzero((t > 0) & np.isfinite(t))
    ahead = ahead[~np.isin(ahead, basis)]
    order = ahead[np.argsort(t[ahead], kind="stable")]
    total = slope + np.cumsum(np.abs(change[order]))  # passing a breakpoint raises the slope by |change|
    return order[np.searchsorted(total, 0.0)]


def _independent_rows(x):
    """p rows of x that are linearly independent, by elimination with pivots."""
    work, rows = x.astype(np.float64).copy(), []
    for column in range(x.shape[1]):
        rows.append(int(np.abs(work[:, column]).argmax()))
        work -= np.outer(work[:, column] / work[rows[-1], column], work[rows[-1]])
    return np.array(rows)


def standard_errors(x, residuals, q, kernel):
    """√(s² q (1 - q) (XᵀX)⁻¹), eq. (11), s = 1 / f(0) by a kernel estimate of the residuals' density at 0.

    Bandwidth: Hall & Sheather's h on the scale of q, turned into residuals by the normal, as Stata's vce(iid) does.
    """
    n = len(residuals)
    z = NORMAL.inv_cdf(q)
    density = NORMAL.pdf(z)
    h = n ** (-1 / 3) * NORMAL.inv_cdf(0.975) ** (2 / 3) * (1.5 * density**2 / (2 * z**2 + 1)) ** (1 / 3)
    low, high = np.quantile(residuals, [0.25, 0.75], method="averaged_inverted_cdf")
    spread = min(residuals.std(ddof=1), (high - low) / 1.34)
    width = spread * (NORMAL.inv_cdf(q + h) - NORMAL.inv_cdf(q - h))
    sparsity = n * width / KERNELS[kernel](residuals / width).sum()
    return np.sqrt(sparsity**2 * q * (1 - q) * np.diag(np.linalg.inv(x.T @ x)))


KERNELS = {
    "epanechnikov": lambda u: np.where(np.abs(u) < np.sqrt(5), 0.75 * (1 - u**2 / 5) / np.sqrt(5), 0.0),
    "epan2": lambda u: np.where(np.abs(u) < 1, 0.75 * (1 - u**2), 0.0),
    "biweight": lambda u: np.where(np.abs(u) < 1, 15 / 16 * (1 - u**2) ** 2, 0.0),
    "rectangle": lambda u: np.where(np.abs(u) < 1, 0.5, 0.0),
    "gaussian": lambda u: np.exp(-0.5 * u**2) / np.sqrt(2 * np.pi),
}
