"""Quadratic programmes by an active set, and sequential quadratic programming for smooth constraints."""

import math
from typing import NamedTuple

import numpy as np

import door
from abacus.errors import BadInput
from least_squares import complex_step, expect_complex

EPS = np.finfo(float).eps


class Optimum(NamedTuple):
    """x (n,), f, `multipliers` of the constraints in their order, `steps`, why it ended, and whether x is a solution."""

    x: np.ndarray
    f: float
    multipliers: np.ndarray
    steps: int
    reason: str
    converged: bool


def quadratic(g, c, a, b, equal=0):
    """min ½ xᵀGx + c·x, the first `equal` rows of A x = b, the others A x ≥ b (Goldfarb & Idnani 1983).

    The start is −G⁻¹c. Each step takes a constraint that is violated into the active set: x moves along z, the multipliers
    by r  (eq. 28); one whose multiplier would turn negative leaves. G must be positive definite: else BadInput. Where the
    constraints contradict one another `converged` is False, and `multipliers` y ≥ 0 prove it: Aᵀy = 0 and b·y > 0.
    """
    c = door.numbers("quadratic: c", c)
    n, m = len(c), len(b)
    g, b = door.numbers("quadratic: G", g, (n, n)), door.numbers("quadratic: b", b, (m,))
    a = door.numbers("quadratic: A", a, (m, n)) if m else np.zeros((0, n))
    door.whole(equal=equal)
    if equal > m:
        raise BadInput(f"quadratic: {equal} equations of {m} rows")
    if np.abs(g - g.T).max() > math.sqrt(EPS) * np.abs(g).max():
        raise BadInput("quadratic: G is not symmetric")
    try:
        lower = np.linalg.cholesky(g)
    except np.linalg.LinAlgError:
        raise BadInput("quadratic: G is not positive definite") from None
    white = np.linalg.solve(lower, a.T)  # L⁻¹ Aᵀ
    x = -np.linalg.solve(lower.T, np.linalg.solve(lower, c))
    active, signs, u = [], [], np.zeros(0)
    size = 1 + np.abs(a) @ np.abs(x) + np.abs(b)
    for steps in range(1, 100 * (len(b) + n) + 1):
        gap = a @ x - b
        size = np.maximum(size, 1 + np.abs(a) @ np.abs(x))
        p = _violated(gap, size, equal, active)
        if p is None:
            return _optimum(g, c, x, active, signs, u, len(b), steps - 1)
        sign = -1.0 if p < equal and gap[p] > 0 else 1.0
        own = 0.0
        while True:
            d = sign * white[:, p]
            r, rest = _project(white[:, active] * signs, d)
            z = np.linalg.solve(lower.T, rest)
            slope = float(rest @ rest)
            removable = [k for k, i in enumerate(active) if i >= equal and r[k] > EPS]
            leaving = min(removable, key=lambda k: u[k] / r[k], default=None)
            dual = math.inf if leaving is None else u[leaving] / r[leaving]
            primal = -sign * (a[p] @ x - b[p]) / slope if slope > 1e3 * n * EPS * max(1e-300, d @ d) else math.inf
            t = min(primal, dual)
            if t == math.inf:
                proof = np.zeros(len(b))
                proof[active], proof[p] = -r * signs, sign
                return Optimum(x, math.nan, proof, steps, "the constraints contradict one another", False)
            if primal < math.inf:
                x = x + t * z  # eq. 28
            u, own = u - t * r, own + t
            if t == primal:
                active, signs, u = [*active, p], np.append(signs, sign), np.append(u, own)
                break
            active, signs, u = _without(active, leaving), np.delete(signs, leaving), np.delete(u, leaving)
    return Optimum(x, math.nan, np.zeros(len(b)), steps, f"stopped after {steps} steps", False)


def _violated(gap, size, equal, active):
    """The constraint that misses its end most, for its size; an equation counts on both sides. None where all hold."""
    missing = np.concatenate([np.abs(gap[:equal]), -gap[equal:]]) / size
    missing[active] = -math.inf
    if not len(missing) or missing.max() <= 100 * EPS:
        return None
    return int(missing.argmax())


def _project(columns, d):
    """(r, rest): d = columns r + rest, rest at right angles to the columns."""
    if not columns.shape[1]:
        return np.zeros(0), d
    q, triangle = np.linalg.qr(columns)
    part = q.T @ d
    rest = d - q @ part
    return np.linalg.solve(triangle, part), rest - q @ (q.T @ rest)


def _without(items, k):
    return [*items[:k], *items[k + 1 :]]


def _optimum(g, c, x, active, signs, u, count, steps):
    multipliers = np.zeros(count)
    multipliers[active] = u * signs
    return Optimum(x, float(x @ g @ x / 2 + c @ x), multipliers, steps, "every constraint holds", True)


class Problem(NamedTuple):
    """min f(x), equations(x) = 0, inequalities(x) ≥ 0, low ≤ x ≤ high; formulas of complex numbers; a list each."""

    f: object
    start: list
    equations: object = None
    inequalities: object = None
    low: list | None = None
    high: list | None = None


