"""Is the number of ones odd? XOR and the parity of four bits (the book, pp. 330-335): how long it takes, and who never learns."""

from dataclasses import dataclass

import numpy as np

import by_hand
import figures
import network
import tasks
import training
from abacus.settings import above, at_least, between, one_of

LOW = 0.1  # target of a unit that should be off; one that should be on has 0.9 (p. 329)
WITHIN = 0.1  # learned: every output is so near to its target: an error of 0.01 per pattern (p. 333)


@dataclass
class Config:
    inputs: int = at_least(2)  # bits; the parity of two is XOR
    hidden: int = at_least(1)  # units of the middle layer
    shortcut: bool  # do the inputs feed the output as well?
    reach: float = above(0)  # weights and biases start uniform on (-reach, reach)
    sweeps: list[int] = at_least(1)  # through all patterns, phase by phase
    eps: list[float] = above(0)  # learning rate of each phase
    alpha: list[float] = between(0, 1)  # momentum of each phase
    gradient: str = one_of(*training.GRADIENTS)  # how the gradient is found

    def __post_init__(self):
        training.phases(self)


def learn_parity(cfg: Config, job):
    """The sweep at which a network had learned the parity of some bits."""
    return learn_many(cfg, [job])[0]


def learn_many(cfg, jobs):
    """The same of one network for each job, all in one batch; infinite where a network never learns."""
    if jobs[0].seed == 0:
        print("Sweeps until backpropagation has taught a network XOR: more hidden units need fewer; a few never learn.")
    return [{"sweeps": float(s)} for s in _trained(cfg, jobs)[1].sweeps]


def find_minima(cfg: Config, job):
    """100 where a network is stuck in a local minimum, 0 where it has learned; of a stuck one, its outputs between."""
    return minima_of_many(cfg, [job])[0]


def minima_of_many(cfg, jobs):
    """The same of one network for each job, all in one batch."""
    net, outcome, start, x, d = _trained(cfg, jobs)
    stuck = np.isinf(outcome.sweeps)
    if jobs[0].seed == 0 and stuck.any() and not stuck.all():
        with jobs[0].figure("surface") as figure:
            figures.surface(figure, net, outcome, start, ([x], d))
    between = outputs_between(net, outcome.w, x, d)
    return [{"stuck": 100.0 * s} | ({"outputs between": int(b)} if s else {}) for s, b in zip(stuck, between)]


def outputs_between(net, w, x, d):
    """How many outputs of each network are nearer to ½ than to their target or its opposite."""
    y = by_hand.outputs(net, w, [x])[-1]
    return (abs(y - d) > abs(2 * d - 1) / 4).sum(axis=(1, 2))


def _trained(cfg, jobs):
    """(network, Trained, initial weights, inputs, targets)."""
    x, d = tasks.parity(cfg.inputs)
    build = network.shortcut if cfg.shortcut else network.layered
    net = build(cfg.inputs, cfg.hidden, d.shape[1])
    x, d = training.for_each(jobs, x), training.for_each(jobs, LOW + (1 - 2 * LOW) * d)
    return net, *training.learn(net, [x], d, cfg, jobs, WITHIN), x, d
