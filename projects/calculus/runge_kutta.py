"""Differential equations y′ = f(t, y) by Runge and Kutta's idea: from Euler's step to Dormand and Prince's pair."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from abacus.errors import BadInput
from abacus.settings import above, any_number, between, one_of
from expressions import Formula

MOST = 200_000  # steps
TIGHT = 1e-13  # tolerance of a solution that errors are taken from
PATIENCE = 1000  # steps before anything is said of stiffness: his DOPRI5's, as the two that follow
REACH, SIGNS = 3.25, 15  # h|λ| at which the method is hardly stable; so many such steps more than others are believed
SAFETY, SHRINK, GROW, MEMORY = 0.9, 0.2, 10.0, 0.04  # of the step's control: Hairer's DOPRI5, its defaults


def _tableau(*rows):
    """(c, A, b) in float64 of rows "c: a a a", the last "b b b b", written as fractions (eq. 22)."""
    *stages, b = [row.split() for row in rows]
    a = np.zeros((len(stages), len(stages)))
    for i, (_, *entries) in enumerate(stages):
        a[i, : len(entries)] = [float(Fraction(x)) for x in entries]
    return np.array([float(Fraction(row[0])) for row in stages]), a, np.array([float(Fraction(x)) for x in b])


METHODS = {
    "Euler": _tableau("0", "1"),
    "midpoint": _tableau("0", "1/2 1/2", "0 1"),
    "Heun": _tableau("0", "1 1", "1/2 1/2"),
    "RK4": _tableau("0", "1/2 1/2", "1/2 0 1/2", "1 0 0 1", "1/6 1/3 1/3 1/6"),
    "DOPRI5": _tableau(
        "0",
        "1/5 1/5",
        "3/10 3/40 9/40",
        "4/5 44/45 -56/15 32/9",
        "8/9 19372/6561 -25360/2187 64448/6561 -212/729",
        "1 9017/3168 -355/33 46732/5247 49/176 -5103/18656",
        "1 35/384 0 500/1113 125/192 -2187/6784 11/84",
        "35/384 0 500/1113 125/192 -2187/6784 11/84 0",
    ),
}
ORDERS = {"Euler": 1, "midpoint": 2, "Heun": 2, "RK4": 4, "DOPRI5": 5}
FOURTH = _tableau("0", "5179/57600 0 7571/16695 393/640 -92097/339200 187/2100 1/40")[
    2
]  # weights of order 4, for the error
DENSE = _tableau(  # of Shampine's (1986) fourth-order solution between the steps
    "0",
    "-12715105075/11282082432 0 87487479700/32700410799 -10690763975/1880347072 "
    "701980252875/199316789632 -1453857185/822651844 69997945/29380423",
)[2]


@dataclass
class Equation:
    slope: str  # y′ as a formula of t and y
    start: float = any_number()  # y at t = 0
    until: float = above(0)  # the last t
    method: str = one_of(*ORDERS)  # how a step is made
    steps: int = between(1, 100_000)  # equal ones; the errors are those of so many, and of twice as many


def step(f, t, y, h, tableau):
    """(y(t + h), slopes (stages, n)) by one step of a method given by its tableau (eq. 22)."""
    c, a, b = tableau
    k = np.zeros((len(c), len(y)))
    for i in range(len(c)):
        k[i] = f(t + c[i] * h, y + h * mixed(a[i], k, i))  # eq. 22
    return y + h * mixed(b, k, len(c)), k


def mixed(weights, k, count):
    """Σ weightsⱼ kⱼ over the first `count` slopes, (n,)."""
    return weights[:count] @ k[:count]


@np.errstate(all="ignore")  # steps that are too long run off to ±∞ or NaN
def fixed(f, t, y, end, steps, method):
    """(steps + 1 times, solution (steps + 1, n)) by equal steps of a method of METHODS."""
    times = np.linspace(t, end, steps + 1)
    found = np.empty((steps + 1, len(y)))
    found[0] = y
    for i in range(steps):
        found[i + 1] = step(f, times[i], found[i], (end - t) / steps, METHODS[method])[0]
    return times, found


def norm(error, before, after, rtol, atol):
    """The error of a step in units of what is allowed, root mean square over the n numbers (eq. 23): up to 1 is accepted."""
    scale = atol + rtol * np.maximum(np.abs(before), np.abs(after))
    return np.sqrt(np.mean((error / scale) ** 2))  # eq. 23


def first_step(f, t, y, slope, span, rtol, atol):
    """A step h for which Euler's method would be off by about a hundredth of what is allowed (Hairer et al., II.4)."""
    size, change = norm(y, y, y, rtol, atol), norm(slope, y, y, rtol, atol)
    size, change = size * np.sqrt(len(y)), change * np.sqrt(len(y))
    h = 1e-6 if min(size, change) <= 1e-5 else 0.01 * size / change
    h = min(h, span)
    turn = norm(f(t + h, y + h * slope) - slope, y, y, rtol, atol) * np.sqrt(len(y)) / h
    most = max(turn, change)
    return min(100 * h, (0.01 / most) ** 0.2 if most > 1e-15 else max(1e-6, 1e-3 * h), span)


