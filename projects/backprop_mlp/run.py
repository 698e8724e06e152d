"""Backpropagation (1986): the networks of the paper in Nature and of the book's chapter 8, hundreds of each at once."""

from dataclasses import dataclass

import numpy as np

import by_hand
import by_tape
import family
import figures
import measures
import network
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import above, at_least, between, one_of
from tasks import TASKS
from training import train

GRADIENTS = {"by hand": by_hand.gradient, "tape": by_tape.gradient}


@dataclass
class Config:
    task: str = one_of(*TASKS, "family trees")
    measure: str = one_of(*measures.MEASURES)  # what is reported of a trained network
    inputs: int = at_least(2)
    hidden: int = at_least(1)
    shortcut: bool  # do the inputs feed the outputs as well?
    held_out: int = at_least(0)  # of the family trees' 104 pairs
    low: float = between(0, 0.4)  # target of a unit that should be off; one that should be on has 1 - low
    reach: float = above(0)  # weights and biases start uniform on (-reach, reach)
    sweeps: list[int] = at_least(1)  # through all patterns, phase by phase
    eps: list[float] = above(0)  # learning rate of each phase
    alpha: list[float] = between(0, 1)  # momentum of each phase
    within: float = between(0, 1)  # learned: every output is so near to its target; 0: train to the end
    slack: float = between(0, 0.5)  # an output so near to its target counts as no error
    decay: float = between(0, 1)  # share of every weight that is lost after each change
    tries: int = at_least(1)  # a network that has not learned starts again so often
    gradient: str = one_of(*GRADIENTS)

    def __post_init__(self):
        if not len(self.sweeps) == len(self.eps) == len(self.alpha) > 0:
            raise BadInput(
                f"sweeps={self.sweeps}, eps={self.eps}, alpha={self.alpha}: wanted one of each for each phase"
            )
        if (self.task == "family trees") != (self.measure == "people"):
            raise BadInput(f"measure={self.measure}: task={self.task} wants another; people is for the family trees")
        if self.held_out > family.PAIRS - 1:
            raise BadInput(f"held_out={self.held_out}: wanted less than the {family.PAIRS} pairs there are")


def run(cfg: Config, job):
    """One network, as a batch of one."""
    return run_many(cfg, [job])[0]


def run_many(cfg, jobs):
    """Train the networks of all jobs as one batch; what cfg.measure reports of each, and its errors in its log."""
    net, inputs, d = problem(cfg)
    inputs, d, unseen = split(cfg, jobs, inputs, d)
    outcome, start = attempt(cfg, jobs, net, inputs, d, 0)
    for again in range(1, cfg.tries):
        left = np.flatnonzero(np.isinf(outcome.sweeps))
        if not len(left):
            break
        part, _ = attempt(cfg, [jobs[n] for n in left], net, [x[left] for x in inputs], d[left], again)
        for link, array in outcome.w.items():
            array[left] = part.w[link]
        outcome.sweeps[left] = part.sweeps
        for n, errors in zip(left, part.errors):
            outcome.errors[n] = errors
    for job, errors in zip(jobs, outcome.errors):
        for sweep, error in errors:
            job.log(sweep=sweep, error=error)
    if jobs[0].seed == 0:
        figures.of_network(cfg, jobs[0], net, outcome, start, (inputs, d))
    return measures.MEASURES[cfg.measure](net, outcome, (inputs, d), unseen)


def attempt(cfg, jobs, net, inputs, d, number):
    """(Trained, initial weights) of the jobs' networks, from their start of that number."""
    start = net.weights(cfg.reach, [job.rng("init", number) for job in jobs])

    def look(fraction):
        for job in jobs:
            job.progress(fraction)

    return train(net, start, inputs, d, cfg, GRADIENTS[cfg.gradient], look), start


def problem(cfg):
    """(network, inputs, targets) of the task; inputs is a list, one array for each layer that nothing feeds."""
    if cfg.task == "family trees":
        who, relation, d = family.patterns()
        return family.NETWORK, [who, relation], d
    x, d = TASKS[cfg.task](cfg.inputs)
    build = network.shortcut if cfg.shortcut else network.layered
    return build(cfg.inputs, cfg.hidden, d.shape[1]), [x], cfg.low + (1 - 2 * cfg.low) * d


def split(cfg, jobs, inputs, d):
    """Patterns with the jobs as leading axis: (inputs, targets, (inputs, targets) of what is held out, drawn by each job)."""
    everything = np.arange(len(d))
    orders = np.stack([job.rng("held out").permutation(len(d)) if cfg.held_out else everything for job in jobs])
    seen, unseen = orders[:, cfg.held_out :], orders[:, : cfg.held_out]
    return [x[seen] for x in inputs], d[seen], ([x[unseen] for x in inputs], d[unseen])


if __name__ == "__main__":
    launch(run, run_many=run_many, figures=figures.of_table)
