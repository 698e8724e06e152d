"""A network learns MNIST: the loop over passes, and the error after the last of them."""

from dataclasses import dataclass

import numpy as np

import digits
import figures
from abacus.settings import above, any_number, at_least, between, one_of
from descent import SCHEDULES, Descent
from losses import FOR_CLASSES
from network import ACTIVATIONS, INITIAL, Network


@dataclass
class Config:
    train: int = at_least(1)  # digits of MNIST to learn from
    test: str = one_of(*digits.TESTS)  # what is read after each pass; the last 10 000 training digits are held out
    greys: list[float] = any_number()  # what the network sees of an empty and of a black pixel
    hidden: list[int] = at_least(1)  # units of each hidden layer; [] for none
    activation: str = one_of(*ACTIVATIONS)  # f of the hidden units
    loss: str = one_of(*FOR_CLASSES)  # what is made small
    initial: str = one_of(*INITIAL)  # how the first weights are drawn
    passes: int = at_least(1)  # times that every digit is shown
    batch: int = at_least(1)  # digits of a step
    rate: float = above(0)  # learning rate of the first pass
    schedule: str = one_of(*SCHEDULES)  # how the rate falls from pass to pass
    momentum: float = between(0, 1)  # share of the step before that is kept

    def __post_init__(self):
        digits.check_greys(self.greys)


def learn(cfg: Config, job):
    """Test and training error in per cent after the last pass: nothing is chosen by looking at the test digits."""
    given = digits.mnist(cfg.train, cfg.test, *cfg.greys)
    network, accuracies = train(cfg, job, given)
    if job.seed == 0:
        figures.draw_run(job, network, given)
    training = 100 * (1 - accuracy(network, given.x, given.labels))
    return {"test error": float(100 - 100 * accuracies[-1]), "training error": training}


def train(cfg, job, given, k=0, decay=0.0):
    """The k-th network of this seed, and its accuracy on the test digits after each pass."""
    sizes = [given.x.shape[1], *cfg.hidden, 10]
    network = Network(sizes, job.rng("init", k), activation=cfg.activation, loss=cfg.loss, initial=cfg.initial)
    descent, accuracies = Descent(network, cfg.rate, cfg.momentum, decay, cfg.schedule), np.zeros(cfg.passes)
    for epoch in job.epochs(cfg.passes, network, descent, {"accuracies": accuracies}):
        shuffle, done = job.rng("shuffle", k, epoch), epoch / cfg.passes
        loss = descent.run(network, (given.x, given.labels), cfg.batch, done, shuffle, None)
        accuracies[epoch] = accuracy(network, given.test_x, given.test_labels)
        job.log(network=k, epoch=epoch, loss=loss, test_error=100 * (1 - accuracies[epoch]))
    return network, accuracies


def accuracy(network, x, labels):
    """The share of the inputs (n, 784) that are read right."""
    return float(np.mean(network.predict(x) == labels))
