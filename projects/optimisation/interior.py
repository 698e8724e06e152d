"""A primal-dual interior point method with predictor and corrector (Mehrotra 1992); free variables as they are."""

import math

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import splu

import door
import programmes
from programmes import Solution

BACK = 0.9995  # how much of the way to the nearest end a step takes
NEAR = 1e-6  # the error from which on a step that gains little is the factors' fault
ROUNDS = 10  # of refinement, at most
FAST, CAREFUL = (
    (0.0, 1e-8),
    (1e-3, 1e-10),
)  # the least pivot for its column; what is added to both diagonals, and refined away


def solve(asked, tolerance=1e-12, most=200, watch=lambda x: None):
    """The Solution of a Programme: A x = b with x − l = s ≥ 0 and u − x = t ≥ 0, all s z and t w at a falling μ  (eq. 25).

    A row that is no equation has a variable of its own for its activity. Ends where the relative errors of both sides and
    of the gap are below `tolerance`, or where they no longer fall. `watch` is given x before each step.
    """
    door.whole(most=most)
    form = _Form(asked)
    point, best = form.start(), None
    for steps in range(most + 1):
        error = point.errors(form)
        mu = point.mu()
        watch(point.x[: form.n])
        if best is not None and max(best[0]) / 2 < max(error) < NEAR:
            form.exactness = CAREFUL  # near the end the fast factors are too rough
        if best is None or max(error) < max(best[0]):
            best = error, point, steps
        if max(error) <= tolerance:
            return form.solution(asked, point, "optimal", steps)
        if steps == most or steps - best[2] >= 15 or not math.isfinite(mu):
            break
        proof = form.proof(asked, point) if steps % 5 == 4 else None
        if proof:
            return form.solution(asked, point, proof[0], steps, proof[1])
        moved = _step(form, point)
        if moved is None:
            break
        point = moved
    error, point, _ = best
    proof = form.proof(asked, point)
    if proof and max(error) > math.sqrt(tolerance):
        return form.solution(asked, point, proof[0], steps, proof[1])
    status = "optimal" if max(error) <= math.sqrt(tolerance) else "stopped"
    return form.solution(asked, point, status, steps)


class _Form:
    """min c·x, A x = b, with the places L and U of the finite ends."""

    def __init__(self, asked):
        m, n = asked.matrix.shape
        open_rows = np.flatnonzero(asked.row_low != asked.row_high)
        slack = sparse.csc_array(
            (-np.ones(len(open_rows)), (open_rows, np.arange(len(open_rows)))), shape=(m, len(open_rows))
        )
        self.a = sparse.csc_array(sparse.hstack([asked.matrix, slack]))
        self.b = np.where(asked.row_low == asked.row_high, asked.row_low, 0.0)
        self.c = np.concatenate([asked.costs, np.zeros(len(open_rows))])
        low = np.concatenate([asked.low, asked.row_low[open_rows]])
        high = np.concatenate([asked.high, asked.row_high[open_rows]])
        self.has_low, self.has_high = np.isfinite(low), np.isfinite(high)
        self.low, self.high = np.where(self.has_low, low, 0.0), np.where(self.has_high, high, 0.0)
        self.n, rows, self.exactness = n, len(self.b), FAST
        self.transposed = sparse.csr_array(self.a.T)
        corners = sparse.eye_array(self.a.shape[1]), sparse.eye_array(rows)
        self.kkt = sparse.csc_array(sparse.block_array([[corners[0], self.a.T], [self.a, corners[1]]]))
        self.kkt.sort_indices()
        column = np.repeat(np.arange(self.kkt.shape[1]), np.diff(self.kkt.indptr))
        self.diagonal = np.flatnonzero(self.kkt.indices == column)  # the places of its diagonal, which changes

    def start(self):
        """x near the least norm with A x = b, pushed inside its ends; y and z likewise from the costs."""
        m, n = self.a.shape
        solve = self.factor(np.ones(n))
        middle = np.where(self.has_low & self.has_high, (self.low + self.high) / 2, self.low + self.high)
        x = solve(np.zeros(n), self.b - self.a @ middle)[0] + middle
        y = -solve(self.c, np.zeros(m))[1]
        reduced = self.c + self.a.T @ -y
        size = max(1.0, np.abs(x).max(initial=0) ** 0.5)
        s = np.where(self.has_low, np.maximum(x - self.low, size), 1.0)
        t = np.where(self.has_high, np.maximum(self.high - x, size), 1.0)
        dual = max(1.0, np.abs(reduced).max(initial=0) ** 0.5)
        z = np.where(self.has_low, np.maximum(reduced, dual), 0.0)
        w = np.where(self.has_high, np.maximum(-reduced, dual), 0.0)
        return _Point(x, y, s, t, z, w)

    def factor(self, inverse_theta):
        """A function that solves −Θ⁻¹ dx + Aᵀ dy = f, A dx = g  (eq. 26) for f (n,), g (m,), refined against this matrix."""
        n = self.a.shape[1]
        pivot, proximal = self.exactness
        self.kkt.data[self.diagonal[:n]], self.kkt.data[self.diagonal[n:]] = (
            -inverse_theta - proximal,
            proximal,
        )  # eq. 26
        lu = splu(self.kkt, permc_spec="MMD_AT_PLUS_A", diag_pivot_thresh=pivot, options={"SymmetricMode": True})

        def rest_of(found):
            x, y = found[:n], found[n:]
            return np.concatenate([inverse_theta * x - self.transposed @ y, -(self.a @ x)])

        def solve(f, g):
            right = np.concatenate([f, g])
            found = lu.solve(right)
            rest = right + rest_of(found)
            for _ in range(ROUNDS):
                better = found + lu.solve(rest)
                left = right + rest_of(better)
                if not np.abs(left).max() < 0.5 * np.abs(rest).max():
                    break
                found, rest = better, left
            return found[:n], found[n:]

        return solve

    def proof(self, asked, point):
        """("infeasible", multipliers) or ("unbounded", ray) where the growing point is one; None else."""
        y, x = point.y, point.x[: self.n]
        scale = np.abs(y).max(initial=0.0)
        if scale > 1e4 and programmes.shows_infeasible(asked, y / scale) > 0:
            return "infeasible", y / scale
        size = np.abs(x).max(initial=0.0)
        if size > 1e4 and programmes.shows_unbounded(asked, x / size) > 0:
            return "unbounded", x / size
        return None

    def solution(self, asked, point, status, steps, certificate=None):
        x = np.clip(point.x[: self.n], asked.low, asked.high)
        return Solution(status, x, float(asked.costs @ x), point.y, steps, certificate)


