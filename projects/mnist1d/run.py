"""MNIST-1D (Greydanus & Kobak 2024): the data set from its description, Table 1, lottery tickets, deep double descent."""

from dataclasses import dataclass
from functools import cache

import classification
import descent
import figures
import learning_rate
import lottery
import transfer
from abacus import nn
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import above, at_least, between, one_of
from classification import points
from networks import NETWORKS

ORDERS = {"MNIST-1D": classification.AS_DRAWN, "shuffled": classification.SHUFFLED}


@dataclass
class Config:
    study: str = one_of("classification", "lottery tickets", "transfer", "double descent", "learning rate")
    network: str = one_of(*NETWORKS)  # of study=classification
    updates: int = at_least(1)  # of one training: classification, a round of the lottery, with a rate that is learnt
    epochs: int = at_least(1)  # of double descent; steps of the learning rate itself
    batch: int = at_least(1)
    lr: float = above(0)  # for study=learning rate: of the learning rate itself
    momentum: float = between(0, 1)  # of double descent
    ticket: str = one_of("lottery", "random")
    sparsities: list[float] = between(0, 1)  # of the lottery's rounds
    new_updates: int = at_least(1)  # of transfer, on the new signals
    new_batch: int = at_least(1)
    width: int = at_least(1)  # of double descent
    noise: float = between(0, 1)  # share of training labels drawn anew, in the column "noisy" of double descent

    def __post_init__(self):
        if self.sparsities != sorted(self.sparsities):
            raise BadInput(f"sparsities={self.sparsities}: wanted them in rising order, since a round drops more")


def run(cfg: Config, job):
    return STUDIES[cfg.study](cfg, job)


def classify(cfg, job):
    """Test accuracy, at the best of the looks and (notebook) after the last update, and the size of the network."""
    values = {}
    for which, (column, places) in enumerate(ORDERS.items()):
        seen = classification.train(cfg.network, points(places), cfg, job, which)
        values |= {column: max(seen), f"{column}, notebook": seen[-1]}
    if job.seed == 0:
        with job.figure("curves") as figure:
            figures.curves(figure, job.logged())
    return values | {"parameters": nn.count(NETWORKS[cfg.network](job.rng("init", 0)))}


def tickets(cfg, job):
    """Test accuracy by sparsity."""
    return lottery.rounds(lottery.Masked(job.rng("init")), points(), cfg, job)


def transferred(cfg, job):
    """Test accuracy on other signals, by task."""
    return transfer.accuracies(points(), cfg, job)


def double_descent(cfg, job):
    """Test error with right and with some wrong labels."""
    return {
        "clean": descent.train(noisy_set(0.0), cfg, job, "clean"),
        "noisy": descent.train(noisy_set(cfg.noise), cfg, job, "noisy"),
    }


def learnt_rate(cfg, job):
    """The learning rate that gradient descent on itself arrives at, from a larger and from a smaller one."""
    x, y, *_ = points()
    rates = learning_rate.learn((x.astype(float), y), cfg, job)
    if job.seed == 0:
        with job.figure("rates") as figure:
            figures.rates(figure, job.logged())
    return rates


@cache
def noisy_set(noise):
    return descent.noisy_set(noise)


STUDIES = {
    "classification": classify,
    "lottery tickets": tickets,
    "transfer": transferred,
    "double descent": double_descent,
    "learning rate": learnt_rate,
}

if __name__ == "__main__":
    launch(run, figures=figures.of_table)
