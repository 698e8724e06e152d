"""Replay: the last steps of an agent, drawn again uniformly or by the size of their errors."""

import numpy as np


class Replay:
    """The last `size` transitions: observation, action, reward (of k steps), the observation after, and the factor γᵏ by
    which what follows counts (0 where the episode has ended)."""

    def __init__(self, size, inputs):
        self.before, self.after = np.zeros((size, inputs), np.float32), np.zeros((size, inputs), np.float32)
        self.actions, self.rewards = np.zeros(size, np.int64), np.zeros(size, np.float32)
        self.factors, self.count = np.zeros(size, np.float32), 0

    def add(self, before, actions, rewards, after, factors):
        """Several transitions (m, ...); the oldest ones go. Returns their places (m,)."""
        at = (self.count + np.arange(len(actions))) % len(self.actions)
        self.before[at], self.actions[at], self.rewards[at] = before, actions, rewards
        self.after[at], self.factors[at] = after, factors
        self.count += len(actions)
        return at

    def __len__(self):
        return min(self.count, len(self.actions))


class SumTree:
    """Priorities p ≥ 0 of `size` places in the leaves of a binary tree, sums in its nodes: a draw costs its depth."""

    def __init__(self, size):
        self.leaves = 1 << (size - 1).bit_length()
        self.sums = np.zeros(2 * self.leaves)  # the root is sums[1]; node i has the children 2 i and 2 i + 1

    def set(self, places, priorities):
        """Priorities (m,) of the places (m,)."""
        at = np.asarray(places) + self.leaves
        self.sums[at] = priorities
        while at[0] > 1:
            at = np.unique(at // 2)
            self.sums[at] = self.sums[2 * at] + self.sums[2 * at + 1]

    def draw(self, m, rng):
        """m places, one from each of m equal slices of the whole sum (Schaul et al. 2016, appendix B.2.1)."""
        rest = (np.arange(m) + rng.random(m)) * (self.sums[1] / m)
        at = np.ones(m, np.int64)
        while at[0] < self.leaves:
            left = self.sums[2 * at]
            right = (rest >= left) & (self.sums[2 * at + 1] > 0)
            rest, at = rest - left * right, 2 * at + right
        return at - self.leaves

    def chances(self, places):
        """How likely each of the places is drawn."""
        return self.sums[np.asarray(places) + self.leaves] / self.sums[1]


class Steps:
    """The last steps of one episode, to be added up to transitions of k steps."""

    def __init__(self, k, gamma, inputs):
        self.gamma, self.waiting = gamma, 0  # how many of the rows below are in use
        self.before, self.actions, self.rewards = np.zeros((k, inputs), np.float32), np.zeros(k, np.int64), np.zeros(k)

    def push(self, before, actions, rewards, after, terminated, over):
        """What is complete after some more steps (m, ...): before, actions, Σ γⁱ reward, after, γᵏ or 0 (arrays of as many)."""
        if len(self.actions) == 1:
            return before, actions, rewards, after, np.where(terminated, 0.0, self.gamma)
        ready = [one for step in zip(before, actions, rewards, after, terminated, over) for one in self._push(*step)]
        return tuple(np.array(part) for part in zip(*ready)) if ready else None

    def _push(self, before, action, reward, after, terminated, over):
        i = self.waiting
        self.before[i], self.actions[i], self.rewards[i] = before, action, reward
        self.waiting += 1
        while self.waiting and (over or self.waiting == len(self.actions)):
            powers = self.gamma ** np.arange(self.waiting)
            g = float(powers @ self.rewards[: self.waiting])  # eq. 14
            factor = 0.0 if terminated else self.gamma**self.waiting
            yield self.before[0].copy(), self.actions[0], g, after, factor
            for rows in (self.before, self.actions, self.rewards):
                rows[:-1] = rows[1:].copy()
            self.waiting -= 1
