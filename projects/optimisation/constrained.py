"""Eleven problems of Hock and Schittkowski (1981) with constraints, by sequential quadratic programming."""

from dataclasses import dataclass

import numpy as np

import quadratic
from abacus.settings import at_least, one_of


def _col(*rows):
    return np.array(rows)


def _hs43_rows(x):
    a, b, c, d = x
    return _col(
        8 - a * a - b * b - c * c - d * d - a + b - c + d,
        10 - a * a - 2 * b * b - c * c - 2 * d * d + a + d,
        5 - 2 * a * a - b * b - c * c - 2 * a + b + d,
    )


def _hs100(x):
    squares = (x[0] - 10) ** 2 + 5 * (x[1] - 12) ** 2 + x[2] ** 4 + 3 * (x[3] - 11) ** 2
    return squares + 10 * x[4] ** 6 + 7 * x[5] ** 2 + x[6] ** 4 - 4 * x[5] * x[6] - 10 * x[5] - 8 * x[6]


def _hs100_rows(x):
    return _col(
        127 - 2 * x[0] ** 2 - 3 * x[1] ** 4 - x[2] - 4 * x[3] ** 2 - 5 * x[4],
        282 - 7 * x[0] - 3 * x[1] - 10 * x[2] ** 2 - x[3] + x[4],
        196 - 23 * x[0] - x[1] ** 2 - 6 * x[5] ** 2 + 8 * x[6],
        -4 * x[0] ** 2 - x[1] ** 2 + 3 * x[0] * x[1] - 2 * x[2] ** 2 - 5 * x[5] + 11 * x[6],
    )


def _hs113(x):
    f = x[0] ** 2 + x[1] ** 2 + x[0] * x[1] - 14 * x[0] - 16 * x[1] + (x[2] - 10) ** 2 + 4 * (x[3] - 5) ** 2
    f = f + (x[4] - 3) ** 2 + 2 * (x[5] - 1) ** 2 + 5 * x[6] ** 2 + 7 * (x[7] - 11) ** 2
    return f + 2 * (x[8] - 10) ** 2 + (x[9] - 7) ** 2 + 45


def _hs113_rows(x):
    return _col(
        105 - 4 * x[0] - 5 * x[1] + 3 * x[6] - 9 * x[7],
        -10 * x[0] + 8 * x[1] + 17 * x[6] - 2 * x[7],
        8 * x[0] - 2 * x[1] - 5 * x[8] + 2 * x[9] + 12,
        -3 * (x[0] - 2) ** 2 - 4 * (x[1] - 3) ** 2 - 2 * x[2] ** 2 + 7 * x[3] + 120,
        -5 * x[0] ** 2 - 8 * x[1] - (x[2] - 6) ** 2 + 2 * x[3] + 40,
        -0.5 * (x[0] - 8) ** 2 - 2 * (x[1] - 4) ** 2 - 3 * x[4] ** 2 + x[5] + 30,
        -(x[0] ** 2) - 2 * (x[1] - 2) ** 2 + 2 * x[0] * x[1] - 14 * x[4] + 6 * x[5],
        3 * x[0] - 6 * x[1] - 12 * (x[8] - 8) ** 2 + 7 * x[9],
    )


CONSTRAINED = {
    "6": quadratic.Problem(lambda x: (1 - x[0]) ** 2, [-1.2, 1], lambda x: _col(10 * (x[1] - x[0] ** 2))),
    "14": quadratic.Problem(
        lambda x: (x[0] - 2) ** 2 + (x[1] - 1) ** 2,
        [2, 2],
        lambda x: _col(x[0] - 2 * x[1] + 1),
        lambda x: _col(-0.25 * x[0] ** 2 - x[1] ** 2 + 1),
    ),
    "22": quadratic.Problem(
        lambda x: (x[0] - 2) ** 2 + (x[1] - 1) ** 2,
        [2, 2],
        None,
        lambda x: _col(-x[0] - x[1] + 2, -(x[0] ** 2) + x[1]),
    ),
    "26": quadratic.Problem(
        lambda x: (x[0] - x[1]) ** 2 + (x[1] - x[2]) ** 4,
        [-2.6, 2, 2],
        lambda x: _col((1 + x[1] ** 2) * x[0] + x[2] ** 4 - 3),
    ),
    "28": quadratic.Problem(
        lambda x: (x[0] + x[1]) ** 2 + (x[1] + x[2]) ** 2, [-4, 1, 1], lambda x: _col(x[0] + 2 * x[1] + 3 * x[2] - 1)
    ),
    "35": quadratic.Problem(
        lambda x: (
            9 - 8 * x[0] - 6 * x[1] - 4 * x[2] + 2 * x[0] ** 2 + 2 * x[1] ** 2 + x[2] ** 2 + 2 * x[0] * (x[1] + x[2])
        ),
        [0.5, 0.5, 0.5],
        None,
        lambda x: _col(3 - x[0] - x[1] - 2 * x[2]),
        [0, 0, 0],
    ),
    "43": quadratic.Problem(
        lambda x: (
            x[0] ** 2 + x[1] ** 2 + 2 * x[2] ** 2 + x[3] ** 2 - 5 * x[0] - 5 * x[1] - 21 * x[2] + 7 * x[3]
        ),
        [0, 0, 0, 0],
        None,
        _hs43_rows,
    ),
    "71": quadratic.Problem(
        lambda x: x[0] * x[3] * (x[0] + x[1] + x[2]) + x[2],
        [1, 5, 5, 1],
        lambda x: _col((x * x).sum() - 40),
        lambda x: _col(x[0] * x[1] * x[2] * x[3] - 25),
        [1] * 4,
        [5] * 4,
    ),
    "76": quadratic.Problem(
        lambda x: (
            x[0] ** 2 + 0.5 * x[1] ** 2 + x[2] ** 2 + 0.5 * x[3] ** 2 - x[0] * x[2] + x[2] * x[3]
            - x[0] - 3 * x[1] + x[2] - x[3]
        ),
        [0.5] * 4,
        None,
        lambda x: _col(
            5 - x[0] - 2 * x[1] - x[2] - x[3], 4 - 3 * x[0] - x[1] - 2 * x[2] + x[3], x[1] + 4 * x[2] - 1.5
        ),
        [0] * 4,
    ),
    "100": quadratic.Problem(_hs100, [1, 2, 0, 4, 0, 1, 1], None, _hs100_rows),
    "113": quadratic.Problem(_hs113, [2, 3, 5, 5, 1, 2, 7, 3, 6, 10], None, _hs113_rows),
}  # fmt: skip


@dataclass
class Constrained:
    number: str = one_of(*CONSTRAINED)  # of Hock and Schittkowski's collection, from its standard start
    most: int = at_least(1)  # steps, at most


def constrained(cfg: Constrained, job):
    """The least f of a problem of Hock & Schittkowski by sequential quadratic programming, where it is, and the multipliers."""
    found = quadratic.sqp(CONSTRAINED[cfg.number], most=cfg.most)
    if not found.converged:
        print(f"{cfg.number}: {found.reason}")
    places = {f"x{k}": float(v) for k, v in enumerate(found.x, 1)}
    prices = {f"multiplier {k}": float(v) for k, v in enumerate(found.multipliers[:3], 1)}
    return {"f*": found.f} | places | prices | {"steps": found.steps}
