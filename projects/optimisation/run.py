"""Optimisation at a look: five methods race through Rosenbrock's valley, and a linear programme is solved in two ways."""

import contextlib
import re
from dataclasses import dataclass

import numpy as np

import constrained
import descent
import direct
import evolution
import interior
import linear
import nist
import pictures
import problems
import programmes
import proximal
import rates
import simplex
import stochastic
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import above, any_number, at_least

RELATIONS = {"<=": (-np.inf, 0.0), ">=": (0.0, np.inf), "=": (0.0, 0.0)}


@dataclass
class Config:
    start: list[float] = any_number()  # where the race begins, two numbers
    budget: int = at_least(10)  # evaluations of Rosenbrock's function that each method has
    rate: float = above(0)  # of Adam
    costs: list[float] = any_number()  # of the linear programme, two numbers: they are made least, at x, y ≥ 0
    limits: list[str]  # its rows, each as text: "3 2 <= 18"


def look(cfg: Config, job):
    """Five methods race over Rosenbrock's valley; a linear programme along its edges and through its inside; all errors."""
    if len(cfg.start) != 2 or len(cfg.costs) != 2:
        raise BadInput(f"start={cfg.start}, costs={cfg.costs}: wanted two numbers each")
    raced = race(cfg.start, cfg.budget, cfg.rate)
    asked = read(cfg.costs, cfg.limits)
    edges, inside = [], []
    corner = simplex.solve(asked, watch=lambda x: edges.append(x.copy()))
    centre = interior.solve(asked, watch=lambda x: inside.append(x.copy()))
    for found in (corner, centre):
        linear.expect_optimal(asked, found, f"limits={cfg.limits}: the linear programme")
    with job.figure("look") as figure:
        pictures.look(figure, raced, asked, np.array(edges), np.array(inside))
    job.animation("race", pictures.frames(raced))
    needed = {name: reached(values) for name, (_, values) in raced.items()}
    first = min(needed, key=lambda name: (needed[name] or cfg.budget + 1, raced[name][1][-1]))
    print(
        f"{first} comes first, with {needed[first] or 'more than ' + str(cfg.budget)} evaluations; the linear programme's "
        f"optimum {corner.objective:.6g} takes {len(edges) - 1} corners, or {centre.steps} steps through the inside. "
        f"The race: {job.folder / 'figures' / 'race.gif'}"
    )
    found = {
        name: {"evaluations until f < 1e-8": float(needed[name] or np.inf), "f at the end": float(values[-1])}
        for name, (_, values) in raced.items()
    }
    found = {name: {k: v for k, v in row.items() if np.isfinite(v)} for name, row in found.items()}
    for name, solution in (("simplex", corner), ("interior point", centre)):
        found[name] = {"f at the end": solution.objective, "steps": solution.steps}
    return found


class Watched:
    """Rosenbrock's function that keeps the best point so far after each evaluation, and stops at its budget."""

    def __init__(self, budget):
        self.budget, self.points, self.values = budget, [], []

    def __call__(self, x):
        f, g = problems.rosenbrock(np.asarray(x, float))
        if len(self.values) >= self.budget:
            raise Spent
        better = not self.values or f < self.values[-1]
        self.points.append(np.array(x, float) if better else self.points[-1])
        self.values.append(f if better else self.values[-1])
        return f, g

    def value(self, x):
        """f alone, for methods without gradients."""
        return self(x)[0]


class Spent(Exception):
    """The budget of evaluations is used up."""


def race(start, budget, rate):
    """{method: (best points so far (evaluations, 2), their values)} of five methods from one start."""
    runners = {
        "gradient descent": lambda fun: descent.minimise(fun, start, descent.Steepest(), 1e-10, budget),
        "Adam": lambda fun: adam(fun, start, rate, budget),
        "Nelder-Mead": lambda fun: direct.nelder_mead(fun.value, start, tolerance=1e-10, most=budget),
        "conjugate gradients": lambda fun: descent.minimise(fun, start, descent.ConjugateGradients(), 1e-10, budget),
        "BFGS": lambda fun: descent.minimise(fun, start, descent.BFGS(), 1e-10, budget),
    }
    found = {}
    for name, runner in runners.items():
        fun = Watched(budget)
        with contextlib.suppress(Spent):
            runner(fun)
        found[name] = np.array(fun.points), np.array(fun.values)
    return found


def adam(fun, start, rate, steps):
    """Adam on the whole gradient, as networks are trained."""
    x, state = np.array(start, float), {}
    for _ in range(steps):
        x = stochastic.adam(x, fun(x)[1], state, rate)


def reached(values):
    """How many evaluations until f < 1e-8; None if it was not reached."""
    below = np.flatnonzero(values < 1e-8)
    return int(below[0]) + 1 if len(below) else None


def read(costs, limits):
    """The Programme of rows like "3 2 <= 18" with two numbers on the left, x and y at least 0."""
    left, low, high = [], [], []
    for limit in limits:
        match = re.fullmatch(r"\s*(\S+)\s+(\S+)\s*(<=|>=|=)\s*(\S+)\s*", limit)
        try:
            numbers = [float(match[k]) for k in (1, 2, 4)]
        except (TypeError, ValueError):
            raise BadInput(f'limits: "{limit}"; wanted two numbers, <=, >= or =, and a number: "3 2 <= 18"') from None
        left.append(numbers[:2])
        below, above_ = RELATIONS[match[3]]
        low.append(numbers[2] + below)
        high.append(numbers[2] + above_)
    if not left:
        raise BadInput("limits: wanted at least one")
    return programmes.programme(costs, left, low, high)


if __name__ == "__main__":
    launch(
        look,
        nist.regression,
        nist.digits,
        stochastic.descend,
        stochastic.remember,
        stochastic.scale,
        stochastic.airfoil,
        stochastic.online,
        evolution.backprop,
        evolution.evolve,
        problems.convex,
        problems.squares,
        constrained.constrained,
        linear.linear,
        linear.diet,
        proximal.lasso,
        rates.convergence,
        figures={
            nist.digits: pictures.digits,
            stochastic.airfoil: pictures.airfoil,
            rates.convergence: pictures.convergence,
        },
    )
