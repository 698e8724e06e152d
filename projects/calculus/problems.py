"""Three problems that solvers are measured by: Arenstorf's orbit, Robertson's kinetics, and the Test Set's stiff ones."""

from dataclasses import dataclass
from decimal import Decimal, localcontext

import numpy as np

import runge_kutta
import series
import stiff
from abacus import papers
from abacus.errors import BadInput
from abacus.settings import above, any_number, between, one_of

ORDER_PER_DIGIT, ROUNDS = 1.1, 12  # of the Taylor series; of the secant method


ROWS = 10_000  # of an orbit's table


@dataclass
class Orbit:
    tolerance: float = between(1e-14, 0.1)  # of each step, relative and absolute
    velocity: float = any_number()  # y′ at the start (0.994, 0)
    period: float = between(0.01, 1000)  # when the orbit closes
    every: float = above(0)  # time between the rows


@dataclass
class Shooting:
    guess: float = any_number()  # y′ at the start, roughly
    digits: int = between(8, 60)  # decimals that are wanted of it and of the period


@dataclass
class Stiff:
    problem: str = one_of(
        "Robertson", "van der Pol", "Oregonator", "HIRES"
    )  # a problem of the Test Set for IVP solvers
    times: list[float] = above(0)  # when the solution is read, ascending
    tolerance: float = between(1e-13, 0.1)  # of each step, relative
    floor: float = above(0)  # of each step, absolute, in units of the relative one


def three_body(y, moon, exponent):
    """(x′, y′, x″, y″) of (x, y, x′, y′): a small body, the earth at −μ, the moon at 1 − μ, in turning axes (eq. 30)."""
    x, y, u, v = y
    earth = 1 - moon
    to_earth = ((x + moon) * (x + moon) + y * y) ** exponent
    to_moon = ((x - earth) * (x - earth) + y * y) ** exponent
    pull = earth / to_earth, moon / to_moon
    return [
        u,
        v,
        x + 2 * v - pull[0] * (x + moon) - pull[1] * (x - earth),  # eq. 30
        y - 2 * u - pull[0] * y - pull[1] * y,
    ]


MOON, START = "0.012277471", "0.994"  # μ, and where the orbit begins, on the axis: Hairer, Nørsett & Wanner, p. 129


def starting(velocity):
    """(x, y, x′, y′) at the start: on the axis, behind the moon, straight up or down."""
    return [float(START), 0.0, 0.0, velocity]


def arenstorf(t, y):
    """The slopes of Arenstorf's orbit in float64."""
    return three_body(y, float(MOON), 1.5)


def orbit(cfg: Orbit, job):
    """The orbit by DOPRI5: where it is at equal times, how many steps that took, and how far it misses itself at the end."""
    if cfg.period / cfg.every > ROWS:
        raise BadInput(f"every={cfg.every:g}: wanted at least a {ROWS:,}th of the period, {cfg.period:g}")
    y = starting(cfg.velocity)
    found = runge_kutta.solve(arenstorf, 0.0, y, cfg.period, cfg.tolerance, cfg.tolerance)
    rows = {}
    for t in np.arange(cfg.every, cfg.period, cfg.every):
        at = found(t)
        rows[f"t = {t:g}"] = {"x": at[0], "y": at[1], "steps": found.interval(t) + 1}
    end = found.values[-1]
    rows["end"] = {"x": end[0], "y": end[1], "steps": found.steps, "missed by": float(np.hypot(end[0] - y[0], end[1]))}
    return rows | {"whole": {"evaluations": found.evaluations, "rejected": found.rejected}}


def shoot(cfg: Shooting, job):
    """The velocity with which the orbit closes, and its period, by Taylor series of decimals."""
    printed = papers.table("hairer1993/arenstorf").rows["orbit"]
    found = dict(zip(("velocity", "period"), closing(cfg.guess, cfg.digits)))
    agree = {f"{name}: digits": _agree(printed[name].text, value) for name, value in found.items()}
    return {name: float(value) for name, value in found.items()} | agree


def _agree(text, value):
    """How many digits of the printed text `value` agrees with, when it is rounded to as many."""
    printed = Decimal(text)
    with localcontext() as context:
        context.prec = len(text) + 60
        places = -printed.as_tuple().exponent
        while places and round(value, places) != round(printed, places):
            places -= 1
    return places + len(str(int(abs(printed))))


