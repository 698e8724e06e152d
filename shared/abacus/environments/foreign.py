"""Any Gymnasium environment of the reader's own behind our interface (pip install -e ".[gym]").

What it returns is checked at every step: a NaN, another shape than its space says, or too few values end in one line.
"""

import contextlib
import sys

import numpy as np

from abacus.environments.spaces import Box, Discrete
from abacus.environments.vector import expect_copies, plain, seeds_of
from abacus.errors import BadInput, Unavailable

SEEDS = 2**31  # a new episode has one of so many seeds, where they are drawn


class Foreign:
    """`make()` called n times gives the copies; the interface is that of vector.Vector, beginning anew included.

    A `make` that is a text is a name for gymnasium.make ("CartPole-v1", "module:Name-v0"). BadInput where a space is neither
    Discrete nor Box. Numbers of a Discrete space are counted from 0 here, whatever its `start`. A checkpoint holds nothing
    of such an environment: `memory` is empty, and its episodes begin anew after a resume.
    """

    def __init__(self, make, n):
        self.n = expect_copies(n)
        make = by_name(make) if isinstance(make, str) else make
        if not callable(make):
            raise BadInput(f"make={make!r}: wanted a name, or a function that returns an environment")
        self._copies = [make() for _ in range(self.n)]
        theirs = [getattr(self._copies[0], name, None) for name in ("observation_space", "action_space")]
        self.observation_space, self.action_space = map(_space, theirs)
        self._seen_from, self._acts_from = (int(getattr(space, "start", 0)) for space in theirs)
        self._act_type, self.memory, self._rng, self._begun = getattr(theirs[1], "dtype", None), {}, None, False

    def use(self, rng):
        """From now on a new episode's seed is drawn from this generator."""
        self._rng = rng

    def reset(self, *, seed=None, options=None):
        """New episodes everywhere; copy i has the seed `seed` + i."""
        self._begun, seeds = True, seeds_of(seed, self.n)
        return self._checked([self._begin(i, one) for i, one in enumerate(seeds)]), {}

    def step(self, actions):
        """(observations, rewards, terminated, truncated, info); `info["final"]` as in vector.Vector."""
        if not self._begun:
            raise BadInput("step before reset: call reset(seed=...) first")
        if np.ndim(actions) == 0 or len(actions) != self.n:
            raise BadInput(f"actions {actions}: wanted {self.n}, one for each copy")
        for action in actions:
            if not self.action_space.contains(action):
                raise BadInput(f"action {action}: wanted one of {self.action_space}")
        found = [_five(copy.step(self._their_action(a))) for copy, a in zip(self._copies, actions)]
        seen, rewards, terminated, truncated = zip(*found)
        seen, info = self._checked(seen), {}
        rewards, terminated, truncated = np.array(rewards), np.array(terminated), np.array(truncated)
        over = np.flatnonzero(terminated | truncated)
        if len(over):
            seen = self._after(over, seen, info)
        return seen, rewards, terminated, truncated, info

    def _after(self, over, seen, info):
        info["final"], seen = seen, seen.copy()
        for i in over:
            seen[i] = self._checked([self._begin(i, None)])[0]
        return seen

    def _begin(self, i, seed):
        if seed is None and self._rng is not None:
            seed = int(self._rng.integers(SEEDS))
        found = self._copies[i].reset(seed=seed)
        if not isinstance(found, tuple) or len(found) != 2:
            raise BadInput("the environment's reset returned no (observation, info)")
        return found[0]

    def _their_action(self, action):
        if isinstance(self.action_space, Discrete):
            return int(action) + self._acts_from
        return np.asarray(action, self._act_type)

    def _checked(self, seen):
        space = self.observation_space
        for one in seen:
            if np.shape(one) != space.shape:
                raise BadInput(
                    f"the environment returned an observation of shape {np.shape(one)}: its space says {space.shape}"
                )
            if np.asarray(one).dtype.kind not in "biuf" or not np.isfinite(one).all():
                raise BadInput(
                    f"the environment returned the observation {np.asarray(one).tolist()}: wanted finite numbers"
                )
            if isinstance(space, Discrete) and not space.contains(np.asarray(one) - self._seen_from):
                raise BadInput(f"the environment returned the observation {one}: its space has {space.n} numbers")
        return np.array(seen, space.dtype) - np.array(self._seen_from, space.dtype)


