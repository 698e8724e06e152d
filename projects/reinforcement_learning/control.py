"""Compiled: learning by trial in a finite world, the methods of chapters 6 and 8 of Sutton & Barto (2018).

A world comes as the arrays of an `abacus.environments.Finite`: sums, following, reward, ends (S, A, K) and the running sums
of where an episode begins (S,): `arrays` makes and checks them. Every state has all actions, but those where all has
ended. q (S, A) is changed in place. Episodes begin anew by themselves.
"""

import numpy as np

from abacus.errors import BadInput
from abacus.kernels import JIT  # before numba: it says where compiled code is kept

from numba import njit  # isort: skip

_jit = njit(**JIT)
LONGEST = 1_000_000  # steps of an episode that Monte Carlo control keeps


def arrays(model):
    """The arrays of a world, and a q (S, A) of zeros."""
    if not (model.allowed.all(axis=1) | model.absorbing).all():
        s = int(np.flatnonzero(~model.allowed.all(axis=1) & ~model.absorbing)[0])
        raise BadInput(f"state {s} does not allow all actions: these learners need worlds that do")
    ends = model.ends | model.absorbing[model.following]
    _expect_an_end(model, ends)
    parts = model.sums, model.following, model.reward, ends, np.cumsum(model.beginning)
    return tuple(np.ascontiguousarray(part) for part in parts), np.zeros((model.states, model.actions))


def _expect_an_end(model, ends):
    """BadInput where some state has no way to an end: an episode would never be over."""
    happens, arrives = model.probability > 0, model.absorbing
    while True:
        more = arrives | (happens & (ends | arrives[model.following])).any(axis=(1, 2))
        if more.all():
            return
        if (more == arrives).all():
            raise BadInput(f"from state {int(np.argmin(more))} no way leads to an end: these learners need episodes")
        arrives = more


@_jit
def begin(first, rng):
    """A state in which an episode begins."""
    s, drawn = 0, rng.random()
    while s < len(first) - 1 and drawn >= first[s]:
        s += 1
    return s


@_jit
def outcome(sums, s, a, rng):
    """Which outcome of action a in state s happens."""
    last = sums.shape[2] - 1
    if last == 0:
        return 0
    k, drawn = 0, rng.random()
    while k < last and drawn >= sums[s, a, k]:
        k += 1
    return k


@_jit
def greedy(q, s, rng):
    """The action of the largest q(s, a), one of equals by chance."""
    best, place, equal = q[s, 0], 0, 1
    for a in range(1, q.shape[1]):
        if q[s, a] > best:
            best, place, equal = q[s, a], a, 1
        elif q[s, a] == best:
            equal += 1
            if rng.random() * equal < 1:
                place = a
    return place


@_jit
def choose(q, s, epsilon, rng):
    """ε-greedy: with probability ε any action, else the best."""
    if epsilon > 0 and rng.random() < epsilon:
        return int(rng.random() * q.shape[1])
    return greedy(q, s, rng)


@_jit
def sarsa(sums, following, reward, ends, first, q, alpha, epsilon, gamma, episodes, rng):
    """Returns (episodes,) and steps (episodes,) of Sarsa."""
    returns, steps = np.zeros(episodes), np.zeros(episodes)
    for episode in range(episodes):
        s = begin(first, rng)
        a, over = choose(q, s, epsilon, rng), False
        while not over:
            k = outcome(sums, s, a, rng)
            r, s2, over = reward[s, a, k], following[s, a, k], ends[s, a, k]
            a2 = 0 if over else choose(q, s2, epsilon, rng)
            target = r if over else r + gamma * q[s2, a2]
            q[s, a] += alpha * (target - q[s, a])  # eq. 4
            s, a = s2, a2
            returns[episode] += r
            steps[episode] += 1
    return returns, steps


