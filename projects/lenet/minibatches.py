"""Learning by mini-batches with momentum: not the paper's way, and much used since; the paper's networks and today's."""

from dataclasses import dataclass

import figures
import patterns
from abacus import data, nn
from abacus.errors import BadInput
from abacus.optim import SGD
from abacus.settings import at_least, between, one_of
from abacus.tensor import backward
from layers import Start
from networks import NETWORKS, Modern, answers, error


def check_rates(config):
    """BadInput where a Config gives no learning rate at all."""
    if not config.rates:
        raise BadInput("rates=[]: wanted one for each pass, or one for all")


@dataclass
class Config:
    network: str = one_of(*NETWORKS)  # the paper's network that learns
    train: int = at_least(1)  # digits of MNIST to learn from
    held_out: int = at_least(
        0
    )  # 0: the test digits are read; else the last so many of the training set, to choose settings
    exponent: float = between(0, 1)  # initial weights lie within 2.4 / (inputs of the unit)^exponent
    passes: int = at_least(0)  # times that every digit is shown
    batch: int = at_least(1)  # digits of a step
    momentum: float = between(0, 1)  # share of the step before that is kept
    rates: list[float] = at_least(0)  # learning rate of each pass; the last one stays
    distort: float = between(0, 1)  # share of the digits that are distorted, anew in each pass

    __post_init__ = check_rates


def minibatches(cfg: Config, job):
    """Test and training error of one of the paper's networks, in per cent, after the last pass."""
    digits = patterns.sized(patterns.mnist(cfg.train, cfg.held_out), cfg.network)
    network = NETWORKS[cfg.network](Start(cfg.exponent, job.rng("init")))
    descend(cfg, job, network, digits, cfg.distort)
    job.save("model", network)
    read = answers(network, digits.test_images)
    figures.draw_run(job, network, digits, read)
    training = error(answers(network, digits.images), digits.labels)
    return {"test error": error(read, digits.test_labels), "training error": training}


@dataclass
class Today:
    train: int = at_least(1)  # digits of MNIST to learn from
    passes: int = at_least(0)  # times that every digit is shown
    batch: int = at_least(1)  # digits of a step
    momentum: float = between(0, 1)  # share of the step before that is kept
    rates: list[float] = at_least(0)  # learning rate of each pass; the last one stays

    __post_init__ = check_rates


def today(cfg: Today, job):
    """Test and training error of LeNet-5 as it would be built today, in per cent, after the last pass."""
    digits, network = patterns.mnist(cfg.train), Modern(job.rng("init"))
    descend(cfg, job, network, digits, distort=0.0)
    read = answers(network, digits.test_images)
    figures.draw_run(job, network, digits, read)
    training = error(answers(network, digits.images), digits.labels)
    return {"test error": error(read, digits.test_labels), "training error": training}


def descend(cfg, job, network, digits, distort):
    """w ← w − rate·v, v the momentum's sum of gradients, over mini-batches in an order that is drawn anew in each pass."""
    optimiser = SGD(nn.parameters(network), momentum=cfg.momentum)
    for epoch in job.epochs(cfg.passes, network, optimiser):
        optimiser.lr, total = rate_of(cfg, epoch), 0.0
        bent = job.rng("distort", epoch) if distort else None
        for images, labels in data.batches((digits.images, digits.labels), cfg.batch, job.rng("shuffle", epoch)):
            if distort:
                images = patterns.distorted(images, distort, bent)
            loss = network.loss(patterns.seen(images, network.side), labels)
            optimiser.step(backward(loss))
            total += float(loss) * len(labels)
        test = error(answers(network, digits.test_images), digits.test_labels)
        job.log(epoch=epoch + 1, loss=total / len(digits.labels), test_error=test)


def rate_of(cfg, epoch):
    """The learning rate of a pass, counted from 0: `rates` has one for each, and the last one stays."""
    return cfg.rates[min(epoch, len(cfg.rates) - 1)]
