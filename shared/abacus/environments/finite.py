"""Finite environments as tables: for each state and action, what may come next, how likely, with what reward."""

import numpy as np

from abacus.environments.spaces import Discrete
from abacus.errors import BadInput

ROUNDING = 64 * np.finfo(float).eps  # by which probabilities may miss 1: a sum of some hundred of them, rounded


class Finite:
    """A finite Markov decision process of S states, A actions, and at most K outcomes of a state and action.

    `probability`, `following`, `reward`, `ends` are (S, A, K): outcome k of action a in state s has this probability,
    leads to this state with this reward, and ends the episode or not. A state without outcomes (all probabilities 0)
    is absorbing. `allowed` (S, A) says which actions there are (None: all); `start` (S,) how likely an episode begins
    where. `names` are those of the actions and states, `grid` (rows, columns) lays the states out for a picture: state
    number, -1 where there is none.

    It is the dynamics of an environment too (vector.py): one random number a step, compared with the sums of the
    probabilities, as Gymnasium does.
    """

    shape, dtype = (), np.dtype(np.int64)

    def __init__(self, probability, following, reward, ends, *, start, allowed=None, limit=None, names=(), grid=None):
        self.probability, self.following = np.asarray(probability, float), np.asarray(following, np.int64)
        self.reward = np.broadcast_to(np.asarray(reward, float), self.probability.shape)
        self.ends = np.broadcast_to(np.asarray(ends, bool), self.probability.shape)
        self.beginning, self.limit, self.names, self.grid = np.asarray(start, float), limit, tuple(names), grid
        self.states, self.actions, _ = self.probability.shape
        happens = self.probability.sum(axis=2) > 0
        self.absorbing = ~happens.any(axis=1)
        self.allowed = happens if allowed is None else np.asarray(allowed, bool) & ~self.absorbing[:, None]
        _check(self)
        self.observation_space, self.action_space = Discrete(self.states), Discrete(self.actions)
        self._sums = None

    @classmethod
    def of(cls, outcomes, *, states, actions, **more):
        """From {(s, a): [(probability, next state, reward, ends), ...]}; a pair that is not named is not allowed."""
        if states < 1 or actions < 1:
            raise BadInput(f"{states} states and {actions} actions: wanted at least one of each")
        most = max((len(found) for found in outcomes.values()), default=1)
        shape = states, actions, most
        probability, reward = np.zeros(shape), np.zeros(shape)
        following, ends = np.zeros(shape, np.int64), np.zeros(shape, bool)
        following[:] = np.arange(states)[:, None, None]
        for (s, a), found in outcomes.items():
            if not (0 <= s < states and 0 <= a < actions):
                raise BadInput(f"state {s}, action {a}: wanted 0 to {states - 1} and 0 to {actions - 1}")
            for k, one in enumerate(found):
                if len(one) != 4:
                    raise BadInput(
                        f"state {s}, action {a}, outcome {one}: wanted (probability, next state, reward, ends)"
                    )
                p, s2, r, end = one
                probability[s, a, k], following[s, a, k], reward[s, a, k], ends[s, a, k] = p, s2, r, end
        return cls(probability, following, reward, ends, **more)

    @property
    def sums(self):
        """Running sums of the probabilities over the outcomes, (S, A, K)."""
        if self._sums is None:
            self._sums = np.cumsum(self.probability, axis=2)
        return self._sums

    def start(self, rng):
        """A state in which an episode begins."""
        return int(np.argmax(np.cumsum(self.beginning) > rng.random()))

    def advance(self, states, actions, rngs):
        """One step of every copy, states (n,) in place."""
        drawn = np.array([rng.random() for rng in rngs])
        if not self.allowed[states, actions].all():
            i = int(np.flatnonzero(~self.allowed[states, actions])[0])
            raise BadInput(f"action {actions[i]} is not allowed in state {states[i]}")
        k = (self.sums[states, actions] > drawn[:, None]).argmax(axis=1)
        place = states.copy(), actions, k
        states[:] = self.following[place]
        return self.reward[place], self.ends[place] | self.absorbing[states]

    def observe(self, states):
        """The states' own numbers."""
        return states.copy()


def _check(model):
    p, happens = model.probability, model.allowed
    if model.following.shape != p.shape:
        raise BadInput(f"next states of shape {model.following.shape}: wanted that of the probabilities, {p.shape}")
    if not (np.isfinite(p).all() and np.isfinite(model.reward).all()):
        raise BadInput("a probability or a reward is not finite")
    if (p < 0).any():
        s, a, k = np.argwhere(p < 0)[0]
        raise BadInput(f"state {s}, action {a}: probability {p[s, a, k]}, wanted at least 0")
    off = np.abs(p.sum(axis=2) - 1) > ROUNDING
    if (off & happens).any():
        s, a = np.argwhere(off & happens)[0]
        raise BadInput(f"state {s}, action {a}: probabilities sum to {p[s, a].sum():.6g}, wanted 1")
    stuck = ~happens.any(axis=1) & ~model.absorbing
    if stuck.any():
        raise BadInput(f"state {np.flatnonzero(stuck)[0]} allows no action")
    if model.following.min() < 0 or model.following.max() >= model.states:
        raise BadInput(f"a next state is outside 0 to {model.states - 1}")
    if (
        model.beginning.shape != (model.states,)
        or abs(model.beginning.sum() - 1) > ROUNDING
        or (model.beginning < 0).any()
    ):
        raise BadInput(f"start: wanted {model.states} probabilities that sum to 1")
