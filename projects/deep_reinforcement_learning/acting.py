"""Acting: many steps in n copies of an environment with one policy; returns of episodes; advantages."""

import numpy as np

import networks
from abacus.environments import classic, foreign, spaces, vector
from abacus.errors import BadInput

TASKS = {
    "CartPole": classic.CartPole,
    "Acrobot": classic.Acrobot,
    "MountainCar": classic.MountainCar,
}
OWN = "gym:"  # and behind it Gymnasium's name of an environment of the reader's own
LAST = 100  # episodes that the return of a training is averaged over


def copies(task, n):
    """n copies of a task, an environment. BadInput for one of the reader's own that these networks cannot see or act in."""
    if task in TASKS:
        return vector.Vector(TASKS[task](), n)
    env = foreign.Foreign(task.removeprefix(OWN), n)
    seen, acts = env.observation_space, env.action_space
    if not isinstance(seen, spaces.Box) or len(seen.shape) != 1 or not isinstance(acts, spaces.Discrete):
        raise BadInput(
            f"{task}: observations {seen}, actions {acts}: wanted a row of numbers, and a choice of some actions"
        )
    return env


class Returns:
    """Returns of the episodes that have ended: the sum so far of each copy, and the last `LAST` whole ones."""

    def __init__(self, n):
        self.sums, self.last, self.count = np.zeros(n), np.zeros(LAST), 0

    def add(self, rewards, over):
        """One step of every copy; the returns of the episodes that it ended."""
        self.sums += rewards
        if not over.any():
            return ()
        ended = self.sums[over]
        for one in ended:
            self.last[self.count % LAST] = one
            self.count += 1
        self.sums[over] = 0
        return ended

    def mean(self):
        """The mean of the last hundred episodes, or of as many as there are; of the running ones where none has ended."""
        return float(self.last[: min(self.count, LAST)].mean() if self.count else self.sums.mean())


def behind(rounds, env, now, returns):
    """The `rounds` of a training that are left. A checkpoint holds nothing of an environment of the reader's own: behind one
    its episodes begin anew, and with them what is seen `now` and the sums of the returns."""
    for k, number in enumerate(rounds):
        if number and not k and not env.memory:
            now["seen"][...] = env.reset()[0]
            returns.sums[...] = 0
        yield number


def rollout(env, actor, steps, seen, returns, rng):
    """`steps` steps of every copy with the softmax policy of the actor: observations (steps, n, ...), actions, rewards, over
    (steps, n), whether step t ended an episode, by its own end or by the clock; and the observations after the last."""
    n, options = env.n, env.action_space.n
    observations = np.empty((steps, *seen.shape), np.float32)
    actions, rewards, over = (
        np.empty((steps, n), np.int64),
        np.empty((steps, n), np.float32),
        np.empty((steps, n), bool),
    )
    gumbel = rng.gumbel(size=(steps, n, options)).astype(np.float32)
    for t in range(steps):
        observations[t] = seen
        actions[t] = (networks.forward(actor.layers, seen) + gumbel[t]).argmax(axis=1)  # a draw from the softmax
        seen, reward, terminated, truncated, _ = env.step(actions[t])
        rewards[t], over[t] = reward, terminated | truncated
        returns.add(reward, over[t])
    return observations, actions, rewards, over, seen


def advantages(rewards, values, over, last, gamma, lam):
    """Generalised advantages (Schulman et al. 2016, their equation 16), (steps, n): values (steps, n), `last` (n,) behind them.

    What ended by the clock counts as ended, as in the version of CleanRL that the table is of.
    """
    result, running, following = np.empty_like(rewards), 0.0, last
    for t in reversed(range(len(rewards))):
        goes_on = 1 - over[t].astype(np.float32)
        delta = rewards[t] + gamma * following * goes_on - values[t]  # eq. 8
        running = result[t] = delta + gamma * lam * goes_on * running  # eq. 9
        following = values[t]
    return result
