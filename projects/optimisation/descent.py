"""Smooth minimisation: gradient descent, Nesterov, conjugate gradients, Newton, BFGS and L-BFGS.

A function is fun(x) -> (f, gradient), x and gradient (n,). `minimise` takes the rule that gives directions:

    minimise(rosenbrock, [-1.2, 1], BFGS())
"""

import copy
import math
from typing import NamedTuple

import numpy as np

import door
import line_search
from abacus.errors import BadInput

EPS = np.finfo(float).eps


class Minimum(NamedTuple):
    """The best x (n,), f there, the largest entry of its gradient, `steps`, `evaluations` of fun, and why it ended.

    `path` has x after each step, the start first, (steps + 1, n). `converged`: the gradient is below the tolerance.
    """

    x: np.ndarray
    f: float
    gradient: float
    steps: int
    evaluations: int
    reason: str
    converged: bool
    path: np.ndarray


class Steepest:
    """d = −∇f  (eq. 1)."""

    search = staticmethod(line_search.backtracking)

    def direction(self, x, g):
        return -g  # eq. 1

    def first(self, g, before):
        return 2 * before if before else 1 / max(1.0, np.abs(g).max())

    def learn(self, s, y):
        pass


class ConjugateGradients(Steepest):
    """d = −∇f + β d, with β of Polak and Ribière, never below 0  (eq. 5)."""

    def __init__(self):
        self.last, self.along = None, None

    def search(self, *what):
        return line_search.wolfe(*what, flat=line_search.FLATTER)

    def direction(self, x, g):
        if self.last is None:
            d = -g
        else:
            beta = max(0.0, float(g @ (g - self.last) / (self.last @ self.last)))  # eq. 5
            d = beta * self.along - g
            if g @ d >= 0:
                d = -g
        self.last, self.along = g, d
        return d

    def first(self, g, before):
        return before or 1 / max(1.0, np.abs(g).max())


class Newton(Steepest):
    """d = −(∇²f + τI)⁻¹ ∇f  (eq. 6): τ is 0 where the Hessian is positive definite, else the first of a doubling row."""

    def __init__(self, hessian):
        self.hessian = hessian

    def direction(self, x, g):
        h = np.asarray(self.hessian(x), float)
        if h.shape != (len(x), len(x)) or not np.isfinite(h).all():
            raise BadInput(f"Newton: the Hessian at {x} is not a finite matrix of shape {(len(x), len(x))}")
        size = np.abs(h).max() or 1.0
        shift = 0.0
        while True:
            try:
                lower = np.linalg.cholesky(h + shift * np.eye(len(x)))
            except np.linalg.LinAlgError:
                shift = max(2 * shift, 1e-3 * size)
                continue
            return -np.linalg.solve(lower.T, np.linalg.solve(lower, g))  # eq. 6

    def first(self, g, before):
        return 1.0


class BFGS(Steepest):
    """d = −H∇f, where H learns the inverse Hessian from the steps: (eq. 7)."""

    search = staticmethod(line_search.wolfe)

    def __init__(self):
        self.h = None

    def direction(self, x, g):
        return -g if self.h is None else -(self.h @ g)

    def first(self, g, before):
        return 1.0 if before else 1 / max(1.0, float(np.abs(g).sum()))

    def learn(self, s, y):
        sy = float(s @ y)
        if not sy > EPS * np.linalg.norm(s) * np.linalg.norm(y):
            return  # no curvature was seen
        if self.h is None:
            self.h = sy / (y @ y) * np.eye(len(s))
        hy = self.h @ y
        self.h += ((sy + y @ hy) / sy**2) * np.outer(s, s) - (np.outer(hy, s) + np.outer(s, hy)) / sy  # eq. 7


class LBFGS(BFGS):
    """BFGS that remembers the last `memory` pairs s, y and no matrix: O(memory · n) a step.

    H = γI + [S γY] M [S γY]ᵀ with the small M of Byrd, Nocedal & Schnabel 1994, (3.1)  (eq. 8): the pairs stand as rows
    of two arrays, so that a direction is four products with them.
    """

    def __init__(self, memory=10):
        door.whole(1, memory=memory)
        self.memory, self.count, self.end = memory, 0, 0

    def direction(self, x, g):
        if not self.count:
            return -g
        k, rows = self.count, slice(self.end - self.count, self.end)
        s, y, triangle = self.s[rows], self.y[rows], self.inverse[:k, :k]
        a, b = s @ g, y @ g
        u = triangle @ a
        v = triangle.T @ (self.diagonal[:k] * u + self.gamma * (self.yy[:k, :k] @ u - b))
        return self.gamma * (u @ y) - self.gamma * g - v @ s  # eq. 8

    def learn(self, s, y):
        sy, yy = float(s @ y), float(y @ y)
        if not sy > EPS * math.sqrt(s @ s) * math.sqrt(yy):
            return
        m = self.memory
        if not hasattr(self, "s"):
            self.s, self.y = np.empty((8 * m, len(s))), np.empty((8 * m, len(s)))
            self.inverse, self.yy, self.diagonal = np.zeros((m, m)), np.zeros((m, m)), np.zeros(m)
        if self.end == len(self.s):
            keep = slice(self.end - self.count, self.end)
            self.s[: self.count], self.y[: self.count] = self.s[keep].copy(), self.y[keep].copy()
            self.end = self.count
        if self.count == m:  # the oldest pair goes
            for small in (self.inverse, self.yy):
                small[:-1, :-1] = small[1:, 1:].copy()
            self.diagonal[:-1] = self.diagonal[1:].copy()
            self.count -= 1
        k = self.count
        before = slice(self.end - k, self.end)
        self.s[self.end], self.y[self.end], self.diagonal[k], self.gamma = s, y, sy, sy / yy
        self.inverse[:k, k] = self.inverse[:k, :k] @ (self.s[before] @ y) / -sy  # of the triangle s_i · y_j, i ≤ j
        self.inverse[k, :k], self.inverse[k, k] = 0.0, 1 / sy
        self.yy[k, :k] = self.yy[:k, k] = self.y[before] @ y
        self.yy[k, k] = yy
        self.count, self.end = k + 1, self.end + 1


