"""Compiled: tile coding, and n-step Sarsa with a linear value on the mountain car (chapter 10 of Sutton & Barto, 2018)."""

import numpy as np

from abacus.environments.motion import climb
from abacus.kernels import JIT  # before numba: it says where compiled code is kept

from numba import njit  # isort: skip

_jit = njit(**JIT)
TILINGS, SIDE = 8, 9  # tilings, and tiles along each side of one: 8 over the range, and one more since they are shifted
TILES = TILINGS * SIDE * SIDE
LIMIT = 5000  # steps after which an episode is cut
LOW, WIDTH, FAST = -1.2, 1.7, 0.07  # of the car's places and speeds


@_jit
def tiles(position, speed, out):
    """The number of the tile of each tiling that (position, speed) lies in; tiling i is shifted by i/8 and 3 i/8 of a tile."""
    x, y = (position - LOW) / WIDTH * 8, (speed + FAST) / (2 * FAST) * 8
    for i in range(TILINGS):
        column, row = int(x + i / TILINGS), int(y + (3 * i % TILINGS) / TILINGS)
        out[i] = (i * SIDE + min(row, SIDE - 1)) * SIDE + min(column, SIDE - 1)


@_jit
def value(w, active, action):
    """q̂(s, a) = Σ of the weights of the active tiles: w (3, TILES)."""
    total = 0.0
    for tile in active:
        total += w[action, tile]  # eq. 14
    return total


@_jit
def best(w, active, rng):
    """The action with the largest q̂, one of equals by chance."""
    place, top, equal = 0, value(w, active, 0), 1
    for a in range(1, 3):
        q = value(w, active, a)
        if q > top:
            place, top, equal = a, q, 1
        elif q == top:
            equal += 1
            if rng.random() * equal < 1:
                place = a
    return place


@_jit
def sarsa(w, episodes, alpha, n, rng):
    """Steps (episodes,) of n-step Sarsa, greedy since first values of 0 are optimistic; w (3, TILES) is changed in place. Each
    weight moves by alpha / 8."""
    steps, step_size = np.zeros(episodes), alpha / TILINGS
    active, actions = np.empty((LIMIT + 1, TILINGS), np.int64), np.empty(LIMIT + 1, np.int64)
    for episode in range(episodes):
        x, v, t, length = -0.6 + 0.2 * rng.random(), 0.0, 0, LIMIT
        tiles(x, v, active[0])
        actions[0] = best(w, active[0], rng)
        while True:
            if t < length:
                x, v = climb(x, v, actions[t])
                if x >= 0.5:
                    length = t + 1
                elif t + 1 < LIMIT:
                    tiles(x, v, active[t + 1])
                    actions[t + 1] = best(w, active[t + 1], rng)
            first = t - n + 1
            if first >= 0:
                target = -float(min(first + n, length) - first)
                if first + n < length:
                    target += value(w, active[first + n], actions[first + n])
                error = target - value(w, active[first], actions[first])
                for tile in active[first]:
                    w[actions[first], tile] += step_size * error  # eq. 15
            t += 1
            if first == length - 1:
                break
        steps[episode] = length
    return steps


@_jit
def mean_steps(runs, episodes, alpha, n, rng):
    """Steps (episodes,), mean of the runs."""
    total = np.zeros(episodes)
    for _ in range(runs):
        total += sarsa(np.zeros((3, TILES)), episodes, alpha, n, rng)
    return total / runs


@_jit
def drive(w, rng):
    """(places, actions) of one episode with the greedy policy of w."""
    places, actions, active = np.empty(LIMIT), np.empty(LIMIT, np.int64), np.empty(TILINGS, np.int64)
    x, v, t = -0.6 + 0.2 * rng.random(), 0.0, 0
    while t < LIMIT and x < 0.5:
        tiles(x, v, active)
        places[t], actions[t] = x, best(w, active, rng)
        x, v = climb(x, v, actions[t])
        t += 1
    return places[:t].copy(), actions[:t].copy()
