"""Any Gymnasium environment of the reader's own behind our interface (pip install -e ".[gym]").

What it returns is checked at every step: a NaN or another shape than its space says ends in one line.
"""

import numpy as np

from abacus.environments.spaces import Box, Discrete
from abacus.errors import BadInput, Unavailable


class Foreign:
    """`make()` called n times gives the copies; the interface is that of vector.Vector, beginning anew included.

    A `make` that is a text is a name for gymnasium.make. BadInput where a space is neither Discrete nor Box.
    """

    def __init__(self, make, n):
        if isinstance(make, str):
            make = _by_name(make)
        self.n, self._copies = n, [make() for _ in range(n)]
        self.observation_space = _space(self._copies[0].observation_space)
        self.action_space = _space(self._copies[0].action_space)

    def reset(self, *, seed=None, options=None):
        """New episodes everywhere; copy i has the seed `seed` + i."""
        seeds = [None if seed is None else int(seed) + i for i in range(self.n)]
        return self._checked([copy.reset(seed=s)[0] for copy, s in zip(self._copies, seeds)]), {}

    def step(self, actions):
        """(observations, rewards, terminated, truncated, info); `info["final"]` as in vector.Vector."""
        if len(actions) != self.n:
            raise BadInput(f"{len(actions)} actions: wanted {self.n}, one for each copy")
        for action in actions:
            if not self.action_space.contains(action):
                raise BadInput(f"action {action}: wanted one of {self.action_space}")
        plain = [int(a) if isinstance(self.action_space, Discrete) else a for a in actions]
        seen, rewards, terminated, truncated, _ = zip(*(copy.step(a) for copy, a in zip(self._copies, plain)))
        seen, rewards = self._checked(seen), np.array(rewards, float)
        if not np.isfinite(rewards).all():
            raise BadInput(f"the environment returned the reward {rewards[~np.isfinite(rewards)][0]}: wanted a number")
        terminated, truncated, info = np.array(terminated, bool), np.array(truncated, bool), {}
        over = np.flatnonzero(terminated | truncated)
        if len(over):
            info["final"], seen = seen, seen.copy()
            for i in over:
                seen[i] = self._checked([self._copies[i].reset()[0]])[0]
        return seen, rewards, terminated, truncated, info

    def _checked(self, seen):
        for one in seen:
            shape = np.shape(one)
            if shape != self.observation_space.shape:
                raise BadInput(
                    f"the environment returned an observation of shape {shape}: its space says {self.observation_space.shape}"
                )
            if not np.isfinite(np.asarray(one, float)).all():
                raise BadInput(
                    f"the environment returned the observation {np.asarray(one).tolist()}: wanted finite numbers"
                )
        return np.array(seen, self.observation_space.dtype)


def _by_name(name):
    try:
        import gymnasium
    except ImportError:
        raise Unavailable('gymnasium is not installed: pip install -e ".[gym]"') from None
    return lambda: gymnasium.make(name)


def _space(space):
    if hasattr(space, "n"):
        return Discrete(int(space.n))
    if hasattr(space, "low"):
        return Box(space.low, space.high)
    raise BadInput(f"the environment's space {space}: wanted Discrete or Box")
