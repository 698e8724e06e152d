"""Deep double descent (Nakkiran et al. 2020): the test error of MLPs by width, with and without wrong labels."""

from dataclasses import dataclass
from functools import cache

import numpy as np

import signals
from abacus import data, nn, ops
from abacus.optim import SGD
from abacus.settings import above, at_least, between
from abacus.tensor import backward
from classification import accuracy, ready
from networks import PlainMLP

TOTAL, SHARE = 16000, 0.25  # the authors' notebook: 4 000 to train on, 12 000 to test


@dataclass
class Config:
    width: int = at_least(1)  # neurons of each hidden layer
    epochs: int = at_least(1)  # passes through the training signals
    batch: int = at_least(1)  # signals in a step
    lr: float = above(0)  # learning rate
    momentum: float = between(0, 1)  # of stochastic gradient descent
    noise: float = between(0, 1)  # share of training labels drawn anew, in the column "noisy"


def double_descent(cfg: Config, job):
    """Test error with right and with some wrong labels."""
    return {
        "clean": train(noisy_set(0.0), cfg, job, "clean"),
        "noisy": train(noisy_set(cfg.noise), cfg, job, "noisy"),
    }


@cache
def noisy_set(noise):
    """(x, y, test x, test y) with each training label replaced, with probability `noise`, by any of the ten."""
    rng = signals.old_generator(42)
    made = signals.generate(rng, TOTAL, SHARE)
    labels = np.array([rng.choice(10) if rng.random_sample() < noise else label for label in made.train_labels])
    return ready(made.train), labels, ready(made.test), made.test_labels


def train(parts, cfg, job, name):
    """Test error in per cent after `cfg.epochs` epochs of an MLP of width `cfg.width`."""
    x, y, test, test_labels = parts
    model = PlainMLP(job.rng(f"init {name}"), cfg.width)
    optimiser = SGD(nn.parameters(model), lr=cfg.lr, momentum=cfg.momentum)
    for epoch in job.epochs(cfg.epochs, model, optimiser):
        for bx, by in data.batches((x, y), cfg.batch, job.rng(f"shuffle {name}", epoch)):
            optimiser.step(backward(ops.softmax_cross_entropy(model(bx), by)))
    job.log(labels=name, training_error=100 - accuracy(model, x, y))
    return 100 - accuracy(model, test, test_labels)
