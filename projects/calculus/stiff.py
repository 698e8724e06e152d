"""Stiff differential equations: Radau's collocation of order 5, an implicit method whose step follows the solution alone."""

import math

import numpy as np

import autodiff
from abacus.errors import BadInput
from runge_kutta import first_step, norm

ROOT = 6**0.5
C = np.array([(4 - ROOT) / 10, (4 + ROOT) / 10, 1.0])
A = np.array(  # aᵢⱼ = ∫ from 0 to cᵢ of Lagrange's jth polynomial: eq. 27
    [
        [(88 - 7 * ROOT) / 360, (296 - 169 * ROOT) / 1800, (-2 + 3 * ROOT) / 225],
        [(296 + 169 * ROOT) / 1800, (88 + 7 * ROOT) / 360, (-2 - 3 * ROOT) / 225],
        [(16 - ROOT) / 36, (16 + ROOT) / 36, 1 / 9],
    ]
)
REAL = 3 + 3 ** (2 / 3) - 3 ** (1 / 3)  # the real eigenvalue of A⁻¹
E = np.array([-13 - 7 * ROOT, -13 + 7 * ROOT, -1]) / 3  # of the error's estimate: eq. 29
POWERS = np.linalg.inv(C[:, None] ** np.arange(1, 4))  # stages → coefficients of s, s², s³
ITERATIONS, SAFETY, GROW, SHRINK, MOST = 7, 0.9, 8.0, 0.2, 200_000
PATIENCE = 1000  # steps, twice at least, from which those to come are foretold


class Radau:
    """What `solve` counted, and y at the times that were asked for: `values` (m, n)."""

    def __init__(self, values, steps, rejected, evaluations):
        self.values, self.steps, self.rejected, self.evaluations = values, steps, rejected, evaluations


def jacobian(f, t, y):
    """∂f/∂y (n, n) by dual numbers: f is called with a list of them, column after column."""
    columns = []
    for j in range(len(y)):
        slopes = f(t, [autodiff.Dual(v, float(i == j)) for i, v in enumerate(y)])
        columns.append([s.derivative if isinstance(s, autodiff.Dual) else 0.0 for s in slopes])
    return np.array(columns).T


def solve(f, t, y, times, rtol, atol):
    """The solution of y′ = f(t, y), y(t) = y, at `times` > t, ascending; f takes and returns n numbers, plain or dual.

    The error of each step is held to rtol·|y| + atol. Steps end on `times`. BadInput where the step underflows,
    where MOST steps do not suffice, and as soon as that is foretold.
    """
    y, counts = np.array(y, dtype=np.float64), [0, 0, 0]  # steps, rejected, evaluations of f

    def slope(t, y):
        counts[2] += 1
        return np.array(f(t, y), dtype=np.float64)

    with np.errstate(all="ignore"):
        start = slope(t, y)
        if not np.isfinite(start).all():
            raise BadInput(f"the slope is infinite or undefined at the start, t={t:g}")
        h, found, memory = first_step(slope, t, y, start, times[-1] - t, rtol, atol), [], None
        for end in times:
            t, y, h, memory = _until(f, slope, t, y, end, h, memory, rtol, atol, counts)
            found.append(y)
    return Radau(np.array(found), *counts)


