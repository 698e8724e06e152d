"""The best way through a small world, computed exactly; and what books, courses and Gymnasium print of such worlds."""

from dataclasses import dataclass

import numpy as np

import comparison
import pictures
import solving
import tables
import values
from abacus.environments import grids
from abacus.launch import launch
from abacus.settings import between, one_of

FOUR = grids.UP, grids.DOWN, grids.LEFT, grids.RIGHT
WORLDS = {  # name: the model, and its moves in order
    "gridworld": (grids.gridworld, FOUR),
    "corners": (grids.small_gridworld, FOUR),
    "cliff": (grids.cliff, (grids.UP, grids.RIGHT, grids.DOWN, grids.LEFT)),
    "wind": (grids.windy, FOUR),
    "lake": (grids.frozen_lake, (grids.LEFT, grids.DOWN, grids.RIGHT, grids.UP)),
    "big lake": (lambda: grids.frozen_lake("8x8"), (grids.LEFT, grids.DOWN, grids.RIGHT, grids.UP)),
    "maze": (grids.maze, FOUR),
}


@dataclass
class Config:
    world: str = one_of(*WORLDS)  # the world of squares
    gamma: float = between(0, 1)  # discount


def look(cfg: Config, job):
    """Values of a world when one moves by chance and at best, by two methods that must agree; drawn with the best moves."""
    make, moves = WORLDS[cfg.world]
    model = make()
    random = values.evaluate(model, values.uniform(model), cfg.gamma)
    best, _, backups = solving.value_iteration(model, cfg.gamma)
    found, exact = solving.policies(model, cfg.gamma)
    with job.figure("world") as figure:
        figure.set_size_inches(11, 11 * len(model.grid) / len(model.grid[0]) / 2 + 0.6)
        pictures.world(figure, model, cfg.gamma, random, exact, moves)
    start = model.beginning > 0
    by_chance, at_best = float(random[start].mean()), float(exact[start].mean())
    print(
        f"From the start one may expect {by_chance:.2f} when one moves by chance and {at_best:.2f} at best; "
        f"value iteration found that with {backups} backups, policy iteration with {len(found) - 1} better policies."
    )
    return {"by chance": by_chance, "at best": at_best, "largest difference": float(np.abs(best - exact).max())}


if __name__ == "__main__":
    launch(
        look, tables.random_policy, tables.best_policy, tables.small_grid, tables.student, tables.student_choices,
        tables.taxicab, tables.gambler, tables.car_rental, tables.blackjack_value, tables.blackjack_best, tables.shortest,
        tables.lake, tables.taxi, comparison.methods,
        figures={tables.car_rental: pictures.rental, tables.gambler: pictures.chances, comparison.methods: pictures.work},
    )  # fmt: skip
