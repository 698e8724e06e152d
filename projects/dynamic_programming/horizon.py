"""Two other measures of worth: the best in so many steps, and the gain a step in the long run."""

from numbers import Integral, Real

import numpy as np

from abacus.errors import BadInput
from values import EPS, check_actions, q_values


def in_steps(model, steps, gamma=1.0):
    """The most that one can expect in the next `steps` steps, (S,): the best action may depend on how many are left."""
    if not isinstance(steps, Integral) or steps < 0:
        raise BadInput(f"steps={steps}: wanted a whole number, at least 0")
    if not isinstance(gamma, Real) or not 0 <= gamma <= 1:
        raise BadInput(f"gamma={gamma}: wanted 0 to 1")
    v = np.zeros(model.states)
    for _ in range(steps):
        v = np.where(model.absorbing, 0.0, q_values(model, v, gamma).max(axis=1))  # eq. 8
    return v


def gain(model, actions):
    """(g, v) of the policy that takes `actions` (S,): g + v = r + P v, v = 0 in the last state (Howard 1960, ch. 4).

    BadInput where the policy's chain falls apart: then there is more than one gain; and where an episode may end.
    """
    actions = check_actions(model, actions)
    if model.absorbing.any() or (model.ends & (model.probability > 0)).any():
        raise BadInput("an episode of this model may end: only a task that never ends has a gain")
    n, at = model.states, np.arange(model.states)
    chain, reward = np.zeros((n, n)), np.zeros(n)
    for k in range(model.probability.shape[2]):
        p = model.probability[at, actions, k]
        np.add.at(chain, (at, model.following[at, actions, k]), p)
        reward += p * model.reward[at, actions, k]
    system = np.eye(n) - chain
    system[:, -1] = 1.0  # the column of v(last) = 0 is free: it takes the unknown g
    if np.linalg.cond(system) > 1 / EPS:
        raise BadInput("this policy has more than one gain: its states fall into groups")
    solution = np.linalg.solve(system, reward)  # eq. 9
    return float(solution[-1]), np.append(solution[:-1], 0.0)


def gains(model, actions):
    """Howard's policy iteration: [(actions, g, v)] of each policy from `actions` to the best."""
    found = [(np.asarray(actions), *gain(model, actions))]
    while True:
        actions, _, v = found[-1]
        q = np.where(
            model.allowed, np.einsum("sak,sak->sa", model.probability, model.reward + v[model.following]), -np.inf
        )
        better = q.max(axis=1) > q[np.arange(model.states), actions] + model.states * EPS * np.abs(v).max()
        if not better.any():
            return found
        improved = np.where(better, q.argmax(axis=1), actions)  # eq. 10
        found.append((improved, *gain(model, improved)))
