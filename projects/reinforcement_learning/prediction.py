"""Compiled: how well a random walk's values are learnt from its episodes; n steps ahead, with three kinds of trace, from
batches; and blackjack's Monte Carlo estimates.

The walk has the states 1 .. n between two ends; it begins in the middle. Values start at `start`; errors are root mean
squares over the states.
"""

import math

import numpy as np

from abacus.kernels import JIT  # before numba: it says where compiled code is kept

from numba import njit  # isort: skip

_jit = njit(**JIT)
LONGEST = 100_000  # steps of an episode that are kept: a walk over 19 states that is longer has chance below 1e-300


@_jit
def _walk(path, states, rng):
    """Fills path with the states of an episode, the end included; how many."""
    path[0], n = (states + 1) // 2, 1
    while 0 < path[n - 1] <= states:
        path[n] = path[n - 1] + (1 if rng.random() < 0.5 else -1)
        n += 1
    return n


@_jit
def _error(v, true):
    return math.sqrt(((v[1:-1] - true[1:-1]) ** 2).mean())


@_jit
def n_step(runs, episodes, true, left, right, start, n, alpha, rng):
    """Errors (episodes,) after each episode, mean of the runs: v(s) moves to the n rewards that follow and the value there."""
    states, errors, path = len(true) - 2, np.zeros(episodes), np.empty(LONGEST, np.int64)
    v = np.empty(len(true))
    for _ in range(runs):
        v[:] = start
        v[0] = v[-1] = 0.0
        for episode in range(episodes):
            length = _walk(path, states, rng)
            reward = left if path[length - 1] == 0 else right
            for t in range(length - 1):  # the update of the state at time t happens at time t + n
                _n_step_updates(v, path, length, t - n + 1, n, reward, alpha)
            for t in range(max(length - 1 - n, 0), length - 1):
                v[path[t]] += alpha * (reward - v[path[t]])
            errors[episode] += _error(v, true)
    return errors / runs


@_jit
def _n_step_updates(v, path, length, t, n, reward, alpha):
    if t >= 0 and t + n < length - 1:
        v[path[t]] += alpha * (v[path[t + n]] - v[path[t]])  # eq. 2


@_jit
def traces(runs, episodes, true, left, right, start, lam, alpha, kind, rng):
    """Errors (episodes,) of TD(λ) with an accumulating (0), a replacing (1) or a dutch (2: true online) trace."""
    states, errors = len(true) - 2, np.zeros(episodes)
    v, e = np.empty(len(true)), np.empty(len(true))
    for _ in range(runs):
        v[:] = start
        v[0] = v[-1] = 0.0
        for episode in range(episodes):
            e[:] = 0
            s, before = (states + 1) // 2, 0.0
            while 0 < s <= states:
                s2 = s + (1 if rng.random() < 0.5 else -1)
                reward = left if s2 == 0 else right if s2 == states + 1 else 0.0
                now, following, met = v[s], v[s2], e[s]
                delta = reward + following - now
                for i in range(1, states + 1):
                    e[i] *= lam
                if kind == 0:
                    e[s] += 1.0
                elif kind == 1:
                    e[s] = 1.0
                else:
                    e[s] += 1 - alpha * lam * met  # eq. 3
                change = now - before if kind == 2 else 0.0
                for i in range(1, states + 1):
                    v[i] += alpha * (delta + change) * e[i]
                v[s] -= alpha * change
                before = following
                s = s2
            errors[episode] += _error(v, true)
    return errors / runs


@_jit
def off_policy(sums, following, reward, ends, start, stick, runs, episodes, target, rng):
    """Mean squared errors (2, episodes) of the ordinary and the weighted estimate of a state's value in blackjack, from games
    in which one hits or sticks by a coin; the target policy sticks where `stick` (S,) holds. `target` is the true value."""
    errors = np.zeros((2, episodes))
    for _ in range(runs):
        total, weights = 0.0, 0.0
        for episode in range(episodes):
            s, over, ratio, g = start, False, 1.0, 0.0
            while not over:
                a = 1 if rng.random() < 0.5 else 0
                ratio *= 2.0 if (a == 0) == stick[s] else 0.0  # eq. 10
                k = _outcome(sums, s, a, rng)
                g, over, s = g + reward[s, a, k], ends[s, a, k], following[s, a, k]
            total += ratio * g
            weights += ratio
            errors[0, episode] += (total / (episode + 1) - target) ** 2  # eq. 11
            errors[1, episode] += ((total / weights if weights > 0 else 0.0) - target) ** 2  # eq. 12
    return errors / runs


@_jit
def on_policy(sums, following, reward, ends, start, stick, episodes, rng):
    """Mean and standard deviation of the returns of `episodes` games from one state, played by the policy itself."""
    total, squares = 0.0, 0.0
    for _ in range(episodes):
        s, over, g = start, False, 0.0
        while not over:
            a = 0 if stick[s] else 1
            k = _outcome(sums, s, a, rng)
            g, over, s = g + reward[s, a, k], ends[s, a, k], following[s, a, k]
        total += g
        squares += g * g
    mean = total / episodes  # eq. 1
    return mean, math.sqrt((squares / episodes - mean * mean) * episodes / (episodes - 1))


@_jit
def _outcome(sums, s, a, rng):
    k, drawn = 0, rng.random()
    while k < sums.shape[2] - 1 and drawn >= sums[s, a, k]:
        k += 1
    return k
