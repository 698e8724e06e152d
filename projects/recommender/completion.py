"""A whole matrix from some of its entries: singular value thresholding (Cai, Candès & Shen 2010), and where it begins to fail."""

from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from abacus.settings import above, at_least

_DENSE = 0.2  # share of known entries from which products with the full array are faster than sparse ones
_SPARE = 6  # directions more than are needed, in the hunt for the largest singular values


@dataclass
class Config:
    size: int = at_least(2)  # rows and columns of the matrix
    rank: int = at_least(1)  # of the matrix
    oversampling: float = above(1)  # known entries for each number that a matrix of this rank has: rank (2 size − rank)
    tolerance: float = above(0)  # relative residual on the known entries at which the iteration ends


def complete(cfg: Config, job):
    """Iterations and relative error, in units of 1e-4, of the completion of a random matrix (Table 5.1)."""
    n, r = cfg.size, cfg.rank
    rng = job.rng("matrix")
    left, right = rng.standard_normal((n, r)), rng.standard_normal((n, r))
    known = round(cfg.oversampling * r * (2 * n - r))
    at = np.sort(job.rng("entries").choice(n * n, known, replace=False))
    values = np.einsum("ij,ij->i", left[at // n], right[at % n])
    given = sparse.csr_array((values, at % n, np.searchsorted(at, np.arange(n + 1) * n)), shape=(n, n))
    u, s, v, steps = threshold(given, 5 * n, 1.2 * n * n / known, cfg.tolerance, job.rng("start"), job.log)
    return {"iterations": steps, "relative error": 1e4 * distance(u * s, v, left, right), "rank": s.size}


def distance(a, b, left, right):
    """‖a b' − left right'‖ / ‖left right'‖ (Frobenius), without a matrix of full size."""
    square = lambda p, q, x, y: np.einsum("ij,ij->", p.T @ x, q.T @ y)  # noqa: E731
    whole = square(left, right, left, right)
    return np.sqrt(max(square(a, b, a, b) - 2 * square(a, b, left, right) + whole, 0.0) / whole)


def threshold(given, tau, delta, tolerance, rng, log=lambda **values: None, most=500):
    """SVT on a CSR matrix of the known entries: (u, s, v, iterations), the matrix is (u * s) @ v.T.

    X = D_τ(Y), Y ← Y + δ P(M − X)  (eq. 21 and 22), from Y = k₀ δ P(M), where k₀ = ⌈τ / (δ ‖P(M)‖₂)⌉ skips the steps in
    which X is 0 (their section 5.1.3). Ends at ‖P(X − M)‖ ≤ tolerance ‖P(M)‖, or after `most` iterations.
    """
    from factors import dots

    rows = np.repeat(np.arange(given.shape[0]), np.diff(given.indptr))
    size = np.sqrt((given.data**2).sum())
    y = Directions(given, rng)
    largest = y.leading(1, 8)[1][0]
    y.scale(np.ceil(tau / (delta * largest)) * delta)
    rank = 0
    for step in range(1, most + 1):
        u, s, v = y.above(tau, rank)  # eq. 21
        rank = s.size
        residual = given.data - dots(rows, given.indices, u * (s - tau), v)
        relative = np.sqrt((residual**2).sum()) / size
        log(step=step, residual=relative, rank=rank)
        if relative <= tolerance:
            break
        y.add(delta * residual)  # eq. 22
    return u, s - tau, v, step


class Directions:
    """A matrix with a fixed set of entries, and the directions of its largest singular values, kept warm from call to call."""

    def __init__(self, known, rng):
        self.matrix = known.copy()
        self.dense = known.toarray() if known.nnz > _DENSE * known.shape[0] * known.shape[1] else None
        self.at = np.repeat(np.arange(known.shape[0]), np.diff(known.indptr)), known.indices
        self.rng = rng
        self.v = np.empty((known.shape[1], 0))

    def scale(self, factor):
        """Multiply the matrix."""
        self.matrix.data *= factor
        if self.dense is not None:
            self.dense *= factor

    def add(self, values):
        """Add to the known entries."""
        self.matrix.data += values
        if self.dense is not None:
            self.dense[self.at] += values

    def leading(self, count, passes):
        """(u, s, v) of the `count` + 6 largest singular values, by `passes` block steps from where the last call ended."""
        a = self.matrix if self.dense is None else self.dense
        wanted = min(count + _SPARE, *a.shape)
        fresh = self.rng.standard_normal((a.shape[1], max(wanted - self.v.shape[1], 0)))
        v = np.concatenate([self.v[:, :wanted], fresh], axis=1)
        transposed = self.matrix.T.tocsr() if self.dense is None else self.dense.T
        for _ in range(passes):
            q = linalg.qr(a @ v, mode="economic", overwrite_a=True, check_finite=False)[0]
            v = transposed @ q  # eq. 23
        w, s, left = linalg.svd(v, full_matrices=False, overwrite_a=True, check_finite=False)
        self.v = w
        return q @ left.T, s, w

    def above(self, tau, guess):
        """All singular values above τ with their vectors; `guess` is how many there were last time."""
        count, passes = guess + 1, 2
        while True:
            u, s, v = self.leading(count, passes)
            more = int((s > tau).sum())
            if more < count or more == min(self.matrix.shape):
                return u[:, :more], s[:more], v[:, :more]
            count, passes = more + 5, 4  # their section 5.1.1: five more at a time


@dataclass
class Grid:
    size: int = at_least(4)  # rows and columns of the matrices
    trials: int = at_least(1)  # matrices for each rank and number of known entries
    cells: int = at_least(2)  # ranks, and shares of known entries
    steps: int = at_least(10)  # of the minimisation
    tolerance: float = above(0)  # relative error up to which a matrix counts as found


def transition(cfg: Grid, job):
    """Share of the matrices that the least nuclear norm completes, for each rank and share of known entries."""
    ranks = np.unique(np.linspace(1, cfg.size // 2, cfg.cells).round().astype(int))
    shares = np.linspace(0, 1, cfg.cells + 1)[1:]
    for i, rank in enumerate(ranks.tolist()):
        for share in shares.tolist():
            rng = job.rng("matrices", rank, round(share * 1000))
            m = rng.standard_normal((cfg.trials, cfg.size, rank)) @ rng.standard_normal((cfg.trials, rank, cfg.size))
            known = rng.random(m.shape) < share
            x = least_norm(np.where(known, m, 0.0), known, cfg.steps)
            error = np.linalg.norm(x - m, axis=(1, 2)) / np.linalg.norm(m, axis=(1, 2))
            job.log(rank=rank, share=share, found=float((error < cfg.tolerance).mean()))
        job.progress((i + 1) / len(ranks))
    half = [line["found"] for line in job.logged()]
    return {"matrices": len(half) * cfg.trials, "completed": float(np.mean(half))}


def least_norm(values, known, steps):
    """The matrices (n, p, q) of least nuclear norm among those with the known values, by the alternating direction method.

    X = D_1(Z − W), Z = X + W with the known values put back, W ← W + X − Z  (eq. 24); the values are scaled so that the
    largest singular value is about p.
    """
    size = np.linalg.norm(values, 2, axis=(1, 2), keepdims=True) / values.shape[1]
    z, w = values / np.maximum(size, np.finfo(float).tiny), np.zeros_like(values)
    fixed = z[known]
    for _ in range(steps):
        u, s, v = np.linalg.svd(z - w, full_matrices=False)
        x = (u * np.maximum(s - 1, 0)[:, None]) @ v  # eq. 24
        z = x + w
        z[known] = fixed
        w += x - z
    return z * size
