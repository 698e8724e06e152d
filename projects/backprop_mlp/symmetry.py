"""Is a vector its own mirror image? (Nature, Fig. 1): how long it takes to learn, and the weights that it takes."""

from dataclasses import dataclass

import numpy as np

import figures
import network
import tasks
import training
from abacus.settings import above, at_least, between, one_of
from network import ON

WITHIN = 0.2  # ours: learned is every output so near to its target, the tolerance of Fig. 4; Fig. 1 does not say


@dataclass
class Config:
    inputs: int = at_least(2)  # bits of the vector
    hidden: int = at_least(1)  # units of the middle layer
    reach: float = above(0)  # weights and biases start uniform on (-reach, reach)
    sweeps: list[int] = at_least(1)  # through all patterns, phase by phase
    eps: list[float] = above(0)  # learning rate of each phase
    alpha: list[float] = between(0, 1)  # momentum of each phase
    tries: int = at_least(1)  # a network that has not learned starts again, so often in all
    gradient: str = one_of(*training.GRADIENTS)  # how the gradient is found

    def __post_init__(self):
        training.phases(self)


def learn_symmetry(cfg: Config, job):
    """The sweep at which a network had learned what a mirror image is."""
    return learn_many(cfg, [job])[0]


def learn_many(cfg, jobs):
    """The same of one network for each job, all in one batch; infinite where a network never learns."""
    return [{"sweeps": float(s)} for s in _trained(cfg, jobs)[1].sweeps]


def compare_weights(cfg: Config, job):
    """The weights of a network that has learned: the sizes of the pairs of a side in proportion to the smallest."""
    return weights_of_many(cfg, [job])[0]


def weights_of_many(cfg, jobs):
    """The same of one network for each job, all in one batch; infinite where a network never learns."""
    net, outcome = _trained(cfg, jobs)
    if jobs[0].seed == 0:
        with jobs[0].figure("weights") as figure:
            figures.symmetric(figure, {link: array[0] for link, array in outcome.w.items()})
    return training.rows(proportions(net, outcome.w) | {"sweeps": outcome.sweeps}, np.isfinite(outcome.sweeps))


def proportions(net, weights):
    """{column: a value for each network} of the weights between the inputs and the hidden units.

    "mirror" is |w + w of the mirrored input| and "twin" |w + w of the other hidden unit|, both means in proportion to
    mean |w|: 0 where they are equal and opposite. "bias": the larger one of the hidden units.
    """
    w, half = weights[0, 1], net.units[0] // 2  # (networks, inputs, hidden units)
    mean = abs(w).mean(axis=(1, 2))
    side = np.sort((abs(w) + abs(w[:, ::-1])).mean(axis=2)[:, :half] / 2, axis=1)
    columns = {f"{k}. / 1.": side[:, k - 1] / side[:, 0] for k in range(2, half + 1)}
    columns["mirror"] = abs(w + w[:, ::-1]).mean(axis=(1, 2)) / mean
    columns["twin"] = abs(w.sum(axis=2)).mean(axis=1) / mean
    columns["bias"] = weights[ON, 1].max(axis=(1, 2))
    return columns


def _trained(cfg, jobs):
    """(network, Trained)."""
    x, d = tasks.symmetry(cfg.inputs)
    net = network.layered(cfg.inputs, cfg.hidden, d.shape[1])
    x, d = training.for_each(jobs, x), training.for_each(jobs, d)
    return net, training.learn(net, [x], d, cfg, jobs, WITHIN, cfg.tries)[0]
