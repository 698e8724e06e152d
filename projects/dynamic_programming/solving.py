"""The best policy of a finite model, by six methods; each returns values (S,), actions (S,) and how many backups it took.

A backup is one computation of q(s, a) for all actions of one state.
"""

import heapq

import numpy as np

from abacus.errors import BadInput
from values import check_gamma, deterministic, evaluate, q_values, rounding, sweep

MOST = 1_000_000  # sweeps: far more than any of our models takes; a task that is still not done has no finite values


def best_actions(model, q, v):
    """Which actions are as good as the best, but for rounding, (S, A)."""
    return model.allowed & (q >= q.max(axis=1, keepdims=True) - rounding(model, v))


def greedy(model, v, gamma, kept=None):
    """The best actions for the values v: the first of equals, or the one of `kept` (S,) where it is one of them."""
    best = best_actions(model, q_values(model, v, gamma), v)
    actions = best.argmax(axis=1)  # eq. 4
    if kept is not None:
        actions = np.where(best[np.arange(len(kept)), kept], kept, actions)
    return actions


def value_iteration(model, gamma):
    """v ← max q, sweep by sweep, until rounding is all that changes."""
    check_gamma(model, gamma, model.allowed)
    v, live = np.zeros(model.states), ~model.absorbing
    for count in range(1, MOST):
        before, v = v, np.where(live, q_values(model, v, gamma).max(axis=1), 0.0)  # eq. 5
        if np.abs(v - before).max() <= rounding(model, v) * (1 - gamma if gamma < 1 else 1):
            return v, greedy(model, v, gamma), count * int(live.sum())
        _expect_finite(v)
    raise BadInput(f"the values did not settle in {MOST} sweeps: with gamma={gamma} they are not finite")


def policies(model, gamma, first=None):
    """Policy iteration: the actions (S,) of each policy, from `first` (each state's first allowed action) to the best."""
    check_gamma(model, gamma, model.allowed)
    actions = _proper(model, gamma) if first is None else np.asarray(first)
    found = [actions]
    while True:
        v = evaluate(model, deterministic(model, found[-1]), gamma)
        actions = greedy(model, v, gamma, kept=found[-1])
        if (actions == found[-1]).all():
            return found, v
        found.append(actions)


def policy_iteration(model, gamma):
    """Evaluate exactly, be greedy, again, until the policy stays (Howard 1960). An exact solution counts as S backups."""
    found, v = policies(model, gamma)
    return v, found[-1], 2 * len(found) * int((~model.absorbing).sum())


def modified_policy_iteration(model, gamma, sweeps=10):
    """As policy iteration, with `sweeps` sweeps instead of the exact values (Puterman & Shin 1978)."""
    check_gamma(model, gamma, model.allowed)
    v, live, count = np.zeros(model.states), int((~model.absorbing).sum()), 0
    for _ in range(MOST):
        actions = greedy(model, v, gamma)
        policy, before = deterministic(model, actions), v
        for _ in range(sweeps):
            v = sweep(model, policy, v, gamma)
        count += (sweeps + 1) * live
        if np.abs(v - before).max() <= rounding(model, v) * (1 - gamma if gamma < 1 else 1):
            return v, greedy(model, v, gamma), count
        _expect_finite(v)
    raise BadInput(f"the values did not settle in {MOST} rounds: with gamma={gamma} they are not finite")


def prioritised_sweeping(model, gamma):
    """The state whose value would change most is next (Moore & Atkeson 1993), until none would by more than rounding."""
    check_gamma(model, gamma, model.allowed)
    v, count, before = np.zeros(model.states), 0, _predecessors(model)
    queue, waiting = [], {}

    def backup(s):
        outcomes = model.following[s]
        following = np.where(model.ends[s] | model.absorbing[outcomes], 0.0, v[outcomes])
        q = (model.probability[s] * (model.reward[s] + gamma * following)).sum(axis=1)
        return q[model.allowed[s]].max()

    def ask(s):
        gap = abs(backup(s) - v[s])
        if gap > rounding(model, v) * (1 - gamma if gamma < 1 else 1):
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
        v[s] = backup(s)  # eq. 6
        count += 1
        for s2 in before[s]:
            ask(s2)
            count += 1
    return v, greedy(model, v, gamma), count


def simplex(model, gamma):
    """The linear program min Σ v with v ≥ q, by the simplex method on its dual: a basis is a policy, a pivot changes the
    action of the one state that gains most (Dantzig's rule; Manne 1960). A solution of the equations counts as S backups."""
    check_gamma(model, gamma, model.allowed)
    actions, live, count = _proper(model, gamma), int((~model.absorbing).sum()), 0
    while True:
        v = evaluate(model, deterministic(model, actions), gamma)
        q = q_values(model, v, gamma)
        count += 2 * live
        gain = np.where(model.absorbing, 0.0, np.where(model.allowed, q, -np.inf).max(axis=1) - v)  # eq. 7
        s = int(gain.argmax())
        if gain[s] <= rounding(model, v):
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


def _proper(model, gamma):
    """A first policy: each state's first allowed action; with γ = 1 one that leads to an end from everywhere."""
    actions = model.allowed.argmax(axis=1)
    if gamma < 1:
        return actions
    ended = (model.probability > 0) & (model.ends | model.absorbing[model.following])
    reaches = model.absorbing.copy()
    while not reaches.all():
        ways = (ended | ((model.probability > 0) & reaches[model.following])).any(axis=2)
        new = ways.any(axis=1) & ~reaches
        actions = np.where(new, ways.argmax(axis=1), actions)
        reaches |= new
    return actions


def _predecessors(model):
    before = [set() for _ in range(model.states)]
    for s, a, k in np.argwhere((model.probability > 0) & ~model.ends):
        before[model.following[s, a, k]].add(int(s))
    return before


def _expect_finite(v):
    if not np.abs(v).max() < 1e100:
        raise BadInput("the values grow without end: wanted gamma < 1")
