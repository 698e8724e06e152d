"""Nonlinear least squares: Gauss-Newton, Levenberg-Marquardt, and last steps of Gauss-Newton in double-double."""

import math
from typing import NamedTuple

import numpy as np

import doubled
from abacus.errors import BadInput

EPS = np.finfo(float).eps


class Fit(NamedTuple):
    """`x` (p,), the sum of squares `f` = ‖r‖², how many `steps` and `evaluations` of r it took, and why it ended."""

    x: np.ndarray
    f: float
    steps: int
    evaluations: int
    reason: str


def complex_step(residual, x, h=1e-100):
    """J (n, p) with J_ij = Im r_i(x + i h e_j) / h, exact to rounding for a formula of complex numbers."""
    columns = np.empty((len(x),), object)
    for j in range(len(x)):
        moved = x.astype(complex)
        moved[j] += 1j * h
        columns[j] = np.imag(residual(moved)) / h
    return np.column_stack(columns)


def gauss_newton(residual, start, jacobian=None, most=100):
    """x ← x − J⁺ r(x)  (eq. 12), the full step each time. BadInput where J loses rank.

    residual maps (p,) to (n,), n ≥ p. Ends where the step is below √ε of x in every parameter, or after `most` steps.
    """
    x, jacobian = _start(residual, start), jacobian or (lambda at: complex_step(residual, at))
    for steps in range(1, most + 1):
        r, j = residual(x), jacobian(x)
        step, _, rank, _ = np.linalg.lstsq(j, -r, rcond=None)
        if rank < len(x):
            raise BadInput(f"gauss_newton: the Jacobian is singular at {x}: rank {rank} of {len(x)} parameters")
        x = x + step  # eq. 12
        if (np.abs(step) <= math.sqrt(EPS) * np.abs(x)).all():
            r = residual(x)
            return Fit(x, float(r @ r), steps, steps + 1, "the step is below the square root of rounding")
        if not np.isfinite(residual(x)).all():
            return Fit(x, math.inf, steps, steps + 1, "the residuals became infinite: it diverges from this start")
    r = residual(x)
    return Fit(x, float(r @ r), most, most + 1, f"stopped after {most} steps")


def levenberg_marquardt(residual, start, jacobian=None, most=10_000, tolerance=EPS):
    """The minimum of ‖r(x)‖² by damped steps: (JᵀJ + λ D²) s = −Jᵀr  (eq. 13).

    D is the largest norm that each column of J has had (Moré 1978); λ follows Nielsen (1999): λ falls by up to 3 where
    the model was right, and grows by 2, 4, 8 ... where the sum of squares did not fall. Ends where neither the model
    promises a relative gain above `tolerance` nor a step moves any parameter by that much.
    """
    x, jacobian = _start(residual, start), jacobian or (lambda at: complex_step(residual, at))
    r, p, evaluations = residual(x), len(x), 1
    f, grow, damping, scale, flat, size = float(r @ r), 2.0, 0.0, np.zeros(p), 0, math.inf
    stacked, right = np.zeros((2 * p, p)), np.zeros(2 * p)
    for steps in range(1, most + 1):
        j = jacobian(x)
        if not np.isfinite(j).all():
            return Fit(x, f, steps, evaluations, "the Jacobian is not finite")
        q, triangle = np.linalg.qr(j)
        scale = np.maximum(scale, np.sqrt((triangle * triangle).sum(axis=0)))
        if steps == 1:
            damping = 1e-3
        used = np.where(scale > 0, scale, 1.0)
        stacked[:p], right[:p] = triangle, -(q.T @ r)
        while True:
            stacked[p:] = np.diag(math.sqrt(damping) * used)
            qs, rs = np.linalg.qr(stacked)  # eq. 13 without its squares
            step = _back(rs, qs.T @ right)
            model = triangle @ step
            promised = float(-(2 * (right[:p] @ -model) + model @ model))
            longest = (np.abs(step) / (np.abs(x) + np.abs(step))).max() if step.any() else 0.0
            new = x + step
            if promised <= tolerance * f or longest <= tolerance:  # f sees no gain any more, and x still may
                size, before = float(np.linalg.norm(used * step)), size
                if not size < before / 2:
                    return Fit(x, f, steps, evaluations, "no step promises a gain above rounding")
                x, r = new, residual(new)
                f, evaluations = float(r @ r), evaluations + 1
                break
            with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
                moved = residual(new)
                evaluations, found = evaluations + 1, float(moved @ moved)
            gained = f - found if math.isfinite(found) else -math.inf
            if gained > 0:
                ratio = gained / promised
                damping *= max(1 / 3, 1 - (2 * ratio - 1) ** 3)
                flat = flat + 1 if gained <= tolerance * f else 0
                grow, x, r, f = 2.0, new, moved, found
                break
            damping, grow = damping * grow, grow * 2
            if not math.isfinite(damping):
                return Fit(x, f, steps, evaluations, "no step makes the sum of squares smaller")
        if flat >= 3:
            return Fit(x, f, steps, evaluations, "three steps gained no more than rounding")
    return Fit(x, f, most, evaluations, f"stopped after {most} steps")