@np.errstate(over="ignore", invalid="ignore")  # what is not finite is looked at and said
def minimise(fun, start, rule, tolerance=1e-8, most=10_000):
    """The Minimum that steps x ← x + t d find: d by the `rule`, t by its line search; largest gradient ≤ `tolerance`.

    The rule itself is not changed: what it learns belongs to this run alone."""
    door.whole(most=most)
    x, f, g = begin(fun, start)
    path, evaluations, length, rule = [x], 1, 0.0, copy.copy(rule)
    for steps in range(most + 1):
        largest = float(np.abs(g).max())
        if largest <= tolerance:
            return Minimum(x, f, largest, steps, evaluations, "the gradient is small", True, np.array(path))
        if steps == most:
            break
        d = rule.direction(x, g)
        slope = float(g @ d)
        found = rule.search(fun, x, f, slope, d, rule.first(g, length)) if slope < 0 else None
        if found is None or (found.x == x).all():
            reason = "no step along the direction makes f smaller: rounding, or a gradient that is not f's"
            return Minimum(x, f, largest, steps, evaluations, reason, False, np.array(path))
        rule.learn(found.x - x, found.gradient - g)
        length, x, f, g = found.length, found.x, found.f, found.gradient
        evaluations += found.evaluations
        path.append(x)
        if f == -math.inf:
            return Minimum(x, f, largest, steps, evaluations, "f has no lower bound", False, np.array(path))
    return Minimum(x, f, largest, most, evaluations, f"stopped after {most} steps", False, np.array(path))


def gradient_descent(fun, start, rate, tolerance=1e-8, most=10_000):
    """x ← x − η ∇f with one rate for all steps; on a quadratic it converges for η < 2/L  (eq. 4)."""
    door.positive(rate=rate)
    return _fixed(fun, start, lambda x, before, g: x - rate * g, tolerance, most)


def heavy_ball(fun, start, rate, momentum, tolerance=1e-8, most=10_000):
    """x ← x − η ∇f + β (x − the x before)  (Polyak 1964; eq. 9)."""
    door.positive(rate=rate)
    return _fixed(fun, start, lambda x, before, g: x - rate * g + momentum * (x - before), tolerance, most)  # eq. 9


def nesterov(fun, start, rate, momentum, tolerance=1e-8, most=10_000):
    """y = x + β (x − the x before), x ← y − η ∇f(y)  (Nesterov 1983; eq. 10)."""
    door.positive(rate=rate)

    def step(x, before, g):
        ahead = x + momentum * (x - before)
        return ahead - rate * fun(ahead)[1]  # eq. 10

    return _fixed(fun, start, step, tolerance, most, twice=True)


@np.errstate(over="ignore", invalid="ignore")
def _fixed(fun, start, step, tolerance, most, twice=False):
    door.whole(most=most)
    x, f, g = begin(fun, start)
    path, before = [x], x
    for steps in range(most + 1):
        largest = float(np.abs(g).max())
        evaluations = 1 + steps * (1 + twice)
        if largest <= tolerance:
            return Minimum(x, f, largest, steps, evaluations, "the gradient is small", True, np.array(path))
        if steps == most:
            break
        before, x = x, step(x, before, g)
        f, g = fun(x)
        if not (math.isfinite(f) and np.isfinite(g).all()):
            reason = "f became infinite: the rate is too large"
            return Minimum(before, math.inf, largest, steps, evaluations, reason, False, np.array(path))
        path.append(x)
    return Minimum(x, f, largest, most, evaluations, f"stopped after {most} steps", False, np.array(path))


def begin(fun, start):
    """The start as an array (n,), with f and gradient there; BadInput where one is not finite or of another shape."""
    x = door.numbers("the start", start)
    f, g = fun(x)
    if np.ndim(f) or not math.isfinite(f):
        raise BadInput(f"f is {f} at the start {x}: wanted a start where f is finite")
    g = np.asarray(g, float)
    if g.shape != x.shape or not np.isfinite(g).all():
        raise BadInput(
            f"the gradient at the start has shape {g.shape} or is not finite; wanted finite numbers, {x.shape}"
        )
    return x, float(f), g
