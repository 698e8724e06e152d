"""Dropout, DropConnect and max-norm in the networks of Srivastava et al. 2014 and Wan et al. 2013: descent with momentum."""

from dataclasses import dataclass

import numpy as np

import images
import networks
from abacus import data, nn
from abacus.optim import SGD
from abacus.settings import above, at_least, between, one_of
from abacus.tensor import backward
from layers import capped
from networks import MLP
from schedules import SCHEDULES

TRAIN, HELD_OUT = 60_000, 10_000


@dataclass
class Config:
    hidden: list[int] = at_least(1)  # units of each hidden layer
    activation: str = one_of("relu", "sigmoid", "tanh")  # f of the hidden units
    drop: list[float] = between(0, 1)  # shares of the inputs and of the hidden units that are dropped
    drop_weights: float = between(0, 1)  # share of the weights that is dropped
    most: float = at_least(0)  # longest that a unit's weights may become; 0: as long as they like
    passes: int = at_least(1)  # times that every digit is shown
    batch: int = at_least(1)  # digits of a step
    rate: float = above(0)  # learning rate at its highest
    schedule: str = one_of(*SCHEDULES)  # how the rate falls from pass to pass
    momentum: float = between(0, 1)  # share of the step before that is kept
    held_out: int = between(
        0, HELD_OUT
    )  # 0: all digits are learnt; else the last so many are read in place of the test set

    def __post_init__(self):
        networks.check_drop(self.drop)


def hidden_units(cfg: Config, job):
    """Error on the 10 000 test digits (or on held-out ones) and on the training digits in per cent, after the last pass."""
    given = images.from_disk("MNIST", TRAIN - cfg.held_out, cfg.held_out)
    test = (given.held_x, given.held_labels) if cfg.held_out else (given.test_x, given.test_labels)
    network = MLP(
        [given.x.shape[1], *cfg.hidden, images.CLASSES],
        job.rng("init"),
        activation=cfg.activation,
        initial="he" if cfg.activation == "relu" else "glorot",
        drop=cfg.drop,
        drop_weights=cfg.drop_weights,
    )
    optimiser = SGD(nn.parameters(network), momentum=cfg.momentum)
    for epoch in job.epochs(cfg.passes, network, optimiser):
        optimiser.lr = SCHEDULES[cfg.schedule](epoch, cfg.rate, cfg.passes)
        masks, total = job.rng("masks", epoch), 0.0
        for x, labels in data.batches((given.x, given.labels), cfg.batch, job.rng("shuffle", epoch)):
            loss = network.loss(x, labels, masks)
            optimiser.step(backward(loss))
            if cfg.most:
                cap(network, cfg.most)
            total += float(loss) * len(labels)
        job.log(epoch=epoch, loss=total / len(given.x), test_error=100 * (1 - network.score(*test)))
    errors = [100 * (1 - network.score(*pair)) for pair in (test, (given.x, given.labels))]
    return {"test error": errors[0], "training error": errors[1]}


def cap(network, most):
    """Shorten what every unit hears to at most this length, in place; with weight norm the length is a parameter."""
    for layer in (*network.layers, network.top):
        changed = layer.w if layer.length is None else layer.length
        if layer.length is not None:
            changed.value[...] = np.clip(changed.value, -most, most)
        elif layer.axis == 0:  # kernels (units, inputs, side, side)
            columns = changed.value.reshape(len(changed.value), -1).T
            changed.value[...] = capped(columns, most).T.reshape(changed.shape)
        else:
            changed.value[...] = capped(changed.value, most)
        changed.version += 1
