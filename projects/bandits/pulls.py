"""Compiled: many runs of a bandit method, one after the other, each with arms of its own.

Every function returns, for each step, the mean reward over the runs and the share of runs that pulled the best arm. Arms
have means N(centre, 1), rewards N(mean, 1). Equal preferences are decided by chance. Arguments are checked by who calls.
"""

import math

import numpy as np

from abacus.kernels import JIT  # before numba: it says where compiled code is kept

from numba import njit  # isort: skip


@njit(**JIT)
def _largest(x, rng):
    """The place of the largest entry, one of equals by chance."""
    best, place, equal = x[0], 0, 1
    for i in range(1, len(x)):
        if x[i] > best:
            best, place, equal = x[i], i, 1
        elif x[i] == best:
            equal += 1
            if rng.random() * equal < 1:
                place = i
    return place


@njit(**JIT)
def _new_arms(means, centre, rng):
    """Draws the arms; the best of them."""
    for i in range(len(means)):
        means[i] = centre + rng.standard_normal()
    return means.argmax()


@njit(**JIT)
def action_values(runs, steps, arms, centre, epsilon, confidence, initial, alpha, rng):
    """Estimates Q of the arms' means, from `initial` on; with probability `epsilon` any arm, else the one with the largest
    Q + confidence √(ln t / N), an arm that was never pulled first; alpha 0: sample averages."""
    rewards, best_pulled = np.zeros(steps), np.zeros(steps)
    means, q, n, bound = np.empty(arms), np.empty(arms), np.empty(arms), np.empty(arms)
    for _ in range(runs):
        best = _new_arms(means, centre, rng)
        q[:], n[:] = initial, 0
        for t in range(steps):
            if epsilon > 0 and rng.random() < epsilon:
                a = int(rng.random() * arms)
            elif confidence > 0:
                log = math.log(t + 1)
                for i in range(arms):
                    bound[i] = q[i] + confidence * math.sqrt(log / n[i]) if n[i] else np.inf  # eq. 4
                a = _largest(bound, rng)
            else:
                a = _largest(q, rng)  # eq. 3
            reward = means[a] + rng.standard_normal()
            n[a] += 1
            q[a] += (alpha if alpha > 0 else 1 / n[a]) * (reward - q[a])  # eq. 2
            rewards[t] += reward
            best_pulled[t] += a == best
    return rewards / runs, best_pulled / runs


@njit(**JIT)
def gradient(runs, steps, arms, centre, alpha, baseline, rng):
    """Preferences H of the arms, pulled with probability softmax(H); with `baseline` 1 a reward is compared with the mean of
    all so far, itself included (p. 37, footnote), with 0 with nothing. The curves are NaN where preferences overflow."""
    rewards, best_pulled = np.zeros(steps), np.zeros(steps)
    means, h, p = np.empty(arms), np.empty(arms), np.empty(arms)
    for _ in range(runs):
        best, average = _new_arms(means, centre, rng), 0.0
        h[:] = 0
        for t in range(steps):
            top, total = h.max(), 0.0
            for i in range(arms):
                p[i] = math.exp(h[i] - top)
                total += p[i]
            rest, a = rng.random() * total, 0  # eq. 5
            while a < arms - 1 and rest >= p[a]:
                rest -= p[a]
                a += 1
            reward = means[a] + rng.standard_normal()
            average += (reward - average) / (t + 1)
            step = alpha * (reward - baseline * average)
            for i in range(arms):
                h[i] += step * ((i == a) - p[i] / total)  # eq. 6
            rewards[t] += reward
            best_pulled[t] += a == best
        if not np.isfinite(h).all():
            rewards[:] = np.nan
    return rewards / runs, best_pulled / runs


@njit(**JIT)
def thompson(runs, steps, arms, centre, prior, rng):
    """Each arm's mean has the posterior of the prior N(0, prior²) and its rewards; the arm whose draw is largest is pulled."""
    rewards, best_pulled = np.zeros(steps), np.zeros(steps)
    means, sums, n = np.empty(arms), np.empty(arms), np.empty(arms)
    for _ in range(runs):
        best = _new_arms(means, centre, rng)
        sums[:], n[:] = 0, 0
        for t in range(steps):
            a, highest = 0, -np.inf
            for i in range(arms):
                precision = n[i] + 1 / prior**2
                draw = sums[i] / precision + rng.standard_normal() / math.sqrt(precision)  # eq. 7
                if draw > highest:
                    a, highest = i, draw
            reward = means[a] + rng.standard_normal()
            sums[a] += reward
            n[a] += 1
            rewards[t] += reward
            best_pulled[t] += a == best
    return rewards / runs, best_pulled / runs
