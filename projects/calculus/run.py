"""Calculus at a look: a derivative, an integral, a differential equation and an orbit, and how wrong each method is."""

from dataclasses import dataclass

import numpy as np

import adaptive
import autodiff
import differences
import expressions
import pictures
import problems
import quadrature
import runge_kutta
from abacus.launch import launch
from abacus.settings import above, any_number, between
from expressions import Formula


@dataclass
class Config:
    function: str  # a formula of x, differentiated and integrated
    at: float = any_number()  # where it is differentiated
    low: float = any_number()  # where the integral begins
    high: float = any_number()  # where it ends
    slope: str  # y′ as a formula of t and y
    start: float = any_number()  # y at t = 0
    until: float = above(0)  # the last t
    steps: int = between(1, 100_000)  # of Euler's method
    velocity: float = any_number()  # y' with which the orbit starts at (0.994, 0)
    period: float = between(0.01, 1000)  # when it closes
    tolerance: float = between(1e-14, 0.1)  # of each of its steps


def look(cfg: Config, job):
    """A derivative and an integral of one function, a slope field with two solutions, and Arenstorf's orbit."""
    f, slope = Formula(cfg.function, ("x",)), Formula(cfg.slope, ("t", "y"))
    value, derivative = autodiff.derivative(f, cfg.at)
    wrong = differences.errors(f, cfg.at, differences.STEPS)
    integral, off, evaluations = adaptive.integrate(f, cfg.low, cfg.high)
    start = problems.starting(cfg.velocity)
    orbit = runge_kutta.solve(problems.arenstorf, 0.0, start, cfg.period, cfg.tolerance, cfg.tolerance)
    missed = abs(orbit.values[-1] - orbit.values[0])[:2].max()
    with job.figure("look") as figure:
        pictures.look(figure, f, wrong, (cfg.low, cfg.high, integral), (slope, cfg.start, cfg.until, cfg.steps), orbit)
    best, least = min(wrong["forward"]), max(min(wrong["complex step"]), np.finfo(float).eps)
    print(
        f"f'({cfg.at:g}) = {derivative:.15g}: the best forward difference is off by {best:.0e} of it, a complex step by at "
        f"most {least:.0e}; the integral is {integral:.15g} after {evaluations} evaluations; the orbit "
        f"comes back to within {missed:.0e} after {orbit.steps} steps."
    )
    return {"value": value, "derivative": derivative, "integral": integral, "error": off, "orbit missed by": missed}


if __name__ == "__main__":
    launch(
        look,
        differences.differentiate,
        expressions.trace,
        quadrature.cotes,
        quadrature.nodes,
        quadrature.triangle,
        runge_kutta.order,
        problems.orbit,
        problems.shoot,
        problems.stiffly,
        figures={
            differences.differentiate: pictures.differences,
            quadrature.triangle: pictures.rules,
            runge_kutta.order: pictures.fields,
            problems.orbit: pictures.orbits,
            problems.stiffly: pictures.kinetics,
        },
    )