@_jit
def expected_sarsa(sums, following, reward, ends, first, q, alpha, epsilon, target_epsilon, gamma, episodes, rng):
    """Returns and steps of expected Sarsa, whose target is the mean of q under a policy with its own ε: that of the acting
    policy (on-policy), or 0, which is Q-learning."""
    returns, steps, actions = np.zeros(episodes), np.zeros(episodes), q.shape[1]
    for episode in range(episodes):
        s, over = begin(first, rng), False
        while not over:
            a = choose(q, s, epsilon, rng)
            k = outcome(sums, s, a, rng)
            r, s2, over = reward[s, a, k], following[s, a, k], ends[s, a, k]
            target = r
            if not over:
                top = q[s2, 0]
                for b in range(1, actions):
                    top = max(top, q[s2, b])
                target += gamma * (1 - target_epsilon) * top  # eq. 5
                if target_epsilon > 0:
                    total = 0.0
                    for b in range(actions):
                        total += q[s2, b]
                    target += gamma * target_epsilon * total / actions  # eq. 6
            q[s, a] += alpha * (target - q[s, a])
            s = s2
            returns[episode] += r
            steps[episode] += 1
    return returns, steps


@_jit
def monte_carlo(sums, following, reward, ends, first, q, epsilon, gamma, episodes, off_policy, rng):
    """Returns (episodes,) and steps (episodes,) of Monte Carlo control: ε-greedy episodes, learnt from at their ends.

    On-policy, q(s, a) is the mean of all returns that followed. Off-policy it is the value of the greedy policy: from the end
    back to the last action that is not greedy, each return weighed by how much likelier the greedy policy takes the way behind
    it. An episode of more than LONGEST steps is cut, and nothing is learnt from it.
    """
    returns, steps, weights, count = np.zeros(episodes), np.zeros(episodes), np.zeros_like(q), q.shape[1]
    states, actions = np.empty(LONGEST, np.int64), np.empty(LONGEST, np.int64)
    rewards, chances = np.empty(LONGEST), np.empty(LONGEST)
    for episode in range(episodes):
        s, n, over = begin(first, rng), 0, False
        while not over and n < LONGEST:
            best = a = q[s].argmax()
            if rng.random() < epsilon:
                a = int(rng.random() * count)
            chances[n] = epsilon / count + (1 - epsilon if a == best else 0.0)
            k = outcome(sums, s, a, rng)
            states[n], actions[n], rewards[n] = s, a, reward[s, a, k]
            s, over = following[s, a, k], ends[s, a, k]
            n += 1
        g, w, t = 0.0, 1.0, n - 1
        while over and t >= 0:
            s, a = states[t], actions[t]
            g = gamma * g + rewards[t]
            weights[s, a] += w
            q[s, a] += w / weights[s, a] * (g - q[s, a])  # eq. 13
            if off_policy and a != q[s].argmax():
                break
            w = w / chances[t] if off_policy else 1.0
            t -= 1
        returns[episode], steps[episode] = rewards[:n].sum(), n
    return returns, steps


@_jit
def greedy_returns(sums, following, reward, ends, first, q, episodes, most, rng):
    """Returns (episodes,) of the policy that always takes the best action; an episode is cut after `most` steps."""
    returns = np.zeros(episodes)
    for episode in range(episodes):
        s, n, over = begin(first, rng), 0, False
        while not over and n < most:
            a = q[s].argmax()
            k = outcome(sums, s, a, rng)
            returns[episode] += reward[s, a, k]
            s, over = following[s, a, k], ends[s, a, k]
            n += 1
    return returns


@_jit
def double_q(sums, following, reward, ends, first, q, other, alpha, epsilon, gamma, episodes, rng):
    """Returns and steps of double Q-learning: one table chooses the best action, the other values it; a coin says who learns."""
    returns, steps, both = np.zeros(episodes), np.zeros(episodes), q + other
    for episode in range(episodes):
        s, over = begin(first, rng), False
        while not over:
            a = choose(both, s, epsilon, rng)
            k = outcome(sums, s, a, rng)
            r, s2, over = reward[s, a, k], following[s, a, k], ends[s, a, k]
            learns, values = (q, other) if rng.random() < 0.5 else (other, q)
            target = r if over else r + gamma * values[s2, greedy(learns, s2, rng)]  # eq. 7
            learns[s, a] += alpha * (target - learns[s, a])
            both[s, a] = q[s, a] + other[s, a]
            s = s2
            returns[episode] += r
            steps[episode] += 1
    return returns, steps


