"""Functions with known minima: Rosenbrock's, Boyd and Vandenberghe's, the sums of squares of Moré, Garbow and Hillstrom."""

import math
from dataclasses import dataclass

import numpy as np

import descent
import least_squares
import nist
from abacus.errors import BadInput
from abacus.settings import any_number, at_least, one_of


def rosenbrock(x):
    """Σ 100 (x_{i+1} − x_i²)² + (1 − x_i)² and its gradient, x (n,), n ≥ 2; the minimum 0 is at (1, ..., 1)."""
    a, b = x[1:] - x[:-1] ** 2, 1 - x[:-1]
    gradient = np.zeros_like(x)
    gradient[:-1] = -400 * x[:-1] * a - 2 * b
    gradient[1:] += 200 * a
    return float(100 * (a @ a) + b @ b), gradient


def rosenbrock_hessian(x):
    """Its second derivatives, (n, n)."""
    n = len(x)
    h = np.diag(-400 * x[:-1], 1)
    h = h + h.T
    h[np.arange(n - 1), np.arange(n - 1)] += 1200 * x[:-1] ** 2 - 400 * x[1:] + 2
    h[np.arange(1, n), np.arange(1, n)] += 200
    return h


ROWS_OF_BOYD = np.array([[1.0, 3.0], [1.0, -3.0], [-1.0, 0.0]])


def boyd(x):
    """e^{x₁+3x₂−0.1} + e^{x₁−3x₂−0.1} + e^{−x₁−0.1} and its gradient (Boyd & Vandenberghe 2004, 9.20)."""
    with np.errstate(over="ignore"):
        e = np.exp(ROWS_OF_BOYD @ x - 0.1)
    return float(e.sum()), ROWS_OF_BOYD.T @ e


def boyd_hessian(x):
    """Its second derivatives, (2, 2)."""
    return (ROWS_OF_BOYD.T * np.exp(ROWS_OF_BOYD @ x - 0.1)) @ ROWS_OF_BOYD


@dataclass
class Convex:
    start: list[float] = any_number()  # two numbers


def convex(cfg: Convex, job):
    """Boyd's example (9.20) by five rules: its least value, where it is, and the steps; the first is Newton's."""
    if len(cfg.start) != 2:
        raise BadInput(f"start={cfg.start}: wanted two numbers")
    rules = {
        "minimum": descent.Newton(boyd_hessian),
        "by the gradient": descent.Steepest(),
        "by conjugate gradients": descent.ConjugateGradients(),
        "by BFGS": descent.BFGS(),
        "by L-BFGS": descent.LBFGS(),
    }
    found = {name: descent.minimise(boyd, cfg.start, rule) for name, rule in rules.items()}
    for name, m in found.items():
        if not m.converged:
            print(f"{name}: {m.reason}")
    return {name: {"p*": m.f, "x1": float(m.x[0]), "x2": float(m.x[1]), "steps": m.steps} for name, m in found.items()}


BARD = [0.14, 0.18, 0.22, 0.25, 0.29, 0.32, 0.35, 0.39, 0.37, 0.58, 0.73, 0.96, 1.34, 2.10, 4.39]
GAUSSIAN = [0.0009, 0.0044, 0.0175, 0.0540, 0.1295, 0.2420, 0.3521, 0.3989]
GAUSSIAN += GAUSSIAN[-2::-1]
OSBORNE_2 = [
    1.366, 1.191, 1.112, 1.013, 0.991, 0.885, 0.831, 0.847, 0.786, 0.725, 0.746, 0.679, 0.608, 0.655, 0.616, 0.606, 0.602,
    0.626, 0.651, 0.724, 0.649, 0.649, 0.694, 0.644, 0.624, 0.661, 0.612, 0.558, 0.533, 0.495, 0.500, 0.423, 0.395, 0.375,
    0.372, 0.391, 0.396, 0.405, 0.428, 0.429, 0.523, 0.562, 0.607, 0.653, 0.672, 0.708, 0.633, 0.668, 0.645, 0.632, 0.591,
    0.559, 0.597, 0.625, 0.739, 0.710, 0.729, 0.720, 0.636, 0.581, 0.428, 0.292, 0.162, 0.098, 0.054,
]  # fmt: skip


def _bard(x):
    u = np.arange(1.0, 16)
    v = 16 - u
    return BARD - (x[0] + u / (v * x[1] + np.minimum(u, v) * x[2]))


def _gaussian(x):
    t = (8 - np.arange(1.0, 16)) / 2
    return x[0] * np.exp(-x[1] * (t - x[2]) ** 2 / 2) - GAUSSIAN


def _brown_dennis(x):
    t = np.arange(1, 21) / 5
    return (x[0] + t * x[1] - np.exp(t)) ** 2 + (x[2] + x[3] * np.sin(t) - np.cos(t)) ** 2


