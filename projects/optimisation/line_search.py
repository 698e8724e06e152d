"""How far along a direction: backtracking until f has fallen enough, and the strong Wolfe conditions."""

import math
from typing import NamedTuple

SUFFICIENT = 1e-4  # c1: the share of the promised fall that must come true
FLAT, FLATTER = 0.9, 0.1  # c2: the share of the slope that may be left; conjugate gradients need the smaller one
HALVINGS, TRIALS = 60, 40


class Step(NamedTuple):
    """The step's `length`, and x, f and gradient at its end; `evaluations` of f that it took."""

    length: float
    x: object
    f: float
    gradient: object
    evaluations: int


def backtracking(fun, x, f, slope, direction, length=1.0):
    """The first of length, length/2, length/4 ... with f(x + t d) ≤ f + c₁ t slope  (eq. 2); None if there is none."""
    for trial in range(1, HALVINGS + 1):
        new = x + length * direction
        value, gradient = fun(new)
        if value <= f + SUFFICIENT * length * slope:  # eq. 2; false for nan
            return Step(length, new, value, gradient, trial)
        length /= 2
    return None


def wolfe(fun, x, f, slope, direction, length=1.0, flat=FLAT):
    """A step with (2) and |slope at its end| ≤ c₂ |slope|  (eq. 3); None where rounding lets none be found.

    Nocedal & Wright, algorithms 3.5 and 3.6: the step doubles until an interval must hold one, which cubics then cut.
    """
    low, high = (0.0, f, slope), None  # length, f, slope: the best end, and the other one
    best = None
    for trial in range(1, TRIALS + 1):
        new = x + length * direction
        value, gradient = fun(new)
        end = float(gradient @ direction)
        if value == -math.inf:
            return Step(length, new, value, gradient, trial)
        if not (math.isfinite(value) and math.isfinite(end)):
            high = (length, math.inf, math.nan)
        elif value > f + SUFFICIENT * length * slope or (value >= low[1] and low[0] > 0):
            high = (length, value, end)
        else:
            best = Step(length, new, value, gradient, trial)
            if abs(end) <= flat * -slope:  # eq. 3
                return best
            if end * ((high[0] if high else math.inf) - low[0]) >= 0:
                high = low
            low = (length, value, end)
        if high is None:
            length *= 2
            continue
        width = abs(high[0] - low[0])
        if width <= 1e-16 * max(low[0], high[0]):
            break
        length = _cubic(low, high)
    return best and best._replace(evaluations=trial)


def _cubic(low, high):
    """Where the cubic through two values and slopes is least, kept off the ends by a tenth of their distance; else the middle."""
    (a, fa, da), (b, fb, db) = low, high
    middle, margin = (a + b) / 2, 0.1 * abs(b - a)
    if not math.isfinite(fb):
        return a + 0.1 * (b - a)
    d1 = da + db - 3 * (fa - fb) / (a - b)
    inside = d1 * d1 - da * db
    if inside < 0:
        return middle
    d2 = math.copysign(math.sqrt(inside), b - a)
    denominator = db - da + 2 * d2
    if denominator == 0:
        return middle
    t = b - (b - a) * (db + d2 - d1) / denominator
    return min(max(t, min(a, b) + margin), max(a, b) - margin)
