"""How much work each method does on the same models: backups until rounding is all that changes."""

from dataclasses import dataclass

import solving
from abacus.environments import cards, grids, tables
from abacus.errors import BadInput
from abacus.settings import between, one_of

WORLDS = {
    "gridworld": grids.gridworld,
    "wind": grids.windy,
    "ice": lambda: grids.frozen_lake("8x8"),
    "maze": grids.maze,
    "taxi": tables.taxi,
    "gambler": tables.gambler,
    "blackjack": cards.blackjack,
}


@dataclass
class Comparison:
    worlds: list[str] = one_of(*WORLDS)  # the models
    gamma: float = between(0, 1, open=True)  # discount


def methods(cfg: Comparison, job):
    """{method: {model: backups}}; all methods must agree on the values, which is logged as their largest difference."""
    if not cfg.worlds:
        raise BadInput("worlds=[]: wanted at least one")
    found = {name: {} for name in solving.METHODS}
    for world in cfg.worlds:
        model, first = WORLDS[world](), None
        for name, method in solving.METHODS.items():
            v, _, count = method(model, cfg.gamma)
            first = v if first is None else first
            found[name][world] = count
            job.log(world=world, method=name, backups=count, difference=float(abs(v - first).max()))
    return found
