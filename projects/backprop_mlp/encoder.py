"""N patterns through a few hidden units, which must invent a code for them (the book, pp. 335-337)."""

from dataclasses import dataclass

import numpy as np

import by_hand
import figures
import network
import tasks
import training
from abacus.settings import above, at_least, between, one_of
from parity import LOW, WITHIN


@dataclass
class Config:
    inputs: int = at_least(2)  # patterns, and units above and below
    hidden: int = at_least(1)  # units of the middle layer
    reach: float = above(0)  # weights and biases start uniform on (-reach, reach)
    sweeps: list[int] = at_least(1)  # through all patterns, phase by phase
    eps: list[float] = above(0)  # learning rate of each phase
    alpha: list[float] = between(0, 1)  # momentum of each phase
    gradient: str = one_of(*training.GRADIENTS)  # how the gradient is found

    def __post_init__(self):
        training.phases(self)


def find_codes(cfg: Config, job):
    """Of the hidden units' outputs, rounded to 0, 1/2 and 1: how many patterns differ, how many have a 1/2 in them."""
    return codes_of_many(cfg, [job])[0]


def codes_of_many(cfg, jobs):
    """The same of one network for each job, all in one batch; infinite where a network never learns."""
    x, d = tasks.encoder(cfg.inputs)
    net = network.layered(cfg.inputs, cfg.hidden, cfg.inputs)
    x, d = training.for_each(jobs, x), training.for_each(jobs, LOW + (1 - 2 * LOW) * d)
    outcome, _ = training.learn(net, [x], d, cfg, jobs, WITHIN)
    code = np.round(2 * by_hand.outputs(net, outcome.w, [x])[1]) / 2  # (networks, patterns, hidden units)
    if jobs[0].seed == 0:
        with jobs[0].figure("codes") as figure:
            figures.codes(figure, code[0])
    different = np.array([len(np.unique(one, axis=0)) for one in code])
    halves = (code == 0.5).any(axis=2).sum(axis=1)
    columns = {"different codes": different, "codes with a half": halves, "sweeps": outcome.sweeps}
    return training.rows(columns, np.isfinite(outcome.sweeps))
