"""The classic control tasks as Gymnasium has them: where they begin, what is seen, when they are cut; motion.py moves them."""

import math

import numpy as np

from abacus.environments.spaces import Box, Discrete


class _Moved:
    """What the four tasks share: compiled motion on rows of float64."""

    dtype = np.dtype(np.float64)

    def advance(self, states, actions, rngs):
        """One step of every copy; no task draws anything."""
        rewards, terminated = np.empty(len(states)), np.empty(len(states), np.bool_)
        self.move(states, actions, rewards, terminated)
        return rewards, terminated

    def observe(self, states):
        """The state itself, as float32."""
        return states.astype(np.float32)


class CartPole(_Moved):
    """A pole on a cart: push left or right so that it stays up; an episode ends at 2.4 off the middle, at 12°, or after 500
    steps."""

    shape, limit, action_space = (4,), 500, Discrete(2)
    _bound = 4.8, math.inf, 24 * 2 * math.pi / 360, math.inf
    observation_space = Box(np.negative(_bound), _bound)

    def move(self, *arrays):
        """One compiled step (motion.py)."""
        from abacus.environments import motion

        motion.cart_pole(*arrays)

    def start(self, rng):
        """All four numbers uniform in ±0.05."""
        return rng.uniform(-0.05, 0.05, 4)


class MountainCar(_Moved):
    """A car too weak for its hill: back, nothing or forward until it is up, or 200 steps are gone."""

    shape, limit, action_space = (2,), 200, Discrete(3)
    observation_space = Box([-1.2, -0.07], [0.6, 0.07])

    def move(self, *arrays):
        """One compiled step (motion.py)."""
        from abacus.environments import motion

        motion.mountain_car(*arrays)

    def start(self, rng):
        """At rest, between −0.6 and −0.4."""
        return rng.uniform(-0.6, -0.4), 0.0


class Acrobot(_Moved):
    """Two links that hang: swing the tip up by turning the elbow, within 500 steps."""

    shape, limit, action_space = (4,), 500, Discrete(3)
    _bound = 1.0, 1.0, 1.0, 1.0, 4 * math.pi, 9 * math.pi
    observation_space = Box(np.negative(_bound), _bound)

    def move(self, *arrays):
        """One compiled step (motion.py)."""
        from abacus.environments import motion

        motion.acrobot(*arrays)

    def start(self, rng):
        """All four numbers uniform in ±0.1, rounded to float32 as Gymnasium does."""
        return rng.uniform(-0.1, 0.1, 4).astype(np.float32)

    def observe(self, states):
        """Cosine and sine of both angles, and the two speeds."""
        one, two = states[:, 0], states[:, 1]
        seen = np.cos(one), np.sin(one), np.cos(two), np.sin(two), states[:, 2], states[:, 3]
        return np.stack(seen, axis=1).astype(np.float32)


class Pendulum(_Moved):
    """A pendulum to be swung up and held with a torque of at most 2; 200 steps."""

    shape, limit, action_space = (2,), 200, Box([-2.0], [2.0])
    observation_space = Box([-1.0, -1.0, -8.0], [1.0, 1.0, 8.0])

    def move(self, *arrays):
        """One compiled step (motion.py)."""
        from abacus.environments import motion

        motion.pendulum(*arrays)

    def start(self, rng):
        """Any angle, speed within ±1."""
        high = np.array([math.pi, 1.0])
        return rng.uniform(-high, high)

    def advance(self, states, actions, rngs):
        """As Gymnasium: the torque is float64 here and float32 there, if it is given so."""
        return super().advance(states, np.asarray(actions, np.float64), rngs)

    def observe(self, states):
        """Cosine, sine and speed."""
        return np.stack([np.cos(states[:, 0]), np.sin(states[:, 0]), states[:, 1]], axis=1).astype(np.float32)
