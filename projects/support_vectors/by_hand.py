"""Machines small enough to be solved on paper: every number is a fraction or a root."""

from dataclasses import dataclass

import numpy as np

from abacus.settings import above
from machines import SVC, NuSVC

OR = np.array([[-1.0, -1.0], [1.0, 1.0], [-1.0, 1.0], [1.0, -1.0]])
SQUARE = {"kernel": "poly", "degree": 2, "gamma": 1.0, "coef0": 1.0}


@dataclass
class Config:
    C: float = above(0)  # price of a violation; here so high that nobody pays
    tol: float = above(0)  # violation of the optimality conditions that is left


def four_points(cfg: Config, job):
    """For each little problem the sum of the multipliers, the margin 1 / ‖w‖ and b."""
    line = SVC(cfg.C, "linear", tol=cfg.tol)
    return {
        "two points": solved(line, np.array([[0.0, 0.0], [2.0, 0.0]]), [0, 1]),
        "three points": solved(line, np.array([[0.0, 0.0], [2.0, 0.0], [1.0, 1.0]]), [0, 1, 1]),
        "exclusive or": solved(SVC(cfg.C, tol=cfg.tol, **SQUARE), OR, [0, 0, 1, 1]),
        "exclusive or, nu": solved(NuSVC(0.5, tol=cfg.tol, **SQUARE), OR, [0, 0, 1, 1]),
    }


def solved(machine, x, y):
    """{column: value} of a machine fitted to x (n, 2) and the classes y."""
    machine.fit(x, y)
    f = machine.decision_function(x)[machine.support_] - machine.intercept_[0]  # w·φ(x), without b
    norm = machine.dual_coef_[0] @ f  # ‖w‖²
    return {
        "sum of alpha": float(np.abs(machine.dual_coef_).sum()),
        "margin": float(1 / np.sqrt(norm)),
        "b": float(machine.intercept_[0]),
    }
