"""Environments for reinforcement learning, with Gymnasium's interface, single or n copies side by side.

    env = environments.make("CartPole")          # one: observation, info = env.reset(seed=0); env.step(action)
    envs = environments.make("CartPole", n=8)    # eight at once: arrays in, arrays out, and each begins anew by itself
    model = environments.model("FrozenLake")     # a finite one as its table, for dynamic programming

Gymnasium's own names ("CartPole-v1") are understood, and what begins with "gym:" is made by Gymnasium itself. Trajectories
are those of Gymnasium from the same seed and actions. Spaces: spaces.py; the interface: vector.py; tables: finite.py.
"""

import re

from abacus import settings
from abacus.environments import cards, classic, grids, tables
from abacus.environments.finite import Finite
from abacus.environments.foreign import Foreign, Lone
from abacus.environments.spaces import Box, Discrete, MultiDiscrete
from abacus.environments.vector import Single, Vector
from abacus.errors import BadInput

__all__ = [
    "DYNAMICS",
    "MODELS",
    "Box",
    "Discrete",
    "Finite",
    "Foreign",
    "Lone",
    "MultiDiscrete",
    "Single",
    "Vector",
    "make",
    "model",
]

MODELS = {
    "Gridworld": grids.gridworld,
    "SmallGridworld": grids.small_gridworld,
    "CliffWalking": grids.cliff,
    "WindyGridworld": grids.windy,
    "WindyKings": lambda: grids.windy(grids.KINGS),
    "WindyNine": lambda: grids.windy((*grids.KINGS, grids.STAY)),
    "WindyGusts": lambda: grids.windy(grids.KINGS, gusts=True),
    "FrozenLake": grids.frozen_lake,
    "FrozenLake8x8": lambda: grids.frozen_lake("8x8"),
    "Maze": grids.maze,
    "Taxi": tables.taxi,
    "Taxi-v2": lambda: tables.taxi(tables.OLD_TAXI),
    "Gambler": tables.gambler,
    "CarRental": tables.car_rental,
    "RandomWalk": tables.random_walk,
    "LongWalk": tables.long_walk,
    "Racetrack": tables.racetrack,
    "BlackjackTable": cards.blackjack,
}
DYNAMICS = {
    "CartPole": classic.CartPole,
    "MountainCar": classic.MountainCar,
    "Acrobot": classic.Acrobot,
    "Pendulum": classic.Pendulum,
    "Blackjack": cards.Blackjack,
    "Bandit": cards.Bandit,
}


def make(name, n=None):
    """The environment of this name: one (n None), or n copies side by side. BadInput for a name that there is not."""
    if isinstance(name, str) and name.startswith("gym:"):
        return Lone(name.removeprefix("gym:")) if n is None else Foreign(name.removeprefix("gym:"), n)
    known = DYNAMICS | MODELS
    dynamics = known[_known(name, known)]()
    return Single(dynamics) if n is None else Vector(dynamics, n)


def model(name):
    """The finite environment of this name as its table, a `Finite`. BadInput for a name that there is not."""
    return MODELS[_known(name, MODELS)]()


def _known(name, known):
    if not isinstance(name, str):
        raise BadInput(f"environment {name!r}: wanted a name, one of {', '.join(known)}")
    short = name if name in known else re.sub(r"-v\d+$", "", name)
    if short not in known:
        raise BadInput(f"no environment {name!r}; there are {', '.join(known)}{settings.suggestion(name, known)}")
    return short
