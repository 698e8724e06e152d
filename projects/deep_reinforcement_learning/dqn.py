"""Deep Q-learning, with the details of CleanRL's dqn.py; double, dueling, prioritised and n-step on demand."""

from dataclasses import dataclass

import numpy as np

import acting
import losses
import networks
import replay
from abacus import nn
from abacus.errors import BadInput
from abacus.optim import Adam
from abacus.settings import above, at_least, between, one_of
from abacus.tensor import backward

SMALLEST = 1e-2  # added to each error, so that none is never drawn again
TOWARDS = 0.4  # exponent of the importance weights at the start; it rises to 1 (Schaul et al. 2016, 3.4)


@dataclass
class Config:
    task: str = one_of(*acting.TASKS)  # the environment
    total: int = at_least(1)  # steps
    lr: float = above(0)  # learning rate of Adam
    memory: int = at_least(1)  # transitions that are kept
    gamma: float = between(0, 1)  # discount
    target_every: int = at_least(1)  # steps after which the target network becomes the network
    batch: int = at_least(1)  # transitions in an update
    epsilon: float = between(0, 1)  # share of random actions at the end; it falls linearly from 1
    exploring: float = above(0)  # share of all steps in which it falls
    starts: int = at_least(1)  # steps before the first update
    every: int = at_least(1)  # steps between two updates
    double: bool  # the network chooses the best next action, the target network only values it
    dueling: bool  # one head for the value, one for the advantages
    priority: float = between(0, 1)  # exponent of the error by which transitions are drawn; 0: all alike
    n_step: int = at_least(1)  # rewards in a target


class Learner:
    """Network, target network, optimiser and replay: all that a checkpoint needs."""

    def __init__(self, cfg, inputs, actions, rng):
        make = networks.Dueling if cfg.dueling else networks.relu_network
        self.network, self.target = make(inputs, actions, rng), make(inputs, actions, rng)
        self.optimiser = Adam(nn.parameters(self.network), lr=cfg.lr)
        self.replay = replay.Replay(cfg.memory, inputs)
        self.tree = replay.SumTree(cfg.memory) if cfg.priority else None
        self.highest = 1.0
        self.copy()

    def copy(self):
        """The target network becomes the network."""
        for ours, theirs in zip(nn.parameters(self.network).values(), nn.parameters(self.target).values()):
            theirs.value[...] = ours.value

    def remember(self, transitions):
        """Keep some transitions (None: none); new ones have the highest priority so far."""
        if transitions:
            places = self.replay.add(*transitions)
            if self.tree:
                self.tree.set(places, self.highest)

    def learn(self, cfg, progress, rng):
        """One step of descent on a batch."""
        kept = self.replay
        if self.tree:
            at = self.tree.draw(cfg.batch, rng)
            beta = TOWARDS + (1 - TOWARDS) * progress
            weights = (len(kept) * self.tree.chances(at)) ** -beta
            weights = (weights / weights.max()).astype(np.float32)  # eq. 12
        else:
            at, weights = rng.integers(len(kept), size=cfg.batch), np.ones(cfg.batch, np.float32)
        wanted = kept.rewards[at] + kept.factors[at] * self._next_values(cfg, kept.after[at])
        q = self.network(kept.before[at])
        self.optimiser.step(backward(losses.squared_error(q, kept.actions[at], wanted, weights)))
        if self.tree:
            error = np.abs(q.value[np.arange(len(at)), kept.actions[at]] - wanted) + SMALLEST
            priorities = error.astype(float) ** cfg.priority  # eq. 11
            self.highest = max(self.highest, float(priorities.max()))
            self.tree.set(at, priorities)

    def _next_values(self, cfg, after):
        theirs = networks.answer(self.target, after)
        if cfg.double:
            return theirs[np.arange(len(theirs)), networks.answer(self.network, after).argmax(axis=1)]
        return theirs.max(axis=1)


def dqn(cfg: Config, job):
    """Mean return of the last 100 training episodes."""
    learner, returns = train(cfg, job)
    job.save("agent", learner.network)
    return {"return": returns.mean()}


def train(cfg, job):
    """(Learner, acting.Returns) after `total` steps."""
    import stretch

    task = acting.TASKS[cfg.task]()
    _expect_something_to_learn_from(cfg, task.limit)
    inputs = task.observation_space.shape[0]
    learner = Learner(cfg, inputs, task.action_space.n, job.rng("init"))
    returns, steps = acting.Returns(1), replay.Steps(cfg.n_step, cfg.gamma, inputs)
    place = {"state": stretch.starts(cfg.task, 1, job.rng("start")), "steps": np.zeros(1, np.int64)}
    for part in job.epochs(-(-cfg.total // cfg.target_every), learner, returns, steps, place):
        first = part * cfg.target_every
        block = range(first, min(first + cfg.target_every, cfg.total))
        _block(cfg, learner, returns, steps, place, block, job.rng("block", part))
        learner.copy()
        job.log(step=block.stop, **{"return": returns.mean()})
    return learner, returns


def _expect_something_to_learn_from(cfg, limit):
    """BadInput where at the first update no transition of n steps is complete: neither so many are done, nor an episode."""
    done = (cfg.starts // cfg.every + 1) * cfg.every + 1
    if min(cfg.n_step, limit) > done:
        raise BadInput(
            f"n_step={cfg.n_step}: the first update is after {done} steps, before one target of so many rewards is "
            f"complete; wanted at most {done}, or a larger starts"
        )


def _block(cfg, learner, returns, steps, place, block, rng):
    """The steps of a block, acting and learning: an update behind each step whose number `every` divides."""
    import stretch

    inputs, options = learner.replay.before.shape[1], acting.TASKS[cfg.task].action_space.n
    n, limit = len(block), acting.TASKS[cfg.task].limit
    begins = stretch.starts(cfg.task, n, rng)
    chances, choices = rng.random(n), rng.integers(options, size=n)
    epsilons = np.maximum(1 + (cfg.epsilon - 1) / (cfg.exploring * cfg.total) * np.array(block), cfg.epsilon)
    before, after, kept = np.empty((n, inputs), np.float32), np.empty((n, inputs), np.float32), np.empty((n, 4))
    low = 0
    while low < n:
        high = min(n, low + cfg.every - (block[low] - 1) % cfg.every)
        now = slice(low, high)
        one, two = networks.hidden_layers(learner.network)
        weights = one.w.value, one.b.value, two.w.value, two.b.value, *networks.last_layer(learner.network)
        given = begins[now], epsilons[now], chances[now], choices[now], *weights
        stretch.run(
            stretch.NUMBERS[cfg.task], limit, place["state"], place["steps"], *given, before[now], after[now], kept[now]
        )
        learner.remember(_complete(steps, returns, before[now], after[now], kept[now]))
        last = block[high - 1]
        if last > cfg.starts and last % cfg.every == 0:
            learner.learn(cfg, last / cfg.total, rng)
        low = high


def _complete(steps, returns, before, after, kept):
    """The returns of the episodes that have ended are noted; the transitions that are complete."""
    over = kept[:, 3] > 0
    for reward, end in zip(kept[:, 1:2], over[:, None]):
        returns.add(reward, end)
    return steps.push(before, kept[:, 0].astype(np.int64), kept[:, 1], after, kept[:, 2] > 0, over)
