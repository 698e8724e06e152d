"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

import stories
import values
from abacus.environments import grids
from abacus.environments.finite import Finite
from abacus.environments.tables import gambler


def two_states():
    """Two actions in the first, one in the second; an outcome may end the episode though its next state goes on for others."""
    outcomes = {
        (0, 0): [(0.5, 1, 1.0, False), (0.5, 0, -2.0, True)],
        (0, 1): [(1.0, 1, 3.0, True)],
        (1, 0): [(0.25, 0, 2.0, False), (0.75, 2, 0.0, False)],
    }
    return Finite.of(outcomes, states=3, actions=2, start=np.eye(3)[0], names=("left", "stop"))


def sweep():
    model = two_states()
    yield "two states and an end", (model, values.uniform(model), np.array([1.0, 2.0, 0.0]), 0.5)
    rng = np.random.default_rng(0)
    for name, model in (("a gridworld", grids.gridworld()), ("a gambler", gambler(goal=8))):
        policy = rng.random((model.states, model.actions)) * model.allowed
        policy /= np.where(model.absorbing, 1.0, policy.sum(axis=1))[:, None]
        yield f"{name}, actions with other chances", (model, policy, rng.standard_normal(model.states), 0.9)
    model = stories.student_choices()
    best = values.deterministic(model, np.array([1, 1, 1, 1, 0]))
    yield "a policy without chance", (model, best, rng.standard_normal(model.states), 1.0)


def q_values():
    yield "two states and an end", (two_states(), np.array([1.0, 2.0, 5.0]), 0.5)
    rng = np.random.default_rng(0)
    worlds = {
        "a student's day": stories.student_choices(),
        "a gridworld": grids.gridworld(),
        "ice": grids.frozen_lake(),
    }
    for name, model in (worlds | {"a gambler": gambler(goal=8)}).items():
        yield name, (model, rng.standard_normal(model.states), 0.9)


def gain():
    turns = {
        (0, 0): [(0.5, 1, 2.0, False), (0.25, 0, 0.0, False), (0.25, 0, 4.0, False)],
        (1, 0): [(1.0, 0, 1.0, False)],
    }
    yield "two states", (Finite.of(turns, states=2, actions=1, start=np.eye(2)[0]), np.array([0, 0]))
    for actions in ([0, 0, 0], [0, 1, 1], [1, 1, 1], [2, 1, 2]):
        yield f"a taxicab that does {actions}", (stories.taxicab(), np.array(actions))