class Certificate(NamedTuple):
    """Estimates, their standard deviations (p,), and the sum of squares, all from double-double numbers."""

    estimates: np.ndarray
    deviations: np.ndarray
    rss: float
    steps: int


def last_steps(exact, residual, x, most=50):
    """Newton's method with a gradient in double-double, from x, a solution in float64: no rounding is left in 15 digits.

    exact takes a list of p Double scalars and gives n Doubles; residual is the same in float64. The gradient Jᵀr is in
    double-double, J by central differences (eq. 15): with 32 digits and h = 10⁻¹⁰ |x| they keep some 20. The second
    derivatives need no such care and are computed once. Ends where the step is below rounding of x, or no longer shrinks.
    """
    newton = np.linalg.inv(_second(residual, np.asarray(x, float)))
    x, before, step = doubled.Double(x), math.inf, math.inf
    for steps in range(1, most + 1):  # noqa: B007
        r, j = _linear(exact, x)
        move = newton @ (j * r[:, None]).sum().high
        x = x - move
        before, step = step, float((np.abs(move) / np.maximum(np.abs(x.high), 1e-300)).max())
        if step < EPS / 4 or (step < math.sqrt(EPS) and step >= before):
            break
    r, j = _linear(exact, x)
    rss = float((r * r).sum().high)
    spread = np.diag(_inverse((j[:, :, None] * j[:, None, :]).sum()))
    return Certificate(x.high, np.sqrt(rss / (len(r) - len(spread)) * spread), rss, steps)


def _linear(exact, x):
    """r (n,) and J (n, p) at x, both Double."""
    parts, columns = [x[k] for k in range(len(x))], []
    for k, part in enumerate(parts):
        h = 2.0 ** np.round(np.log2(1e-10 * max(abs(float(part.high)), 1e-300)))
        above, below = exact([*parts[:k], part + h, *parts[k + 1 :]]), exact([*parts[:k], part - h, *parts[k + 1 :]])
        columns.append((above - below) / (2 * h))  # eq. 15
    return exact(parts), doubled.stack(columns)


def _second(residual, x):
    """The second derivatives of ‖r‖²/2, (p, p), from central differences of its gradient."""

    def gradient(at):
        return complex_step(residual, at).T @ residual(at)

    rows = []
    for k in range(len(x)):
        h = np.zeros(len(x))
        h[k] = EPS ** (1 / 3) * abs(x[k]) or EPS
        rows.append((gradient(x + h) - gradient(x - h)) / (2 * h[k]))
    return (np.array(rows) + np.array(rows).T) / 2


def _inverse(normal):
    """(JᵀJ)⁻¹ in float64, of the Double JᵀJ scaled by powers of two: any other scale would round it."""
    size = 2.0 ** np.round(np.log2(np.diag(normal.high)) / 2)
    return doubled.inverse(normal / np.outer(size, size)).high / np.outer(size, size)


def _normal(residual, x):
    """r (n,), Jᵀr (p,) and JᵀJ (p, p), all Double."""
    parts, columns = [x[k] for k in range(len(x))], []
    for k, part in enumerate(parts):
        h = 2.0 ** np.round(np.log2(1e-10 * max(abs(float(part.high)), 1e-300)))
        above, below = (
            residual([*parts[:k], part + h, *parts[k + 1 :]]),
            residual([*parts[:k], part - h, *parts[k + 1 :]]),
        )
        columns.append((above - below) / (2 * h))  # eq. 15
    r, j = residual(parts), doubled.stack(columns)
    return r, (j * r[:, None]).sum(), (j[:, :, None] * j[:, None, :]).sum()


def deviations(j, f):
    """The standard deviations of the parameters, s √diag((JᵀJ)⁻¹) with s² = f/(n − p)  (eq. 14), from J (n, p) in float64."""
    n, p = j.shape
    back = np.linalg.inv(np.linalg.qr(j, mode="r"))
    return math.sqrt(f / (n - p)) * np.sqrt((back * back).sum(axis=1))  # eq. 14


def _back(triangle, b):
    """The solution of an upper triangle; its columns of zeros give zeros."""
    x = np.zeros(len(b))
    for k in range(len(b) - 1, -1, -1):
        if triangle[k, k]:
            x[k] = (b[k] - triangle[k, k + 1 :] @ x[k + 1 :]) / triangle[k, k]
    return x


def _start(residual, start):
    x = np.array(start, float)
    if x.ndim != 1 or not len(x) or not np.isfinite(x).all():
        raise BadInput(f"least squares: the start {x} has shape {x.shape}; wanted finite numbers, (parameters,)")
    r = np.asarray(residual(x))
    if r.ndim != 1 or len(r) < len(x):
        raise BadInput(f"least squares: {r.shape} residuals for {len(x)} parameters; wanted at least as many")
    if not np.isfinite(r).all():
        raise BadInput(f"least squares: the residuals at the start {x} are not all finite")
    return x
