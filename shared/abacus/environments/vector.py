"""Environments as Gymnasium has them, n copies side by side: `reset(seed=)`, `step(actions)` with five values, spaces.

What an environment does is said by its *dynamics*, an object with

    observation_space, action_space    of one copy
    limit                              steps after which an episode is cut (None: never)
    shape, dtype                       of one copy's state
    start(rng)                         the state of a new episode
    advance(states, actions, rngs)     moves states (n, *shape) on in place; rewards (n,), terminated (n,)
    observe(states)                    what the agent sees of them, (n, *observation_space.shape)

Each copy has a generator of its own, seeded as Gymnasium does: with seed=7, copy i draws what a Gymnasium environment
draws after reset(seed=7 + i).
"""

import numpy as np

from abacus.errors import BadInput


def expect_copies(n):
    """The number of copies as an int; BadInput where it is not a whole number of at least 1."""
    if not isinstance(n, (int, np.integer)) or isinstance(n, bool) or n < 1:
        raise BadInput(f"n={n!r}: wanted a whole number of copies of the environment, at least one copy")
    return int(n)


def seeds_of(seed, n):
    """The seeds of n copies: seed, seed + 1, ...; None for each where there is no seed."""
    if seed is None:
        return [None] * n
    if not isinstance(seed, (int, np.integer)) or isinstance(seed, bool) or seed < 0:
        raise BadInput(f"seed={seed!r}: wanted a whole number of at least 0")
    return [int(seed) + i for i in range(n)]


class Vector:
    """n copies; one that ends begins anew within the same step, and `info["final"]` keeps the observation before that.

    `memory` is all that a step depends on but the generators: a dict of arrays, which a checkpoint restores in place.
    """

    def __init__(self, dynamics, n):
        self.n, self.dynamics = expect_copies(n), dynamics
        self.observation_space, self.action_space = dynamics.observation_space, dynamics.action_space
        self.memory = {
            "state": np.zeros((n, *dynamics.shape), dynamics.dtype),
            "steps": np.zeros(n, np.int64),
            "begun": np.zeros(1, np.int64),
        }
        self.generators = None

    def reset(self, *, seed=None, options=None):
        """New episodes everywhere: (observations (n, ...), {}). Without a seed the generators go on."""
        if seed is not None or self.generators is None:
            self.generators = [np.random.default_rng(s) for s in seeds_of(seed, self.n)]
        self._begin(range(self.n))
        self.memory["begun"][0] = 1
        return self.observations(), {}

    def use(self, rng):
        """From now on all copies draw from this one generator."""
        self.generators = [rng] * self.n

    def step(self, actions):
        """(observations, rewards, terminated, truncated, info), each with one entry for every copy."""
        memory, actions = self.memory, self._checked(actions)
        if not memory["begun"][0]:
            raise BadInput("step before reset: call reset(seed=...) first")
        rewards, terminated = self.dynamics.advance(memory["state"], actions, self.generators)
        memory["steps"] += 1
        truncated = np.zeros(self.n, bool)
        if self.dynamics.limit is not None:
            truncated = memory["steps"] >= self.dynamics.limit
        observations, info = self.observations(), {}
        over = np.flatnonzero(terminated | truncated)
        if len(over):
            observations = self._after(over, observations, info)
        return observations, rewards, terminated, truncated, info

    def observations(self):
        """What is seen now, (n, ...)."""
        return self.dynamics.observe(self.memory["state"])

    def _after(self, over, observations, info):
        info["final"] = observations
        self._begin(over)
        return self.observations()

    def _begin(self, copies):
        for i in copies:
            self.memory["state"][i] = self.dynamics.start(self.generators[i])
        self.memory["steps"][copies] = 0

    def _checked(self, actions):
        given, space = np.asarray(actions), self.action_space
        wanted = (self.n, *space.shape)
        if given.shape != wanted:
            raise BadInput(f"actions of shape {given.shape}: wanted {wanted}, one for each copy")
        if space.dtype.kind == "i":
            if given.dtype.kind not in "iu" or given.min() < 0 or given.max() >= space.n:
                raise BadInput(f"action {_first_outside(given, space)}: wanted a whole number 0 to {space.n - 1}")
            return given.astype(np.int64, copy=False)
        if given.dtype.kind not in "iuf" or not ((given >= space.low) & (given <= space.high)).all():
            low, high = space.low.tolist(), space.high.tolist()
            raise BadInput(f"action {given.tolist()}: wanted numbers from {low} to {high} for each copy")
        return given


class Single:
    """One copy: plain numbers in and out, no beginning anew by itself; a step after the end is an error."""

    def __init__(self, dynamics):
        self._one, self.dynamics = _Lasting(dynamics, 1), dynamics
        self.observation_space, self.action_space = dynamics.observation_space, dynamics.action_space

    def reset(self, *, seed=None, options=None):
        """A new episode: (observation, {})."""
        observations, info = self._one.reset(seed=seed)
        return plain(observations[0]), info

    def step(self, action):
        """(observation, reward, terminated, truncated, info)."""
        if self._one.over:
            raise BadInput("the episode is over: call reset() before the next step")
        observations, rewards, terminated, truncated, info = self._one.step(np.asarray(action)[None])
        info.pop("final", None)
        return plain(observations[0]), float(rewards[0]), bool(terminated[0]), bool(truncated[0]), info

    def use(self, rng):
        """From now on it draws from this generator."""
        self._one.use(rng)

    def state(self):
        """A copy of the inner state: angles where the observation has cosines, say."""
        return self._one.memory["state"][0].copy()


class _Lasting(Vector):
    """Copies that stay where their episode ended."""

    over = False

    def _begin(self, copies):
        super()._begin(copies)
        self.over = False

    def _after(self, over, observations, info):
        self.over = True
        return observations


def plain(observation):
    """An int where the observation is a number, else the array."""
    return int(observation) if observation.shape == () else observation


def _first_outside(given, space):
    if given.dtype.kind not in "iu":
        return given.ravel()[0]
    return given[(given < 0) | (given >= space.n)][0]
