"""Limits and differences: what h → 0 means to a computer, and how far one gets."""

import itertools
import math
from dataclasses import dataclass

import numpy as np

import autodiff
from abacus.errors import BadInput
from abacus.settings import above, any_number
from expressions import Formula

STEPS = np.logspace(0, -20, 121)  # of the figure: h
HALVINGS, FEWEST = 24, 4  # of h, in a limit; values before anything is said of it
FIRST = 101 / 128  # h of a limit; at the powers of 1/2 sin(π/h) would always be 0, and it has no limit


@dataclass
class Config:
    function: str  # a formula of x
    at: float = any_number()  # where it is differentiated
    step: float = above(0)  # h of the complex step
    h: float = above(0)  # of the differences, which are shown beside it


@np.errstate(all="ignore")  # a point outside of the domain is told by the value: ±∞ or NaN
def forward(f, x, h):
    """(f(x + h) − f(x))/h, which is f′(x) + O(h) (eq. 1)."""
    return (f(x + h) - f(x)) / h  # eq. 1


@np.errstate(all="ignore")
def central(f, x, h):
    """(f(x + h) − f(x − h))/2h, which is f′(x) + O(h²) (eq. 2)."""
    return (f(x + h) - f(x - h)) / (2 * h)  # eq. 2


@np.errstate(all="ignore")
def five_point(f, x, h):
    """(4·central(h) − central(2h))/3, which is f′(x) + O(h⁴): eq. 4 once (eq. 3)."""
    return (8 * (f(x + h) - f(x - h)) - (f(x + 2 * h) - f(x - 2 * h))) / (12 * h)  # eq. 3


def complex_step(f, x, h):
    """Im f(x + ih)/h, which is f′(x) + O(h²), and subtracts nothing (eq. 5)."""
    return np.imag(f(complex(x, h))) / h  # eq. 5


FORMULAS = {"forward": forward, "central": central, "five points": five_point, "complex step": complex_step}


def extrapolate(values, ratio, powers):
    """The triangle of rows [Tᵢ₀ … Tᵢᵢ] with Tᵢ₀ = values[i], each at a step `ratio` times smaller than the one before (eq. 4).

    The error of the values is a sum of terms cₖhᵖ with p = powers[0], powers[1], …; column k is free of the first k.
    """
    rows = []
    for first in values:
        row = [first]
        for k in range(len(rows)):
            above = rows[-1][k]
            row.append(row[k] + (row[k] - above) / (ratio ** powers[k] - 1))  # eq. 4
        rows.append(row)
    return rows


def limit(g):
    """(lim g(h) as h → 0 from above, how far it may be off), g a function of h; (NaN, ∞) where nothing settles.

    Halves h, extrapolates with powers 1, 2, 3, … and takes from each row of the triangle the entry that differs least from
    its neighbours. The answer is the row that agrees best with the next one.
    """
    values, settled = [], []
    for k in range(HALVINGS):
        values.append(float(g(FIRST * 2.0**-k)))
        if not math.isfinite(values[-1]):
            values, settled = [], []  # too large an h
        elif len(values) >= FEWEST:
            *_, before, last = extrapolate(values, 2, range(1, HALVINGS + 1))
            changes = [max(abs(b - a), abs(b - c)) for a, b, c in zip(last, last[1:], before)]
            settled.append((min(changes), last[1 + changes.index(min(changes))]))
    pairs = itertools.pairwise(settled)
    return min(
        ((x, max(e, d, abs(x - y))) for (e, x), (d, y) in pairs), key=lambda pair: pair[1], default=(math.nan, math.inf)
    )


def differentiate(cfg: Config, job):
    """The derivative by the complex step, and by every other means of this project."""
    f = Formula(cfg.function, ("x",))
    with np.errstate(all="ignore"):  # what is not finite is told
        found = complex_step(f, cfg.at, cfg.step)
        ahead, back = autodiff.derivative(f, cfg.at)[1], autodiff.gradient(f, [cfg.at])[1][0]
    if not np.isfinite([found, ahead, back]).all():
        raise BadInput(f"{f} has no finite derivative at {cfg.at:g}")
    aside, onward = central(f, cfg.at, cfg.h), forward(f, cfg.at, cfg.h)
    if not np.isfinite([aside, onward]).all():
        raise BadInput(f"h={cfg.h:g}: {f} is infinite or undefined at {cfg.at:g} - h or + h, wanted a smaller step")
    return {
        "derivative": found,
        "forward mode less that": ahead - found,
        "reverse mode less that": back - found,
        "central difference less that": aside - found,
        "forward difference less that": onward - found,
    }


def errors(f, x, steps):
    """{formula: [|error| at each step]} of every formula, against forward mode, relative to |f′(x)| where that is not 0.

    ∞ where a formula has no value, as one of its points lies outside of the domain of f.
    """
    truth = autodiff.derivative(f, x)[1]
    if not np.isfinite(truth):
        raise BadInput(f"{f} has no finite derivative at {x:g}")
    scale = abs(truth) or 1.0
    wrong = {name: [abs(rule(f, x, h) - truth) / scale for h in steps] for name, rule in FORMULAS.items()}
    return {name: np.nan_to_num(errors, nan=np.inf, posinf=np.inf).tolist() for name, errors in wrong.items()}
