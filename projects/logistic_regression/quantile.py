"""Quantile regression, exactly: from vertex to vertex of the linear programme, with weighted quantiles as line search."""

from statistics import NormalDist
from typing import NamedTuple

import numpy as np

import design
from abacus import streams
from abacus.errors import BadInput

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
    return float(np.sum(residuals * (q - (residuals < 0))))  # eq. 10


def fit(x, y, q):
    """The β that minimises Σ ρ_q(y - x β), eq. (10), with 0 < q < 1, for linearly independent columns of x."""
    if not 0 < q < 1:
        raise BadInput(f"q must lie between 0 and 1, got {q}")
    x, y = design.checked(x, y, "quantile.fit")
    beta, residuals, vertices = descend(x, y, q)
    raw = y - np.quantile(y, q, method="inverted_cdf")
    return Fit(beta, check_loss(residuals, q), check_loss(raw, q), vertices)


def descend(x, y, q, limit=10_000):
    """(β, residuals, vertices) by Barrodale & Roberts' descent over fits through p of the points, 0 ≤ q ≤ 1.

    At a vertex p residuals are 0. Letting one of them go gives 2 p edges; along the steepest one the loss is convex and
    piecewise linear, and its lowest breakpoint, a weighted quantile, is the next vertex. No edge that descends: done.

    Where more than p residuals are 0, the descent could turn in a circle. So y is thought of as y + ε u, u random and
    ε > 0 smaller than any number: residuals are pairs, of which the second counts where the first is 0. What rounding
    may have done counts as 0, and twice that from when a basis is met again.
    """
    p, size = x.shape[1], np.abs(x)
    basis, seen, rounding = _independent_rows(x), set(), x.shape[1] * np.finfo(np.float64).eps
    both = np.column_stack([y, streams.rng(0, "ties").standard_normal(len(y))])
    for vertices in range(1, limit):
        edges = np.linalg.inv(x[basis])  # along column j, the basis residual j alone changes: r_j = -t
        beta, changes = np.linalg.solve(x[basis], both[basis]), x @ edges
        residuals = both - x @ beta
        residuals[np.abs(residuals) <= rounding * _terms(size, basis, changes, beta)] = 0.0
        residuals[basis] = 0.0
        changes[np.abs(changes) <= rounding * _terms(size, basis, changes, edges)] = 0.0
        sign = np.sign(np.where(residuals[:, 0] == 0, residuals[:, 1], residuals[:, 0]))
        along = np.where(sign > 0, q, np.where(sign < 0, q - 1, 0.0)) @ changes
        slopes = np.concatenate([(1 - q) - along, q + along])  # of the loss for β + t d_j and β - t d_j
        best = int(slopes.argmin())
        leaving = best % p
        if slopes[best] >= -rounding * np.abs(changes[:, leaving]).sum():
            return beta[:, 0], residuals[:, 0], vertices
        change = changes[:, leaving] if best < p else -changes[:, leaving]
        basis[leaving] = _line_search(change, residuals, basis, slopes[best])
        if frozenset(basis.tolist()) in seen:
            rounding, seen = 2 * rounding, set()
            if rounding**2 > np.finfo(np.float64).eps:
                raise ArithmeticError("the columns are too close to collinear for an exact quantile")
        seen.add(frozenset(basis.tolist()))
    raise ArithmeticError(f"no optimal vertex after {limit} steps")


def _terms(size, basis, changes, v):
    """The sum of the terms of x · v by size, where v solves a system with x[basis]: what its rounding is a share of."""
    return np.abs(changes).sum(axis=1, keepdims=True) * (size[basis] @ np.abs(v)).max(axis=0) + size @ np.abs(v)


def _line_search(change, residuals, basis, slope):
    """The point whose residual reaches 0 where the loss along the edge stops falling; residuals fall by t change."""
    moving = np.setdiff1d(np.flatnonzero(change), basis)
    t = residuals[moving] / change[moving, None]
    ahead = (t[:, 0] > 0) | ((t[:, 0] == 0) & (t[:, 1] > 0))
    moving, t = moving[ahead], t[ahead]
    order = moving[np.lexsort((t[:, 1], t[:, 0]))]
    total = slope + np.cumsum(np.abs(change[order]))  # passing a breakpoint raises the slope by |change|
    return order[min(np.searchsorted(total, 0.0), len(order) - 1)]


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
    return np.sqrt(sparsity**2 * q * (1 - q) * np.diag(np.linalg.inv(x.T @ x)))  # eq. 11


KERNELS = {
    "epanechnikov": lambda u: np.where(np.abs(u) < np.sqrt(5), 0.75 * (1 - u**2 / 5) / np.sqrt(5), 0.0),
    "epan2": lambda u: np.where(np.abs(u) < 1, 0.75 * (1 - u**2), 0.0),
    "biweight": lambda u: np.where(np.abs(u) < 1, 15 / 16 * (1 - u**2) ** 2, 0.0),
    "rectangle": lambda u: np.where(np.abs(u) < 1, 0.5, 0.0),
    "gaussian": lambda u: np.exp(-0.5 * u**2) / np.sqrt(2 * np.pi),
}
