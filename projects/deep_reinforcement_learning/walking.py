"""Compiled: REINFORCE in the short corridor, many runs."""

import math

import numpy as np

from abacus.kernels import JIT  # before numba: it says where compiled code is kept

from numba import njit  # isort: skip

LEAST = 0.05  # neither direction is ever less likely: else an episode may never end
LEFTMOST = math.log(LEAST / (1 - LEAST))  # preference of right at the start: the ε-greedy policy to the left, ε = 0.1
LONGEST = 1000  # steps of an episode that are kept; a longer one goes on, and its later steps teach nothing


@njit(**JIT)
def chance(left, right):
    """Probability of right, from the two preferences."""
    return min(max(1 / (1 + math.exp(left - right)), LEAST), 1 - LEAST)


@njit(**JIT)
def corridor_runs(runs, episodes, lr, baseline, rng):
    """Returns (runs, episodes). The policy is softmax over two preferences, those of left and right; the baseline is one
    number, the same for every square; no discount."""
    returns, went_right = np.empty((runs, episodes)), np.empty(LONGEST, np.bool_)
    for run in range(runs):
        left, right, guess = 0.0, LEFTMOST, 0.0
        for episode in range(episodes):
            p, square, steps = chance(left, right), 0, 0
            while square < 3:
                step_right = rng.random() < p
                if steps < LONGEST:
                    went_right[steps] = step_right
                forward = step_right != (square == 1)
                square = square + 1 if forward else max(square - 1, 0)
                steps += 1
            returns[run, episode] = -steps
            for t in range(min(steps, LONGEST)):
                error = -(steps - t) - guess
                guess += baseline * error  # eq. 4
                p = chance(left, right)
                slope = 1 - p if went_right[t] else -p
                right += lr * error * slope  # eq. 2
                left -= lr * error * slope
    return returns
