"""The tables: what books, courses and Gymnasium print of finite models, computed exactly."""

from dataclasses import dataclass

import numpy as np

import horizon
import solving
import stories
import values
from abacus.environments import cards, grids
from abacus.environments import tables as models
from abacus.errors import BadInput
from abacus.settings import above, at_least, between, one_of


@dataclass
class Discount:
    gamma: float = between(0, 1)  # discount


@dataclass
class Sweeps:
    sweeps: list[int] = at_least(0)  # how many, ascending; after them the exact values


@dataclass
class Coin:
    heads: float = between(0, 1, open=True)  # probability that the coin shows heads


@dataclass
class Rental:
    gamma: float = between(0, 1, open=True)  # discount
    rent: float = above(0)  # income for each car that is rented, in dollars
    moving: float = at_least(0)  # cost of each car that is moved, in dollars


@dataclass
class Stick:
    stick: int = between(4, 21)  # the player sticks from this sum on


@dataclass
class Nothing:
    """No setting: the models are as they are."""


@dataclass
class Steps:
    lake: str = one_of("4x4", "8x8")  # which lake
    steps: int = at_least(1)  # until it is cut


def grid_rows(v, grid, names=None):
    """{row 1: {1: value, ...}, ...} of values laid out as a picture."""
    return {f"{(names or 'row')} {i + 1}": {str(j + 1): v[s] for j, s in enumerate(row)} for i, row in enumerate(grid)}


def random_policy(cfg: Discount, job):
    """Values of the 5 × 5 gridworld, where all four moves are equally likely."""
    model = grids.gridworld()
    return grid_rows(values.evaluate(model, values.uniform(model), cfg.gamma), model.grid)


def best_policy(cfg: Discount, job):
    """Values of the 5 × 5 gridworld under the best policy."""
    model = grids.gridworld()
    return grid_rows(solving.policies(model, cfg.gamma)[1], model.grid)


def small_grid(cfg: Sweeps, job):
    """Values of the 4 × 4 gridworld after sweeps of a random policy, and in the limit."""
    if cfg.sweeps != sorted(set(cfg.sweeps)):
        raise BadInput(f"sweeps={cfg.sweeps}: wanted numbers that ascend")
    model, found = grids.small_gridworld(), {}
    policy, v, done = values.uniform(model), np.zeros(16), 0
    for k in cfg.sweeps:
        for _ in range(done, k):
            v = values.sweep(model, policy, v, 1.0)
        done = k
        found |= grid_rows(v, model.grid, f"k = {k}, row")
    return found | grid_rows(values.evaluate(model, policy, 1.0), model.grid, "k = ∞, row")


def student(cfg: Discount, job):
    """Values of the student's day without choices."""
    model = stories.student_day()
    return dict(zip(stories.DAY, values.evaluate(model, values.uniform(model), cfg.gamma)))


def student_choices(cfg: Nothing, job):
    """Values of the student's day with choices: at random, and at best; no discount."""
    model = stories.student_choices()
    random, best = values.evaluate(model, values.uniform(model), 1.0), solving.policies(model, 1.0)[1]
    return {name: dict(zip(stories.DAY[:4], v)) for name, v in (("at random", random), ("at best", best))}


def taxicab(cfg: Nothing, job):
    """Howard's policies in turn: gain a step, action of each town, and relative values."""
    model = stories.taxicab()
    first = np.einsum("sak,sak->sa", model.probability, model.reward).argmax(axis=1)
    found = {}
    for k, (actions, g, v) in enumerate(horizon.gains(model, first)):
        policy = {f"action in {i + 1}": int(a) + 1 for i, a in enumerate(actions)}
        found[f"policy {k + 1}"] = {"gain": g, **policy, "v1": v[0], "v2": v[1]}
    return found


def gambler(cfg: Coin, job):
    """Chance to reach 100 with some capitals, when one stakes at best."""
    v, _, _ = solving.value_iteration(models.gambler(cfg.heads), 1.0)
    for s, chance in enumerate(v[:100]):
        job.log(capital=s, chance=chance)
    return {f"capital {s}": v[s] for s in (25, 50, 75)}


def car_rental(cfg: Rental, job):
    """Jack's two car rentals: improvements until the policy is stable, the lowest and the highest value."""
    model = models.car_rental(rent=cfg.rent, moving=cfg.moving)
    found, v = solving.policies(model, cfg.gamma, first=np.full(model.states, model.actions // 2))
    job.log(policy=(found[-1] - model.actions // 2)[model.grid].tolist(), value=v[model.grid].tolist())
    return {"improvements": len(found) - 1, "lowest value": v.min(), "highest value": v.max()}


def blackjack_value(cfg: Stick, job):
    """The value of one state (13 with an ace against a 2) for a player who sticks from some sum on."""
    model = cards.blackjack()
    totals = np.arange(model.states) // 22
    v = values.evaluate(model, values.deterministic(model, (totals < cfg.stick).astype(int)), 1.0)
    return {"value": (v[cards.blackjack_state(13, 2, True)], 0.0)}


def blackjack_best(cfg: Nothing, job):
    """The sum from which on the best player sticks, against each card of the dealer."""
    model = cards.blackjack()
    _, actions, _ = solving.value_iteration(model, 1.0)
    found = {}
    for name, ace in (("without an ace", False), ("with an ace", True)):
        sums = range(12, 22)
        stuck = {d: [actions[cards.blackjack_state(s, d, ace)] == 0 for s in sums] for d in range(1, 11)}
        found[name] = {"A" if d == 1 else str(d): sums[one.index(True)] for d, one in stuck.items()}
    return found


def shortest(cfg: Nothing, job):
    """Steps of the shortest way through the wind, with four moves, with a king's eight, and with nine."""
    kinds = {"four": (grids.UP, grids.DOWN, grids.LEFT, grids.RIGHT), "eight": grids.KINGS}
    kinds["nine"] = (*grids.KINGS, grids.STAY)
    found = {}
    for name, moves in kinds.items():
        model = grids.windy(moves)
        v, _, _ = solving.value_iteration(model, 1.0)
        found[f"{name} moves"] = {"steps": round(-v[model.beginning.argmax()])}
    return found


def lake(cfg: Steps, job):
    """The best chance to cross a frozen lake in so many steps, and without a limit."""
    model = grids.frozen_lake(cfg.lake)
    start = model.beginning.argmax()
    return {
        "chance": horizon.in_steps(model, cfg.steps)[start],
        "no limit": solving.value_iteration(model, 1.0)[0][start],
    }


def taxi(cfg: Nothing, job):
    """Mean return of the best policy over all starts, on both maps."""
    maps = {"Taxi-v2": models.OLD_TAXI, "Taxi-v3": models.TAXI}
    found = {name: (model := models.taxi(rows), solving.value_iteration(model, 1.0)[0]) for name, rows in maps.items()}
    return {name: {"return": model.beginning @ v} for name, (model, v) in found.items()}