def closing(guess, digits):
    """(y′(0), period), Decimals, of the closed orbit near `guess`: it crosses the axis at a right angle after half a period.

    By symmetry the other half is the mirror image. The secant method on x′ at the crossing; BadInput where it fails.
    """
    with localcontext() as context:
        context.prec = digits + 14  # the orbit makes errors 10⁶ times larger
        small = Decimal(10) ** -(digits + 2)
        v = Decimal(guess)
        w = v + (v or 1) * Decimal(10) ** -(digits // 4)
        at_v, _ = _crossing(v, digits)
        for _ in range(ROUNDS):
            at_w, half = _crossing(w, digits)
            if abs(w - v) < small or at_w == at_v:
                return w, 2 * half
            v, w, at_v = w, w - at_w * (w - v) / (at_w - at_v), at_w
    raise BadInput(f"guess={guess}: no closed orbit found from there in {ROUNDS} rounds")


def _crossing(velocity, digits):
    """(x′, t) where the orbit crosses the axis for the third time, farthest from the moon: half of it is done."""
    moon, order = Decimal(MOON), int(ORDER_PER_DIGIT * digits) + 10
    small = Decimal(10) ** -(digits + 8)
    y, t, crossings = [Decimal(START), Decimal(0), Decimal(0), velocity], Decimal(0), 0
    while t < 20:
        c = series.solution(lambda y: three_body(y, moon, Decimal("1.5")), y, order)
        last = max(abs(row[order]) for row in c), max(abs(row[order - 1]) for row in c)
        h = min((small / size) ** (Decimal(1) / k) for size, k in zip(last, (order, order - 1)))
        after = [series.value(row, h) for row in c]
        if y[1] * after[1] < 0:
            crossings += 1
            if crossings == 3:
                s = _root(c[1], h)
                return series.value(c[2], s), t + s
        y, t = after, t + h
    raise BadInput(f"velocity={velocity:.10f}: the orbit does not come back to the axis")


def _root(c, h):
    """The s between 0 and h with Σ cₖsᵏ = 0: Newton's method from the middle, kept inside by halving."""
    slope = [k * a for k, a in enumerate(c)][1:]
    low, high, s = Decimal(0), h, h / 2
    for _ in range(200):
        value = series.value(c, s)
        if (value > 0) == (series.value(c, low) > 0) or value == 0:
            low = s
        else:
            high = s
        step = value / series.value(slope, s)
        s, before = (s - step if low < s - step < high else (low + high) / 2), s
        if s == before:
            break
    return s


def robertson(t, y):
    """Robertson's three substances (eq. 31)."""
    slow, back, fast = 0.04 * y[0], 1e4 * y[1] * y[2], 3e7 * y[1] * y[1]
    return [back - slow, slow - back - fast, fast]  # eq. 31


def van_der_pol(t, y):
    return [y[1], ((1 - y[0] * y[0]) * y[1] - y[0]) * 1e6]


def oregonator(t, y):
    a, b, c = y
    return [77.27 * (b + a * (1 - 8.375e-6 * a - b)), (c - (1 + a) * b) / 77.27, 0.161 * (a - c)]


def hires(t, y):
    """A plant's answer to light: eight substances (Schäfer 1975)."""
    bound = 280 * y[5] * y[7]
    return [
        -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007,
        1.71 * y[0] - 8.75 * y[1],
        -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4],
        8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3],
        -1.745 * y[4] + 0.43 * (y[5] + y[6]),
        -bound + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6],
        bound - 1.81 * y[6],
        1.81 * y[6] - bound,
    ]


PROBLEMS = {
    "Robertson": (robertson, [1.0, 0.0, 0.0]),
    "van der Pol": (van_der_pol, [2.0, 0.0]),
    "Oregonator": (oregonator, [1.0, 2.0, 3.0]),
    "HIRES": (hires, [1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0057]),
}


def stiffly(cfg: Stiff, job):
    """A stiff problem by Radau's method: its numbers at each of the times, and how many steps that took."""
    f, start = PROBLEMS[cfg.problem]
    if not cfg.times or list(cfg.times) != sorted(set(cfg.times)):
        raise BadInput(f"times={cfg.times}: wanted one or more, ascending")
    found = stiff.solve(f, 0.0, start, cfg.times, cfg.tolerance, cfg.tolerance * cfg.floor)
    return {
        f"{cfg.problem}, t = {t:g}": {f"y{k}": v for k, v in enumerate(values, 1)} | {"steps": found.steps}
        for t, values in zip(cfg.times, found.values)
    }