@_jit
def left_shares(runs, episodes, actions, alpha, epsilon, double, rng):
    """Share of runs (episodes,) whose first step is left, in Example 6.7: left leads to a state whose `actions` actions all
    end with a reward N(−0.1, 1); right ends with 0. `double`: with two tables."""
    shares = np.zeros(episodes)
    a_values, b_values = np.zeros((2, 1, 2)), np.zeros((2, 1, actions))
    for _ in range(runs):
        a_values[:], b_values[:] = 0, 0
        for episode in range(episodes):
            move = choose(a_values[0] + a_values[1], 0, epsilon, rng)  # 0 is left
            which = 1 if double and rng.random() < 0.5 else 0
            other = 1 - which if double else which
            if move == 1:
                a_values[which, 0, 1] += alpha * (0.0 - a_values[which, 0, 1])
                continue
            shares[episode] += 1
            best = b_values[other, 0, greedy(b_values[which], 0, rng)]
            a_values[which, 0, 0] += alpha * (best - a_values[which, 0, 0])
            b = choose(b_values[0] + b_values[1], 0, epsilon, rng)
            which = 1 if double and rng.random() < 0.5 else 0
            b_values[which, 0, b] += alpha * (-0.1 + rng.standard_normal() - b_values[which, 0, b])
    return shares / runs


@_jit
def dyna(
    sums, following, reward, ends, first, q, alpha, epsilon, gamma, planning, bonus, steps, episodes, model, begun, rng
):
    """Rewards (steps,) and whether each step ended an episode, of Dyna-Q in a world without chance: after each step as many
    more are taken in memory as `planning` says. It stops after `steps` steps, or `episodes` episodes.

    `model` (S, A, 3) is what is remembered: next state (−1: never tried), reward, end; `begun` (S, A) when an action was tried
    last. With `bonus` κ > 0 it is Dyna-Q+: in memory every action counts, those never tried as staying with reward 0, and
    κ √(steps since it was tried) is added.
    """
    rewards, over_at, states, actions = np.zeros(steps), np.zeros(steps, np.bool_), q.shape[0], q.shape[1]
    seen, count, met = np.zeros(states * actions, np.int64), 0, np.zeros(states, np.bool_)
    now = begun.max()
    for pair in range(states * actions):
        if model[pair // actions, pair % actions, 0] >= 0:
            seen[count] = pair
            count += 1
            met[pair // actions] = True
    s = begin(first, rng)
    for t in range(steps):
        now += 1
        a = choose(q, s, epsilon, rng)
        r, s2, over = reward[s, a, 0], following[s, a, 0], ends[s, a, 0]
        if bonus > 0 and not met[s]:
            for b in range(actions):
                if model[s, b, 0] < 0:
                    model[s, b, 0], model[s, b, 1], model[s, b, 2] = s, 0, 0
                seen[count] = s * actions + b
                count += 1
        elif bonus == 0 and model[s, a, 0] < 0:
            seen[count] = s * actions + a
            count += 1
        met[s] = True
        model[s, a, 0], model[s, a, 1], model[s, a, 2], begun[s, a] = s2, r, over, now
        _back_up(q, s, a, r, s2, over, alpha, gamma)
        for _ in range(planning):
            pair = seen[int(rng.random() * count)]
            i, b = pair // actions, pair % actions
            extra = bonus * np.sqrt(now - begun[i, b]) if bonus > 0 else 0.0  # eq. 9
            _back_up(q, i, b, model[i, b, 1] + extra, int(model[i, b, 0]), model[i, b, 2] > 0, alpha, gamma)
        rewards[t], over_at[t] = r, over
        s = begin(first, rng) if over else s2
        episodes -= over
        if episodes == 0:
            return rewards[: t + 1].copy(), over_at[: t + 1].copy()
    return rewards, over_at


@_jit
def _back_up(q, s, a, r, s2, over, alpha, gamma):
    target = r if over else r + gamma * q[s2].max()
    q[s, a] += alpha * (target - q[s, a])  # eq. 8