def _until(f, slope, t, y, end, h, memory, rtol, atol, counts):
    """(end, y(end), the next step, memory) by as many steps as are needed; memory is (h, coefficients, error) of the last."""
    rejected, taken = False, []
    j, here = jacobian(f, t, y), slope(t, y)
    while t < end:
        if not t + 0.1 * h > t or counts[0] + counts[1] > MOST:
            where = _where(t, y)
            if counts[0] + counts[1] > MOST:
                raise BadInput(
                    f"after {MOST:,} steps no further than {where}: the tolerance is too small, or the end too far"
                )
            raise BadInput(f"the step underflows at {where}: a singularity is near, or the tolerance is too small")
        wanted, last = h, t + 1.01 * h > end
        h = end - t if last else h
        z, iterations = _stages(slope, t, y, h, j, _guess(memory, h, len(y)), rtol, atol)
        if z is None:
            h, rejected = h / 2, True
            counts[1] += 1
            continue
        error = _error(slope, t, y, z, h, j, here, rtol, atol, rejected or memory is None)
        safety = SAFETY * (2 * ITERATIONS + 1) / (2 * ITERATIONS + iterations)
        factor = safety * max(error, 1e-10) ** -0.25
        if error > 1:
            h, rejected = h * max(SHRINK, factor), True
            counts[1] += 1
            continue
        if memory is not None:  # what the last two errors foretell
            factor = min(factor, factor * h / memory[0] * (memory[2] / max(error, 1e-10)) ** 0.25)
        t, y = end if last else t + h, y + z[2]
        taken.append(h)
        memory = h, POWERS @ z, max(error, 1e-10)
        grown = h * min(GROW, max(SHRINK, factor))
        h = min(h, grown) if rejected else max(grown, wanted) if last else grown
        rejected = False
        counts[0] += 1
        if t < end:
            if len(taken) % PATIENCE == 0 and len(taken) > PATIENCE:
                _foretell(t, y, end, taken, sum(counts[:2]))
            j, here = jacobian(f, t, y), slope(t, y)
    return t, y, h, memory


def _foretell(t, y, end, taken, made):
    """BadInput where all that is left of MOST steps, each as long as the last of them would be, does not reach the end.

    `taken` are the lengths of the steps to this end. The longest is thought to grow for ever as it did from the last but
    one PATIENCE of them to the last PATIENCE, if it did.
    """
    longest, recent, before = max(taken), max(taken[-PATIENCE:]), max(taken[-2 * PATIENCE : -PATIENCE])
    left = max(MOST - made, 1)
    growth = left / PATIENCE * math.log(max(1.0, recent / before))  # as a logarithm: it may be beyond float64
    if math.log(end - t) > math.log(longest) + growth + math.log(left):
        raise BadInput(
            f"no further than {_where(t, y)} after {made:,} steps, the longest {longest:.2g}: {MOST:,} will not reach "
            f"t={end:g}: the tolerance is too small, or the end too far"
        )


def _where(t, y):
    return f"t={t:.10g}, y={', '.join(f'{v:.4g}' for v in y[:4])}"


def _guess(memory, h, n):
    """The stages that the last step's polynomial foretells, (3, n)."""
    if memory is None:
        return np.zeros((3, n))
    before, coefficients, _ = memory
    s = 1 + C * h / before
    return s[:, None] ** np.arange(1, 4) @ coefficients - coefficients.sum(axis=0)


def _stages(slope, t, y, h, j, z, rtol, atol):
    """(z (3, n), iterations) with zᵢ = h Σ aᵢₖ f(t + cₖh, y + zₖ) (eq. 27), by Newton's method (eq. 28); None where it fails."""
    n = len(y)
    inverse = _inverse(np.eye(3 * n) - h * np.kron(A, j))
    enough, before = max(10 * np.finfo(float).eps / rtol, min(0.03, rtol**0.5)), None
    for iteration in range(1, ITERATIONS + 1):
        slopes = np.array([slope(t + c * h, y + stage) for c, stage in zip(C, z)])
        change = (inverse @ (h * A @ slopes - z).ravel()).reshape(3, n)  # eq. 28
        size = np.sqrt(np.mean([norm(d, y, y, rtol, atol) ** 2 for d in change]))
        rate = size / before if before else None
        if not np.isfinite(size) or (rate is not None and rate >= 1):
            return None, iteration
        z = z + change
        if size == 0 or (rate is not None and rate / (1 - rate) * size < enough):
            return z, iteration
        before = size
    return None, ITERATIONS


def _error(slope, t, y, z, h, j, here, rtol, atol, again):
    """The error in units of what is allowed (eq. 29); `again` filters it twice, as after a rejected step."""
    filtered = _inverse(REAL / h * np.eye(len(y)) - j)
    error = filtered @ (here + E @ z / h)  # eq. 29
    size = norm(error, y, y + z[2], rtol, atol)
    if size >= 1 and again:
        size = norm(filtered @ (slope(t, y + error) + E @ z / h), y, y + z[2], rtol, atol)
    return size if np.isfinite(size) else 2.0


def _inverse(matrix):
    """The inverse, or NaN where there is none: so large a step is refused, as any that fails."""
    try:
        return np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        return np.full_like(matrix, np.nan)
