"""Nonlinear least squares: Gauss-Newton, Levenberg-Marquardt, and last steps of Gauss-Newton in double-double."""

import math
import warnings
from typing import NamedTuple

import numpy as np

import door
import doubled
from abacus.errors import BadInput

EPS = np.finfo(float).eps
SAME = EPS**0.75  # a relative change of f that may be rounding, where r is a small difference of large numbers
FIRST, LEAST = 100.0, 1e-4  # the first radius in units of ‖D x‖; the share of the promise that a step must keep


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
    door.whole(most=most)
    x, jacobian = _start(residual, start, jacobian), jacobian or (lambda at: complex_step(residual, at))
    for steps in range(1, most + 1):
        r, j = residual(x), jacobian(x)
        _expect_shape(j, r, x)
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
    """The minimum of ‖r(x)‖² by damped steps: (JᵀJ + λ D²) s = −Jᵀr  (eq. 13), λ such that ‖D s‖ is within a radius.

    D is the largest norm that each column of J has had; the radius doubles where the model was right and shrinks where it
    was wrong (Moré 1978). Where the model promises a relative gain below `tolerance` f cannot judge any more: whole steps
    go on while each is at most half as long as the one before and f stays the same to its last digits.
    """
    import region  # with numba, which only a fit needs

    door.whole(most=most)
    x, jacobian = _start(residual, start, jacobian), jacobian or (lambda at: complex_step(residual, at))
    r, evaluations, scale = np.ascontiguousarray(residual(x)), 1, np.zeros(len(x))
    f, radius, damping, last = float(r @ r), 0.0, 0.0, math.inf
    for steps in range(1, most + 1):
        j = np.ascontiguousarray(jacobian(x))
        _expect_shape(j, r, x)
        if not np.isfinite(j).all():
            return Fit(x, f, steps, evaluations, "the Jacobian is not finite")
        triangle, order, right, norms = region.factor(j, r)
        scale = np.maximum(scale, norms)
        if steps == 1:
            scale[scale == 0] = 1.0
            radius = FIRST * (math.sqrt(((scale * x) ** 2).sum()) or 1.0)
        while True:
            s, damping, length, promised = region.step(triangle, order, right, scale, radius, damping)  # eq. 13
            new = x + s
            if promised <= tolerance * f or length <= tolerance * radius:
                if damping > 0.0:
                    radius = math.inf
                    continue
                moved = residual(new)
                evaluations, found = evaluations + 1, float(moved @ moved)
                if not (length < last / 2 and found <= f * (1 + SAME)):
                    return Fit(x, f, steps, evaluations, "no step promises a gain above rounding")
                x, r, f, last = new, moved, found, length
                break
            moved = residual(new)
            evaluations, found = evaluations + 1, float(moved @ moved)
            ratio = (f - found) / promised if math.isfinite(found) else -math.inf
            if ratio < 0.25:
                shrink = 0.1 if not found < 100 * f else max(0.1, 0.5 / max(1.0, 2 - 2 * ratio))
                radius, damping = shrink * min(radius, 10 * length), damping / shrink
            elif ratio > 0.75 or damping == 0.0:
                radius, damping = 2 * length, damping / 2
            if ratio > LEAST:
                x, r, f = new, moved, found
                break
            if radius <= tolerance * np.linalg.norm(scale * x):
                return Fit(x, f, steps, evaluations, "no step makes the sum of squares smaller")
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
    newton = _inverted(second(residual, np.asarray(x, float)), "the second derivatives of the sum of squares")
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


def second(residual, x):
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


def deviations(j, f):
    """The standard deviations of the parameters, s √diag((JᵀJ)⁻¹) with s² = f/(n − p)  (eq. 14), from J (n, p) in float64."""
    n, p = j.shape
    if n <= p:
        raise BadInput(f"deviations: {n} residuals of {p} parameters; wanted more residuals")
    back = _inverted(np.linalg.qr(j, mode="r"), "the Jacobian")
    return math.sqrt(f / (n - p)) * np.sqrt((back * back).sum(axis=1))  # eq. 14


def _inverted(matrix, name):
    """Its inverse. BadInput where it has none."""
    try:
        if np.isfinite(matrix).all():
            return np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        pass
    raise BadInput(f"least squares: {name}, at x, cannot be inverted: x is no regular minimum")


def _start(residual, start, jacobian):
    x = door.numbers("the start", start)
    r = residual(x)
    if not isinstance(r, np.ndarray):
        raise BadInput(f"least squares: the residuals are of type {type(r).__name__}, wanted an array")
    if r.ndim != 1 or len(r) < len(x):
        raise BadInput(f"least squares: {r.shape} residuals for {len(x)} parameters; wanted at least as many")
    if not np.isfinite(r).all():
        raise BadInput(f"least squares: the residuals at the start {x} are not all finite")
    if jacobian is None:
        expect_complex("least squares: the residuals", residual, x)
    return x


def _expect_shape(j, r, x):
    if np.shape(j) != (len(r), len(x)):
        raise BadInput(f"least squares: a Jacobian of shape {np.shape(j)}, wanted {(len(r), len(x))}")


def expect_complex(name, function, x):
    """BadInput where a function of complex numbers is real: complex steps would see no slope at all."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", np.exceptions.ComplexWarning)
        kind = np.asarray(function(x.astype(complex))).dtype.kind
    if kind != "c":
        raise BadInput(f"{name} of complex numbers are real: wanted formulas, whose slopes are taken by complex steps")
