"""The best policy of a finite model, by five methods; each returns values (S,), actions (S,) and how many backups it took.

A backup is one computation of q(s, a) for all actions of one state.
"""

import heapq
from numbers import Integral

import numpy as np

from abacus.errors import BadInput
from settling import Settling
from values import check_actions, check_gamma, deterministic, evaluate, q_values, rounding, sweep, towards_an_end


def best_actions(model, q, v):
    """Which actions are as good as the best, but for rounding, (S, A)."""
    return model.allowed & (q >= q.max(axis=1, keepdims=True) - rounding(model, v))


def greedy(model, v, gamma, kept=None):
    """The best actions for the values v: the one of `kept` (S,) where it is one of them, else the first of equals; with γ = 1
    one that leads to an end, for among equals may be a step that leads nowhere."""
    best = best_actions(model, q_values(model, v, gamma), v)
    actions = best.argmax(axis=1) if gamma < 1 else towards_an_end(model, best)[1]  # eq. 4
    if kept is not None:
        actions = np.where(best[np.arange(len(kept)), kept], kept, actions)
    return actions


def value_iteration(model, gamma):
    """v ← max q, sweep by sweep, until rounding is all that changes."""
    check_gamma(model, gamma, model.allowed)
    v, live, settling = np.zeros(model.states), ~model.absorbing, Settling(model, gamma)
    while True:
        before, v = v, np.where(live, q_values(model, v, gamma).max(axis=1), 0.0)  # eq. 5
        if settling.told(np.abs(v - before).max(), v):
            return v, _ending(model, v, gamma), settling.count * int(live.sum())


def policies(model, gamma, first=None):
    """Policy iteration: the actions (S,) of each policy, from `first` (each state's first allowed action) to the best."""
    check_gamma(model, gamma, model.allowed)
    actions = _first(model, gamma) if first is None else check_actions(model, first)
    found = [actions]
    while True:
        v = evaluate(model, deterministic(model, found[-1]), gamma)
        actions = greedy(model, v, gamma, kept=found[-1])
        if (actions == found[-1]).all():
            _expect_an_end(model, v, gamma, actions)
            return found, v
        found.append(actions)


def policy_iteration(model, gamma):
    """Evaluate exactly, be greedy, again, until the policy stays (Howard 1960). An exact solution counts as S backups."""
    found, v = policies(model, gamma)
    return v, found[-1], 2 * len(found) * int((~model.absorbing).sum())


def modified_policy_iteration(model, gamma, sweeps=10):
    """As policy iteration, with `sweeps` sweeps instead of the exact values (Puterman & Shin 1978)."""
    check_gamma(model, gamma, model.allowed)
    if not isinstance(sweeps, Integral) or sweeps < 1:
        raise BadInput(f"sweeps={sweeps}: wanted a whole number, at least 1")
    v, live, settling = np.zeros(model.states), int((~model.absorbing).sum()), Settling(model, gamma)
    while True:
        policy, before = deterministic(model, greedy(model, v, gamma)), v
        for _ in range(sweeps):
            v = sweep(model, policy, v, gamma)
        if settling.told(np.abs(v - before).max(), v):
            return v, _ending(model, v, gamma), settling.count * (sweeps + 1) * live


def prioritised_sweeping(model, gamma):
    """The state whose value would change most is next (Moore & Atkeson 1993), until none would by more than rounding."""
    check_gamma(model, gamma, model.allowed)
    v, count, before = np.zeros(model.states), 0, _predecessors(model)
    queue, waiting, settling = [], {}, Settling(model, gamma, size=model.states)

    def backup(s):
        outcomes = model.following[s]
        following = np.where(model.ends[s] | model.absorbing[outcomes], 0.0, v[outcomes])
        q = (model.probability[s] * (model.reward[s] + gamma * following)).sum(axis=1)
        return q[model.allowed[s]].max()

    def ask(s):
        gap = abs(backup(s) - v[s])
        if gap > settling.enough(v):
            waiting[s] = gap
            heapq.heappush(queue, (-gap, s))

    for s in np.flatnonzero(~model.absorbing):
        ask(int(s))
        count += 1
    while queue:
        gap, s = heapq.heappop(queue)
        if waiting.get(s) != -gap:
            continue  # it was asked again since
        del waiting[s]
        settling.told(-gap, v)
        v[s] = backup(s)  # eq. 6
        count += 1
        for s2 in before[s]:
            ask(s2)
            count += 1
    return v, _ending(model, v, gamma), count


def simplex(model, gamma):
    """The linear program min Σ v with v ≥ q, by the simplex method on its dual: a basis is a policy, a pivot changes the
    action of the one state that gains most (Dantzig's rule; Manne 1960). A solution of the equations counts as S backups."""
    check_gamma(model, gamma, model.allowed)
    actions, live, count = _first(model, gamma), int((~model.absorbing).sum()), 0
    while True:
        v = evaluate(model, deterministic(model, actions), gamma)
        q = q_values(model, v, gamma)
        count += 2 * live
        gain = np.where(model.absorbing, 0.0, np.where(model.allowed, q, -np.inf).max(axis=1) - v)  # eq. 7
        s = int(gain.argmax())
        if gain[s] <= rounding(model, v):
            _expect_an_end(model, v, gamma, actions)
            return v, actions, count
        actions = actions.copy()
        actions[s] = q[s].argmax()


METHODS = {
    "value iteration": value_iteration,
    "policy iteration": policy_iteration,
    "modified policy iteration": modified_policy_iteration,
    "prioritised sweeping": prioritised_sweeping,
    "simplex": simplex,
}


def _first(model, gamma):
    """A first policy: each state's first allowed action; with γ = 1 one that leads to an end from everywhere."""
    return model.allowed.argmax(axis=1) if gamma < 1 else towards_an_end(model, model.allowed)[1]


def _predecessors(model):
    before = [set() for _ in range(model.states)]
    for s, a, k in np.argwhere((model.probability > 0) & ~model.ends):
        before[model.following[s, a, k]].add(int(s))
    return before


def _ending(model, v, gamma):
    """The greedy actions for the values v, which end where γ = 1."""
    actions = greedy(model, v, gamma)
    _expect_an_end(model, v, gamma, actions)
    return actions


def _expect_an_end(model, v, gamma, actions):
    """BadInput where γ = 1 and it is best never to end: the actions do not, or all that ends costs more than to stay, which
    is free. Methods that ask every policy and methods that ask those that end would find different values there."""
    if gamma < 1:
        return
    reaches, _ = towards_an_end(model, deterministic(model, actions) > 0)
    stays = ~reaches | _idle(model, v)
    if stays.any():
        s = int(np.flatnonzero(stays)[0])
        raise BadInput(f"gamma=1, and in state {s} it is best never to end: wanted gamma < 1 or a cost for each step")


def _idle(model, v):
    """States (S,) of negative value in which one can stay for ever without a reward."""
    happens, idle = model.probability > 0, v < -rounding(model, v)
    free = model.allowed & ~(happens & (model.ends | (model.reward != 0))).any(axis=2)
    while True:
        more = idle & (free & ~(happens & ~idle[model.following]).any(axis=2)).any(axis=1)
        if (more == idle).all():
            return idle
        idle = more