def _freudenstein_roth(x):
    a = -13 + x[0] + ((5 - x[1]) * x[1] - 2) * x[1]
    return np.array([a, -29 + x[0] + ((x[1] + 1) * x[1] - 14) * x[1]])


def _jennrich_sampson(x):
    i = np.arange(1, 11)
    return 2 + 2 * i - (np.exp(i * x[0]) + np.exp(i * x[1]))


def _osborne_2(x):
    t = np.arange(65) / 10
    model = x[0] * np.exp(-t * x[4])
    for k in range(3):
        model = model + x[1 + k] * np.exp(-((t - x[8 + k]) ** 2) * x[5 + k])
    return OSBORNE_2 - model


def _watson(x):
    t, j = np.arange(1, 30)[:, None] / 29, np.arange(len(x))
    slope = (j[1:] * x[1:] * t ** (j[1:] - 1)).sum(axis=1)
    return np.concatenate([slope - (x * t**j).sum(axis=1) ** 2 - 1, [x[0], x[1] - x[0] ** 2 - 1]])


def _penalty_1(x):
    return np.append(math.sqrt(1e-5) * (x - 1), (x * x).sum() - 0.25)


def _penalty_2(x):
    n, a = len(x), math.sqrt(1e-5)
    i = np.arange(2, n + 1)
    y = np.exp(i / 10) + np.exp((i - 1) / 10)
    e = np.exp(x / 10)
    middle = a * (e[1:] + e[:-1] - y)
    last = ((n - np.arange(n)) * x * x).sum() - 1
    return np.concatenate([[x[0] - 0.2], middle, a * (e[1:] - math.exp(-0.1)), [last]])


def _chebyquad(x):
    n = len(x)
    before, now, residuals = np.ones(n), 2 * x - 1, []
    for i in range(1, n + 1):
        residuals.append(now.mean() + (1 / (i * i - 1) if i % 2 == 0 else 0.0))
        before, now = now, 2 * (2 * x - 1) * now - before
    return np.array(residuals)


def _biggs(x):
    t = np.arange(1, 14) / 10
    y = np.exp(-t) - 5 * np.exp(-10 * t) + 3 * np.exp(-4 * t)
    return x[2] * np.exp(-t * x[0]) - x[3] * np.exp(-t * x[1]) + x[5] * np.exp(-t * x[4]) - y


SQUARES = {  # name: (residuals of x, the standard start)
    "Freudenstein and Roth": (_freudenstein_roth, [0.5, -2]),
    "Jennrich and Sampson": (_jennrich_sampson, [0.3, 0.4]),
    "Bard": (_bard, [1, 1, 1]),
    "Gaussian": (_gaussian, [0.4, 1, 0]),
    "Meyer": ("MGH10", 2),
    "Kowalik and Osborne": ("MGH09", 2),
    "Brown and Dennis": (_brown_dennis, [25, 5, -5, -1]),
    "Osborne 1": ("MGH17", 2),
    "Biggs EXP6": (_biggs, [1, 2, 1, 1, 1, 1]),
    "Osborne 2": (_osborne_2, [1.3, 0.65, 0.65, 0.7, 0.6, 3, 5, 7, 2, 4.5, 5.5]),
    "Watson, n = 6": (_watson, [0] * 6),
    "Watson, n = 9": (_watson, [0] * 9),
    "Watson, n = 12": (_watson, [0] * 12),
    "Penalty I, n = 4": (_penalty_1, [1, 2, 3, 4]),
    "Penalty I, n = 10": (_penalty_1, [*range(1, 11)]),
    "Penalty II, n = 4": (_penalty_2, [0.5] * 4),
    "Penalty II, n = 10": (_penalty_2, [0.5] * 10),
    "Chebyquad, n = 8": (_chebyquad, [k / 9 for k in range(1, 9)]),
    "Chebyquad, n = 10": (_chebyquad, [k / 11 for k in range(1, 11)]),
}


@dataclass
class Squares:
    name: str = one_of(*SQUARES)  # the problem, from its standard start
    most: int = at_least(1)  # steps, at most


def squares(cfg: Squares, job):
    """The least sum of squares of a problem of Moré, Garbow & Hillstrom by Levenberg and Marquardt."""
    residual, start = SQUARES[cfg.name]
    if isinstance(residual, str):
        problem = nist.Problem(residual)
        residual, start = problem.residual, problem.starts[start - 1]
    with np.errstate(all="ignore"):
        fit = least_squares.levenberg_marquardt(residual, start, most=cfg.most)
    if fit.reason.startswith("stopped"):
        print(f"{cfg.name}: {fit.reason}")
    return {"minimum": fit.f, "steps": fit.steps}
