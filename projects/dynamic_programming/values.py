"""What a policy is worth in a finite model: one backup, sweeps of them, and the exact solution.

A model is `abacus.environments.Finite`; values are (S,), a policy is (S, A), probabilities of the actions in each state.
"""

from numbers import Real

import numpy as np

from abacus.errors import BadInput

EPS = np.finfo(float).eps


def q_values(model, v, gamma):
    """q(s, a) = Σ p(s', r | s, a) (r + γ v(s')), (S, A): what ended adds no v(s'); −inf where an action is not allowed."""
    following = np.where(model.ends | model.absorbing[model.following], 0.0, v[model.following])
    q = np.einsum("sak,sak->sa", model.probability, model.reward + gamma * following)  # eq. 1
    return np.where(model.allowed, q, -np.inf)


def rounding(model, v):
    """By how much two ways to the same value may differ: a sum of S products, each rounded."""
    return model.states * EPS * max(1.0, float(np.abs(v).max()))


def uniform(model):
    """All allowed actions equally likely."""
    return model.allowed / np.maximum(model.allowed.sum(axis=1, keepdims=True), 1)


def deterministic(model, actions):
    """The policy (S, A) that takes `actions` (S,)."""
    return np.eye(model.actions)[actions] * model.allowed


def sweep(model, policy, v, gamma):
    """v(s) ← Σ π(a|s) q(s, a) for all states at once."""
    q = np.where(policy > 0, q_values(model, v, gamma), 0.0)
    return (policy * q).sum(axis=1)  # eq. 2


def evaluate(model, policy, gamma):
    """The values v = r + γ P v of a policy, by solving these equations. BadInput where there is no finite solution."""
    policy = check_policy(model, policy)
    check_gamma(model, gamma, policy > 0)
    chain = np.zeros((model.states, model.states))
    goes_on = np.where(model.ends | model.absorbing[model.following], 0.0, model.probability) * policy[:, :, None]
    rows = np.broadcast_to(np.arange(model.states)[:, None, None], goes_on.shape)
    np.add.at(chain, (rows, model.following), goes_on)
    reward = np.einsum("sak,sak,sa->s", model.probability, model.reward, policy)
    return np.linalg.solve(np.eye(model.states) - gamma * chain, reward)  # eq. 3


def check_policy(model, policy):
    """The policy as an array, once it is known to be one."""
    try:
        policy = np.asarray(policy, float)
    except (TypeError, ValueError) as error:
        raise BadInput("policy: wanted numbers (states, actions)") from error
    if policy.shape != (model.states, model.actions):
        raise BadInput(f"policy of shape {policy.shape}: wanted {(model.states, model.actions)}, states and actions")
    live = ~model.absorbing
    if not np.isfinite(policy).all() or (policy < 0).any() or (policy[~model.allowed] != 0).any():
        raise BadInput("policy: wanted probabilities of allowed actions, none below 0")
    off = live & (np.abs(policy.sum(axis=1) - 1) > model.actions * EPS)
    if off.any():
        s = int(np.flatnonzero(off)[0])
        raise BadInput(f"policy of state {s} sums to {policy[s].sum():.6g}, wanted 1")
    return policy


def check_actions(model, actions):
    """One allowed action for each state, as an array (S,); in an absorbing state any number will do."""
    actions = np.asarray(actions)
    if actions.shape != (model.states,) or actions.dtype.kind not in "iu":
        raise BadInput(
            f"actions of shape {actions.shape} and type {actions.dtype}: wanted {model.states} whole numbers"
        )
    outside = (actions < 0) | (actions >= model.actions)
    wrong = outside | ~model.allowed[np.arange(model.states), np.where(outside, 0, actions)]
    if (wrong & ~model.absorbing).any():
        s = int(np.flatnonzero(wrong & ~model.absorbing)[0])
        raise BadInput(f"action {actions[s]} is not allowed in state {s}")
    return np.where(model.absorbing, 0, actions)


def check_gamma(model, gamma, used):
    """BadInput unless 0 ≤ γ ≤ 1; for γ = 1 an end must be in reach from every state by the actions in `used` (S, A)."""
    if not isinstance(gamma, Real) or not 0 <= gamma <= 1:
        raise BadInput(f"gamma={gamma}: wanted 0 to 1")
    if gamma < 1:
        return
    reaches, _ = towards_an_end(model, used)
    if not reaches.all():
        happens = (model.probability > 0) & used[:, :, None]
        s = int(np.flatnonzero(~reaches)[0])
        alone = (model.following[s][happens[s]] == s).all()
        if alone and (model.reward[s][happens[s]] != 0).any():
            raise BadInput(
                f"state {s} is absorbing and has a reward: with gamma=1 its value is infinite, wanted gamma < 1"
            )
        raise BadInput(f"gamma=1, and from state {s} there is no way to an end: wanted gamma < 1 or a task that ends")


def towards_an_end(model, among):
    """From which states (S,) the actions in `among` (S, A) lead to an end, and for each state one that is a step on the way
    (S,); where there is none, the first in `among`."""
    happens = (model.probability > 0) & among[:, :, None]
    ended = happens & (model.ends | model.absorbing[model.following])
    reaches, actions = model.absorbing.copy(), among.argmax(axis=1)
    while True:
        ways = (ended | (happens & reaches[model.following])).any(axis=2)
        new = ways.any(axis=1) & ~reaches
        if not new.any():
            return reaches, actions
        actions = np.where(new, ways.argmax(axis=1), actions)
        reaches |= new