def pair(f, t, y, end, rtol, atol, c, a, b, fourth):
    """Dormand and Prince's pair with control of the step (eqs. 22-24), from t to end > t. Numba compiles it as it stands.

    Returns (history (m, 9, n), evaluations, rejected, done, stiff), a row of the history for each step: its seven slopes,
    y after it, and t after it. `done` is False where the step fell below the rounding of t, or more than MOST are needed;
    with `stiff` this was foreseen, as stability keeps the steps short (eq. 26).
    """
    history = np.empty((64, 9, len(y)))
    count, rejected, after_rejection, last_error, signs, stiff = 0, 0, False, 1e-4, 0, False
    k = np.empty((7, len(y)))
    k[0] = f(t, y)
    h = first_step(f, t, y, k[0], end - t, rtol, atol)
    evaluations, done = 2, False
    while not (done or stiff) and t + 0.1 * h > t and evaluations < 6 * MOST:
        last = t + 1.01 * h > end
        if last:
            h = end - t
        before, new = y, y
        for i in range(1, 7):
            before, new = new, y + h * mixed(a[i], k, i)
            k[i] = f(t + c[i] * h, new)  # eq. 22; the seventh stage is the new point, and the next step's first
        evaluations += 6
        size = norm(h * mixed(b - fourth, k, 7), y, new, rtol, atol)  # eq. 23
        wish = size ** (0.2 - 0.75 * MEMORY) / SAFETY
        if size <= 1:
            t = end if last else t + h
            if count >= PATIENCE:
                pull = h * np.max(np.abs(k[6] - k[5]))  # both slopes are at t + h; a square could overflow
                signs = signs + 1 if pull > REACH * np.max(np.abs(new - before)) else max(0, signs - 1)  # eq. 26
                stiff = signs >= SIGNS and (end - t) / h > MOST - evaluations / 6
            if count == len(history):
                history = doubled(history)
            for i in range(7):  # row by row, which numba compiles five seconds sooner
                history[count, i] = k[i]
            history[count, 7], history[count, 8] = new, t
            grown = h / max(1 / GROW, min(1 / SHRINK, wish / last_error**MEMORY))  # eq. 24
            h = min(grown, h) if after_rejection else grown
            y, count, done, after_rejection, last_error = new, count + 1, last, False, max(size, 1e-4)
            k[0] = k[6]
        else:
            h = h / min(1 / SHRINK, wish) if np.isfinite(size) else h * SHRINK
            rejected += count > 0  # as DOPRI5 counts: what is refused before the first step is a search for it
            after_rejection = True
    return history[:count], evaluations, rejected, done, stiff


def doubled(a):
    """`a` with as much room again."""
    larger = np.empty((2 * a.shape[0], a.shape[1], a.shape[2]))
    larger[: len(a)] = a
    return larger


class Solution:
    """What `solve` found: `times` (m + 1,), `values` (m + 1, n), counts; called with a time, the value there (eq. 25)."""

    def __init__(self, t, y, history, evaluations, rejected):
        self.times = np.append(t, history[:, 8, 0])
        self.values = np.concatenate([y[None], history[:, 7]])
        self.steps, self.evaluations, self.rejected = len(history), evaluations, rejected
        self._slopes = history[:, :7]

    def interval(self, t):
        """The number of the step that contains t, from 0."""
        return int(np.clip(np.searchsorted(self.times, t) - 1, 0, self.steps - 1))

    def __call__(self, t):
        i = self.interval(t)
        (before, after), k, h = self.values[i : i + 2], self._slopes[i], self.times[i + 1] - self.times[i]
        s, rise = (t - self.times[i]) / h, after - before
        left, right = h * k[0] - rise, rise - h * k[6]
        bend = right - left + (1 - s) * h * (DENSE @ k)
        return before + s * (rise + (1 - s) * (left + s * bend))  # eq. 25


def solve(f, t, y, end, rtol, atol, core=pair):
    """The Solution of y′ = f(t, y) from y(t) = y (n numbers) to `end` > t, with the error of each step held to rtol·|y| + atol.

    BadInput where the step underflows (at a singularity, or because the tolerance asks for more than float64 holds), and
    where the equation is so stiff that the steps will be too many.
    """
    y = np.array(y, dtype=np.float64)
    if not end > t or not np.isfinite(end - t):
        raise BadInput(f"from t={t:g} to {end:g}: wanted a later, finite end")
    with np.errstate(all="ignore"):
        if not np.isfinite(f(t, y)).all():
            raise BadInput(f"the slope is infinite or undefined at the start, t={t:g}")
        history, evaluations, rejected, done, stiff = core(
            f, float(t), y, float(end), rtol, atol, *METHODS["DOPRI5"], FOURTH
        )
    if not done:
        at, value = (history[-1, 8, 0], history[-1, 7]) if len(history) else (t, y)
        h = at - (history[-2, 8, 0] if len(history) > 1 else t)
        where = f"t={at:.10g}, y={', '.join(f'{v:.4g}' for v in value[:4])}"
        if stiff:
            raise BadInput(
                f"stiff at {where}: the longest stable step is about {h:.1g}, and more than {MOST:,} of them are needed to "
                f"t={end:g}; an implicit method takes few (calculator.py solve --stiff, or stiff.solve)"
            )
        if evaluations >= 6 * MOST:
            raise BadInput(f"after {MOST:,} steps no further than {where}: stiff, or the tolerance is too small")
        raise BadInput(f"the step underflows at {where}: a singularity is near, or the tolerance is too small")
    return Solution(t, y, history, evaluations, rejected)


def order(cfg: Equation, job):
    """The errors at the end with so many steps and with twice as many, and the order of the method that they show."""
    f = Formula(cfg.slope, ("t", "y"))
    truth = solve(f, 0.0, [cfg.start], cfg.until, TIGHT, TIGHT).values[-1, 0]
    ends = [fixed(f, 0.0, [cfg.start], cfg.until, k * cfg.steps, cfg.method)[1][-1, 0] for k in (1, 2)]
    wide, narrow = (abs(end - truth) for end in ends)
    if not np.isfinite(wide + narrow) or not narrow:
        raise BadInput(f"method={cfg.method}, steps={cfg.steps}: no errors to compare, {wide:g} and {narrow:g}")
    return {"error": wide, "with half the step": narrow, "order": np.log2(wide / narrow)}