class _Point:
    """x, y, distances s and t to the ends, and their multipliers z and w."""

    def __init__(self, x, y, s, t, z, w):
        self.x, self.y, self.s, self.t, self.z, self.w = x, y, s, t, z, w

    def mu(self):
        count = max(1, np.count_nonzero(self.z) + np.count_nonzero(self.w))
        return float((self.s @ self.z + self.t @ self.w) / count)

    def residuals(self, form):  # of eq. 25
        primal = form.b - form.a @ self.x
        low = np.where(form.has_low, form.low - self.x + self.s, 0.0)
        high = np.where(form.has_high, form.high - self.x - self.t, 0.0)
        dual = form.c - form.a.T @ self.y - self.z + self.w
        return primal, low, high, dual

    def errors(self, form):
        """Relative errors of A x = b and the ends, of the dual side, and of the gap between the two objectives."""
        primal, low, high, dual = self.residuals(form)
        size = 1 + max(np.abs(form.b).max(initial=0), np.abs(self.x).max(initial=0))
        value = form.c @ self.x
        bound = form.b @ self.y + form.low @ self.z - form.high @ self.w
        most = max(np.abs(r).max(initial=0) for r in (primal, low, high))
        return (
            most / size,
            np.abs(dual).max(initial=0) / (1 + np.abs(form.c).max(initial=0)),
            abs(value - bound) / (1 + abs(value)),
        )


def _step(form, p):
    """One predictor (μ → 0) and one corrector, which takes μ and the product that the predictor left out  (eq. 27)."""
    primal, low, high, dual = p.residuals(form)
    try:
        solve = form.factor(p.z / p.s + p.w / p.t)
    except RuntimeError:  # the matrix is singular to rounding: there is nothing left to gain
        return None

    def direction(sz, tw):
        f = (
            dual
            - np.where(form.has_low, (sz + p.z * low) / p.s, 0)
            + np.where(form.has_high, (tw - p.w * high) / p.t, 0)
        )
        dx, dy = solve(f, primal)
        ds = np.where(form.has_low, dx - low, 0.0)
        dt = np.where(form.has_high, high - dx, 0.0)
        return dx, dy, ds, dt, (sz - p.z * ds) / p.s, (tw - p.w * dt) / p.t

    mu = p.mu()
    zero = np.where(form.has_low, -p.s * p.z, 0.0), np.where(form.has_high, -p.t * p.w, 0.0)
    _, _, ds, dt, dz, dw = direction(*zero)
    ahead, dual_ahead = min(_room(p.s, ds), _room(p.t, dt)), min(_room(p.z, dz), _room(p.w, dw))
    count = max(1, form.has_low.sum() + form.has_high.sum())
    after = (p.s + ahead * ds) @ (p.z + dual_ahead * dz) + (p.t + ahead * dt) @ (p.w + dual_ahead * dw)
    sigma = (max(after, 0.0) / count / mu) ** 3 if mu > 0 else 0.0
    aim = min(sigma, 1.0) * mu
    dx, dy, ds, dt, dz, dw = direction(  # eq. 27
        np.where(form.has_low, zero[0] + aim - ds * dz, 0.0), np.where(form.has_high, zero[1] + aim - dt * dw, 0.0)
    )
    if not (np.isfinite(dx).all() and np.isfinite(dy).all()):
        return None
    a, b = BACK * min(_room(p.s, ds), _room(p.t, dt)), BACK * min(_room(p.z, dz), _room(p.w, dw))
    a, b = min(a, 1.0), min(b, 1.0)
    return _Point(p.x + a * dx, p.y + b * dy, p.s + a * ds, p.t + a * dt, p.z + b * dz, p.w + b * dw)


def _room(values, move):
    """The longest step that keeps all values at or above 0, at most 1/BACK."""
    falling = move < 0
    if not falling.any():
        return 1 / BACK
    return min(1 / BACK, float((values[falling] / -move[falling]).min()))