def sqp(problem, tolerance=1e-10, most=500):
    """Sequential quadratic programming: the step d solves min ½ dᵀBd + ∇f·d with linear constraints  (eq. 29).

    B is a damped BFGS of the Lagrangian (Powell 1978), d is shortened until f + ν Σ violations falls; where the full step
    would fail for the curvature of the constraints alone it is corrected once (a second-order correction).
    """
    door.whole(1, most=most)
    x = door.numbers("sqp: the start", problem.start)
    constraints, equal, n = _constraints(problem), 0, len(x)
    if problem.equations:
        equal = len(problem.equations(x))
    values = constraints(x)
    f = float(problem.f(x))
    if not (math.isfinite(f) and np.isfinite(values).all()):
        raise BadInput(f"sqp: f or a constraint is not finite at the start {x}")
    for name, part in (("f", problem.f), ("equations", problem.equations), ("inequalities", problem.inequalities)):
        if part:
            expect_complex(f"sqp: values of {name}", part, x)

    def missing(values):
        return np.concatenate([np.abs(values[:equal]), np.maximum(0.0, -values[equal:])])

    def slopes(x):
        return complex_step(lambda at: np.array([problem.f(at)]), x)[0], complex_step(constraints, x)

    b, price = np.eye(n), 1.0
    gradient, jacobian = slopes(x)
    for steps in range(1, most + 1):
        found = quadratic(b, gradient, jacobian, -values, equal)  # eq. 29
        if not found.converged:
            reason = "the linear constraints at x contradict one another"
            return Optimum(x, f, found.multipliers, steps, reason, False)
        d, multipliers = found.x, found.multipliers
        left = gradient - jacobian.T @ multipliers
        violated = missing(values).max(initial=0.0)
        slack = np.abs(multipliers[equal:] * values[equal:]).max(initial=0.0)
        if max(np.abs(left).max(), slack) <= tolerance * (1 + np.abs(gradient).max()) and violated <= tolerance:
            return Optimum(x, f, multipliers, steps - 1, "the conditions of Karush, Kuhn and Tucker hold", True)
        price = max(1.5 * np.abs(multipliers).max(initial=0.0), price / 2, 1e-3)
        before = f + price * missing(values).sum()
        falls = gradient @ d - price * missing(values).sum()
        rounding = 10 * EPS * (1 + abs(f) + price * np.abs(jacobian @ x).max(initial=0.0))
        length, corrected = 1.0, False
        while True:
            new = x + length * d
            f_new, values_new = float(np.real(problem.f(new))), constraints(new)
            merit = f_new + price * missing(values_new).sum()
            if merit <= before + 1e-4 * length * falls + rounding:
                break
            if length == 1.0 and not corrected:
                again = quadratic(b, gradient, jacobian, -(values_new - jacobian @ d), equal)
                if again.converged:
                    new = x + again.x
                    f_new, values_new = float(np.real(problem.f(new))), constraints(new)
                    if f_new + price * missing(values_new).sum() <= before + 1e-4 * falls + rounding:
                        break
                corrected = True
            length /= 2
            if length < 1e-12:
                reason = "no step makes f and the violations smaller"
                return Optimum(x, f, multipliers, steps, reason, bool(violated <= math.sqrt(tolerance)))
        gradient_new, jacobian_new = slopes(new)
        s = new - x
        y = gradient_new - gradient - (jacobian_new - jacobian).T @ multipliers
        b = _damped(b, s, y)
        x, f, values, gradient, jacobian = new, f_new, values_new, gradient_new, jacobian_new
    return Optimum(x, f, multipliers, most, f"stopped after {most} steps", False)


def _damped(b, s, y):
    """Powell's BFGS: y is mixed with B s until s·y ≥ 0.2 sᵀBs, so B stays positive definite  (eq. 30)."""
    bs = b @ s
    curvature, seen = float(s @ bs), float(s @ y)
    if curvature <= 0 or not math.isfinite(curvature):
        return b
    theta = 1.0 if seen >= 0.2 * curvature else 0.8 * curvature / (curvature - seen)
    mixed = theta * y + (1 - theta) * bs  # eq. 30
    new = b + np.outer(mixed, mixed) / (s @ mixed) - np.outer(bs, bs) / curvature
    return (new + new.T) / 2


def _constraints(problem):
    """x -> all constraints: equations, inequalities, low ends, high ends."""
    n = len(problem.start)
    low = np.full(n, -np.inf) if problem.low is None else np.array(problem.low, float)
    high = np.full(n, np.inf) if problem.high is None else np.array(problem.high, float)
    if low.shape != (n,) or high.shape != (n,):
        raise BadInput(f"sqp: low of shape {low.shape} and high of shape {high.shape} for {n} variables")
    if not (low <= high).all():
        k = int(np.flatnonzero(~(low <= high))[0])
        raise BadInput(f"sqp: variable {k}: {low[k]:g} to {high[k]:g} is empty: its sides cross")
    bounded, capped = np.isfinite(low), np.isfinite(high)

    def values(x):
        parts = [np.atleast_1d(np.array(part(x))) for part in (problem.equations, problem.inequalities) if part]
        return np.concatenate([*parts, x[bounded] - low[bounded], high[capped] - x[capped]])

    return values