class Lone:
    """One such environment: plain numbers in and out, no beginning anew by itself; a step after the end is an error."""

    def __init__(self, make):
        self._one, self._over = _Lasting(make, 1), False
        self.observation_space, self.action_space = self._one.observation_space, self._one.action_space

    def reset(self, *, seed=None, options=None):
        """A new episode: (observation, {})."""
        self._over = False
        return plain(self._one.reset(seed=seed)[0][0]), {}

    def step(self, action):
        """(observation, reward, terminated, truncated, {})."""
        if self._over:
            raise BadInput("the episode is over: call reset() before the next step")
        seen, rewards, terminated, truncated, _ = self._one.step([action])
        self._over = bool(terminated[0] or truncated[0])
        return plain(seen[0]), float(rewards[0]), bool(terminated[0]), bool(truncated[0]), {}

    def render(self):
        """What the environment itself draws, as its `render_mode` says; None where it has none."""
        return self._one.render()


class _Lasting(Foreign):
    """Copies that stay where their episode ended."""

    def _after(self, over, seen, info):
        return seen

    def render(self):
        with _in_one_line("no picture"):
            return self._copies[0].render()


def _five(found):
    """(observation, reward, terminated, truncated) of what a step returned."""
    if not isinstance(found, tuple) or len(found) != 5:
        what = f"{len(found)} values" if isinstance(found, tuple) else type(found).__name__
        raise BadInput(
            f"the environment's step returned {what}: wanted observation, reward, terminated, truncated, info"
        )
    seen, reward, *ends, _ = found
    if np.shape(reward) != () or np.asarray(reward).dtype.kind not in "biuf" or not np.isfinite(reward):
        raise BadInput(f"the environment returned the reward {reward}: wanted a number")
    if not all(isinstance(end, (bool, np.bool_)) for end in ends):
        raise BadInput(f"the environment returned terminated {ends[0]} and truncated {ends[1]}: wanted True or False")
    return seen, float(reward), *map(bool, ends)


def by_name(name, render_mode=None):
    """A function that makes Gymnasium's environment of this name. Unavailable where it, or what it needs, is not installed."""
    try:
        import gymnasium
    except ImportError:
        raise Unavailable('gymnasium is not installed: pip install -e ".[gym]"') from None

    def made():
        with _in_one_line(f"gymnasium has no environment {name!r}"):
            return gymnasium.make(name, render_mode=render_mode)

    return made


@contextlib.contextmanager
def _in_one_line(what):
    """What Gymnasium raises: Unavailable where something is to be installed, else BadInput."""
    errors = getattr(sys.modules.get("gymnasium"), "error", None)
    try:
        yield
    except Exception as error:
        if errors and isinstance(error, errors.DependencyNotInstalled):
            raise Unavailable(_line(error)) from None
        if isinstance(error, (ImportError, AssertionError, *([errors.Error] if errors else []))):
            raise BadInput(f"{what}: {_line(error)}") from None
        raise


def _line(error):
    return " ".join(str(error).split())


def _space(space):
    if getattr(space, "shape", None) == () and isinstance(getattr(space, "n", None), (int, np.integer)):
        return Discrete(int(space.n))
    if hasattr(space, "low") and hasattr(space, "high"):
        with np.errstate(over="ignore"):  # a bound beyond float32 is infinite there
            return Box(space.low, space.high)
    raise BadInput(f"the environment's space {space}: wanted Discrete or Box")
