"""The singular value decomposition: QR with pivoting, then Jacobi's rotations on the rows of R; what it is good for."""

import numpy as np

from abacus.errors import BadInput
from elimination import floats, matrix, restored, right_side, scaled
from orthogonal import pivoted_qr, qr

SWEEPS = 60  # a bound that is never met: ten are many
LOST = np.finfo(float).tiny / np.finfo(float).eps  # squares below it have lost digits


def svd(a):
    """A = U diag(s) Vᵀ: U (m, k), s (k,) falling, Vᵀ (k, n), k = min(m, n) (eqs. 20 to 22).

    Values below 1e-146 of the largest come out as zero.
    """
    a = matrix(a)
    if a.shape[0] < a.shape[1]:
        u, s, vt = svd(a.T)
        return vt.T.copy(), s, u.T.copy()
    a, scale = scaled(a)
    q, r, columns = pivoted_qr(a)  # eq. 21
    y, w = r.copy(), np.eye(len(r))  # the rows of R, and of Wᵀ
    orthogonalise(y, w)
    s = np.sqrt(np.einsum("ij,ij->i", y, y))
    order = np.argsort(-s, kind="stable")
    y, w, s = y[order], w[order], s[order]
    vt = np.empty_like(y)
    vt[:, columns] = _complete(y, s)
    return q @ w.T, restored(s, scale), vt  # eq. 20


def orthogonalise(y, w):
    """Turn pairs of rows of y (n, p), and of w (n, any) alike, until all rows of y are orthogonal (eq. 22), in place."""
    tolerance = np.finfo(float).eps * np.sqrt(y.shape[1])
    for _ in range(SWEEPS):
        y[np.einsum("ij,ij->i", y, y) < LOST] = 0.0
        turned = [_turn(y, w, one, other, tolerance) for one, other in _rounds(len(y))]
        if not any(turned):
            return
    raise ArithmeticError(f"Jacobi: the rows are not orthogonal after {SWEEPS} sweeps")


def _turn(y, w, one, other, tolerance):
    """Make row one[i] orthogonal to row other[i], for all i at once (eq. 22); False where all were."""
    a, b, g = (np.einsum("ij,ij->i", y[i], y[j]) for i, j in ((one, one), (other, other), (one, other)))
    open_ = np.abs(g) > tolerance * np.sqrt(a) * np.sqrt(b)
    if not open_.any():
        return False
    one, other, a, b, g = one[open_], other[open_], a[open_], b[open_], g[open_]
    difference = b - a
    with np.errstate(over="ignore"):
        t = np.where(difference < 0, -2, 2) * g / (np.abs(difference) + np.hypot(difference, 2 * g))
    c = (1 / np.hypot(1, t))[:, None]  # eq. 22
    s = c * t[:, None]
    for rows in (y, w):
        first, second = rows[one], rows[other]
        rows[one], rows[other] = c * first - s * second, s * first + c * second
    return True


def _rounds(n):
    """n − 1 rounds of n/2 pairs that share nobody, as two index arrays: everybody meets everybody (a chess tournament)."""
    seats = np.arange(n + n % 2)
    for _ in range(len(seats) - 1):
        one, other = seats[: len(seats) // 2], seats[::-1][: len(seats) // 2]
        real = (one < n) & (other < n)
        yield one[real], other[real]
        seats[1:] = np.roll(seats[1:], 1)


def _complete(y, s):
    """The rows y over their lengths s, the zero ones (all last) replaced by unit vectors at right angles to all others."""
    rank = np.count_nonzero(s)
    units = y[:rank] / s[:rank, None]
    if rank == len(y):
        return units
    q, _ = qr(np.hstack([units.T, np.eye(y.shape[1])]))
    return np.vstack([units, q.T[rank : len(y)]])


def of_rank(a, k):
    """The matrix of rank k that is nearest to A, in either norm: U₁..ₖ diag(s₁..ₖ) V₁..ₖᵀ (eq. 23; Eckart & Young 1936)."""
    u, s, vt = svd(a)
    if k not in range(1, len(s) + 1):
        raise BadInput(f"rank {k}: a matrix of {len(u)} by {vt.shape[1]} has ranks 1 to {len(s)}")
    return (u[:, :k] * s[:k]) @ vt[:k]  # eq. 23


def condition(a):
    """κ₂ = s₁/sₙ (eq. 24): by how much a relative error of b may grow in x of Ax = b; infinite where sₙ is 0."""
    s = svd(scaled(matrix(a))[0])[1]  # a ratio: no size matters
    return s[0] / s[-1] if s[-1] > 0 else np.inf  # eq. 24


def least_squares(a, b):
    """The shortest x of those that make ‖b − Ax‖ least: V diag(1/s) Uᵀb over the s that stand above rounding (eq. 25)."""
    u, s, vt = svd(a)
    b = floats(right_side(b, len(u)))
    rank = np.count_nonzero(s > max(len(u), vt.shape[1]) * np.finfo(float).eps * s[0])
    return vt[:rank].T @ ((u[:, :rank].T @ b).T / s[:rank]).T  # eq. 25
