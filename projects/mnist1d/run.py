"""MNIST-1D (Greydanus & Kobak 2024): the data set from its description, Table 1, lottery tickets, deep double descent."""

from dataclasses import dataclass

import classification
import descent
import figures
import learning_rate
import lottery
import transfer
from abacus import nn
from abacus.launch import launch
from abacus.settings import above, at_least, one_of
from classification import points
from networks import NETWORKS

ORDERS = {"MNIST-1D": classification.AS_DRAWN, "shuffled": classification.SHUFFLED}


@dataclass
class Config:
    network: str = one_of(*NETWORKS)  # what learns
    updates: int = at_least(1)  # steps of Adam
    batch: int = at_least(1)  # signals in a step
    lr: float = above(0)  # learning rate


def classify(cfg: Config, job):
    """Test accuracy, at the best of the looks and (notebook) after the last update, and the size of the network."""
    values = {}
    for which, (column, places) in enumerate(ORDERS.items()):
        seen = classification.train(cfg.network, points(places), cfg, job, which)
        values |= {column: max(seen), f"{column}, notebook": seen[-1]}
    if job.seed == 0:
        with job.figure("curves") as figure:
            figures.curves(figure, job.logged())
    print("Test accuracy in per cent: with the points in their order, and shuffled, which only a convolution minds.")
    return values | {"parameters": nn.count(NETWORKS[cfg.network](job.rng("init", 0)))}


if __name__ == "__main__":
    launch(
        classify,
        lottery.tickets,
        transfer.transferred,
        descent.double_descent,
        learning_rate.learnt_rate,
        figures={
            classify: figures.of_signals,
            lottery.tickets: figures.of_sparsities,
            descent.double_descent: figures.of_widths,
        },
    )
