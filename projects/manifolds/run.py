"""A line is fitted to noisy points by gradient descent (the skeleton of a new project: put your subject here)."""

from dataclasses import dataclass

import numpy as np

from abacus.launch import launch
from abacus.settings import above, at_least


@dataclass
class Config:
    points: int = at_least(2)  # points that the line is fitted to
    steps: int = at_least(0)  # steps of gradient descent
    rate: float = above(0)  # learning rate of each step


def fit(cfg: Config, job):
    """One row of the table: the line's squared error on as many new points, and how many numbers it has."""
    (x, y), new = points(cfg.points, job.rng("points")), points(cfg.points, job.rng("new points"))
    line = {"w": np.zeros(2)}  # slope and height at 0; what the loop changes stands in a dict, so that it is saved
    for step in job.steps(cfg.steps, line):
        residual = line["w"][0] * x + line["w"][1] - y
        line["w"] = line["w"] - cfg.rate * 2 / len(x) * np.array([residual @ x, residual.sum()])  # eq. 1
        job.log(step=step, error=error(line["w"], x, y))
    print(
        f"After {cfg.steps} steps the squared error on new points is {error(line['w'], *new):.3f}; the noise is 0.01."
    )
    return {"test error": error(line["w"], *new), "parameters": line["w"].size}


def points(n, rng):
    """n points of the line y = 2x + 1 with noise of standard deviation 0.1: x (n,), y (n,)."""
    x = rng.uniform(-1, 1, n)
    return x, 2 * x + 1 + 0.1 * rng.standard_normal(n)


def error(w, x, y):
    """The mean of (w₀x + w₁ − y)²."""
    return float(np.mean((w[0] * x + w[1] - y) ** 2))


def draw(results, save):
    """The error after each step, a line for each row and seed."""
    with save("errors") as figure:
        axes = figure.subplots()
        for record in results:
            axes.semilogy([line["error"] for line in record["log"]], label=f"{record['row']}, seed {record['seed']}")
        axes.set(xlabel="step", ylabel="squared error")
        axes.legend()


if __name__ == "__main__":
    launch(fit, figures={fit: draw})
