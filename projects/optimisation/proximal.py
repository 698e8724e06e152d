"""Where f has edges or x a border: proximal and projected gradient, their acceleration, ADMM; the lasso by all of them."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

import door
from abacus import data
from abacus.errors import BadInput
from abacus.settings import above, at_least, between


class Composite(NamedTuple):
    """x (n,), `steps`, why it ended, whether it converged, and the objective after each step where one was asked for."""

    x: np.ndarray
    steps: int
    reason: str
    converged: bool
    values: list


def soft(x, threshold):
    """argmin ½‖u − x‖² + t ‖u‖₁: each entry moves t towards 0 and stops there  (eq. 32)."""
    return np.sign(x) * np.maximum(np.abs(x) - threshold, 0.0)  # eq. 32


def onto_box(x, low, high):
    """The nearest point of low ≤ u ≤ high. BadInput where its sides cross."""
    if not np.all(np.asarray(low) <= np.asarray(high)):
        raise BadInput(f"a box from {low} to {high} is empty: its sides cross")
    return np.clip(x, low, high)


def onto_simplex(x, total=1.0):
    """The nearest point with u ≥ 0 and Σ u = total: what is left above a common level (Held, Wolfe & Crowder 1974)."""
    if not total > 0:
        raise BadInput(f"a simplex of total {total}: wanted above 0")
    x = door.numbers("the point", x)
    falling = np.sort(x)[::-1]
    levels = (np.cumsum(falling) - total) / np.arange(1, len(x) + 1)
    level = levels[np.flatnonzero(falling > levels)[-1]]
    return np.maximum(x - level, 0.0)


def onto_ball(x, radius):
    """The nearest point with ‖u‖₁ ≤ radius."""
    if np.abs(x).sum() <= radius:
        return x
    return np.sign(x) * onto_simplex(np.abs(x), radius)


def proximal_gradient(gradient, prox, start, rate, tolerance=1e-10, most=100_000, value=None):
    """x ← prox(x − η ∇f(x), η)  (eq. 31); with a projection as prox it is the projected gradient."""
    door.whole(most=most)
    door.positive(rate=rate)
    x, values = door.numbers("the start", start), []
    for steps in range(1, most + 1):
        before, x = x, prox(x - rate * gradient(x), rate)  # eq. 31
        if value:
            values.append(float(value(x)))
        if np.abs(x - before).max() <= tolerance * max(1.0, np.abs(x).max()):
            return Composite(x, steps, "the step is small", True, values)
    return Composite(x, most, f"stopped after {most} steps", False, values)


def accelerated(gradient, prox, start, rate, tolerance=1e-10, most=100_000, value=None):
    """FISTA (Beck & Teboulle 2009): (31) at a point ahead of x, with t_{k+1} = (1 + √(1 + 4t_k²))/2  (eq. 33)."""
    door.whole(most=most)
    door.positive(rate=rate)
    x, t, values = door.numbers("the start", start), 1.0, []
    ahead = x
    for steps in range(1, most + 1):
        before, x = x, prox(ahead - rate * gradient(ahead), rate)
        if value:
            values.append(float(value(x)))
        if np.abs(x - ahead).max() <= tolerance * max(1.0, np.abs(x).max()):
            return Composite(x, steps, "the step is small", True, values)
        t_next = (1 + (1 + 4 * t * t) ** 0.5) / 2
        ahead, t = x + (t - 1) / t_next * (x - before), t_next  # eq. 33
    return Composite(x, most, f"stopped after {most} steps", False, values)


def admm(solve, prox, size, rho=1.0, tolerance=1e-10, most=100_000):
    """min f(x) + g(z), x = z: x ← argmin f + ρ/2 ‖x − z + u‖², z ← prox(x + u), u ← u + x − z  (Boyd et al. 2011; eq. 34).

    `solve(v, rho)` gives the first, `prox(v, 1/rho)` the second. Ends where x − z and the move of z are small.
    """
    door.whole(most=most)
    door.positive(rho=rho)
    z, u = np.zeros(size), np.zeros(size)
    for steps in range(1, most + 1):
        x = solve(z - u, rho)
        before, z = z, prox(x + u, 1 / rho)
        u = u + x - z  # eq. 34
        if max(np.abs(x - z).max(), np.abs(z - before).max()) <= tolerance * max(1.0, np.abs(z).max()):
            return Composite(z, steps, "x and z agree", True, [])
    return Composite(z, most, f"stopped after {most} steps", False, [])


def ridge_solver(a, b):
    """solve(v, ρ) of ½‖A x − b‖² + ρ/2 ‖x − v‖², for admm: one factor for each ρ."""
    a, b = np.asarray(a, float), np.asarray(b, float)
    product, right, factors = a.T @ a, a.T @ b, {}

    def solve(v, rho):
        if rho not in factors:
            factors[rho] = np.linalg.inv(product + rho * np.eye(len(product)))
        return factors[rho] @ (right + rho * v)

    return solve


def smoothness(a):
    """L = ‖A‖², the largest curvature of ½‖A x − b‖²."""
    return float(np.linalg.norm(a, 2) ** 2)


@dataclass
class Lasso:
    amount: float = between(0, 1, open=True)  # of the sum of sizes that least squares has: the radius of the ball
    rho: float = above(0)  # ADMM's weight of x = z, where the columns have norm 1
    most: int = at_least(1)  # steps, at most


def lasso(cfg: Lasso, job):
    """The lasso of prostate cancer in its first form, ‖y − Xb‖² least in a ball of the 1-norm, by ADMM.

    The columns have norm 1 on the 67 men, as Efron et al. have them: the ball depends on that."""
    prostate = data.load("esl", "prostate")
    mean, sd = prostate.predictors.mean(axis=0), prostate.predictors.std(axis=0, ddof=1)
    x, train = (prostate.predictors - mean) / sd, prostate.train
    middle, level = x[train].mean(axis=0), prostate.lpsa[train].mean()
    length = np.linalg.norm(x[train] - middle, axis=0)
    found = in_ball(cfg, (x[train] - middle) / length, prostate.lpsa[train] - level)
    if not found.converged:
        print(found.reason)
    b = found.x / length
    intercept = level - middle @ b
    errors = (prostate.lpsa[~train] - intercept - x[~train] @ b) ** 2
    named = dict(zip(prostate.names, map(float, b)))
    test = {"test error": float(errors.mean()), "std error": float(errors.std(ddof=1) / np.sqrt(len(errors)))}
    return {"Intercept": float(intercept)} | named | test | {"steps": found.steps}


def in_ball(cfg, a, b):
    """min ½‖A x − b‖² with ‖x‖₁ ≤ amount · ‖least squares‖₁, as Composite."""
    radius = cfg.amount * np.abs(np.linalg.lstsq(a, b, rcond=None)[0]).sum()
    return admm(ridge_solver(a, b), lambda x, _: onto_ball(x, radius), a.shape[1], cfg.rho, most=cfg.most)
