"""Compiled: a stretch of steps of one environment with an ε-greedy network of ReLU units; what vector.Vector does, one copy.

Acting costs as much as learning where each step is some twenty calls of NumPy on a few numbers; a test compares the two.
"""

import numpy as np

from abacus.environments import motion
from abacus.kernels import JIT  # before numba: it says where compiled code is kept

from numba import njit  # isort: skip

_jit = njit(**JIT)
CART_POLE, ACROBOT, MOUNTAIN_CAR = range(3)
NUMBERS = {"CartPole": CART_POLE, "Acrobot": ACROBOT, "MountainCar": MOUNTAIN_CAR}
LOW = {"CartPole": [-0.05] * 4, "Acrobot": [-0.1] * 4, "MountainCar": [-0.6, 0.0]}  # states in which an episode begins
HIGH = {"CartPole": [0.05] * 4, "Acrobot": [0.1] * 4, "MountainCar": [-0.4, 0.0]}


def starts(task, n, rng):
    """n states in which an episode may begin, (n, d); Acrobot's are rounded to float32, as in Gymnasium."""
    drawn = rng.uniform(LOW[task], HIGH[task], (n, len(LOW[task])))
    return drawn.astype(np.float32).astype(float) if task == "Acrobot" else drawn


@_jit
def observe(task, state, seen):
    """What is seen of a state (d,), into seen (inputs,)."""
    if task == ACROBOT:
        seen[0], seen[1] = np.cos(state[0]), np.sin(state[0])
        seen[2], seen[3] = np.cos(state[1]), np.sin(state[1])
        seen[4], seen[5] = state[2], state[3]
    else:
        for i in range(len(state)):
            seen[i] = state[i]


@_jit
def _layer(x, w, b, out, relu):
    out[:] = b
    for i in range(len(x)):
        for j in range(len(out)):
            out[j] += x[i] * w[i, j]
    if relu:
        for j in range(len(out)):
            out[j] = max(out[j], np.float32(0))


@_jit
def run(task, limit, state, steps, begins, epsilons, chances, choices, w1, b1, w2, b2, w3, b3, before, after, kept):
    """As many steps as there are epsilons. `state` (1, d) and `steps` (1,) since its begin are changed in place; the rows of
    `begins` are the states of new episodes; step i is random, choices[i], where chances[i] is below epsilons[i].

    Fills before, after (n, inputs) and kept (n, 4): action, reward, terminated, ended.
    """
    h1, h2, q = np.empty(len(b1), np.float32), np.empty(len(b2), np.float32), np.empty(len(b3), np.float32)
    action, reward, terminated, begun = np.empty(1, np.int64), np.empty(1), np.empty(1, np.bool_), 0
    for i in range(len(epsilons)):
        observe(task, state[0], before[i])
        action[0] = choices[i]
        if chances[i] >= epsilons[i]:
            _layer(before[i], w1, b1, h1, True)
            _layer(h1, w2, b2, h2, True)
            _layer(h2, w3, b3, q, False)
            action[0] = q.argmax()
        if task == CART_POLE:
            motion.cart_pole(state, action, reward, terminated)
        elif task == ACROBOT:
            motion.acrobot(state, action, reward, terminated)
        else:
            motion.mountain_car(state, action, reward, terminated)
        steps[0] += 1
        observe(task, state[0], after[i])
        over = terminated[0] or steps[0] >= limit
        kept[i, 0], kept[i, 1], kept[i, 2], kept[i, 3] = action[0], reward[0], terminated[0], over
        if over:
            state[0] = begins[begun]
            begun += 1
            steps[0] = 0
