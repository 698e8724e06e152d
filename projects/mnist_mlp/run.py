"""Fully connected networks learn printed digits, as in 2015 and as one would today, and read fonts that they have never seen."""

from dataclasses import dataclass

import digits
import figures
import learning
import nielsen
from abacus.launch import launch
from abacus.settings import above, at_least, between, one_of
from descent import SCHEDULES
from losses import FOR_CLASSES
from network import ACTIVATIONS, INITIAL


@dataclass
class Config:
    train: int = at_least(1)  # printed digits to learn from
    hidden: list[int] = at_least(1)  # units of each hidden layer; [] for none
    activation: str = one_of(*ACTIVATIONS)  # f of the hidden units
    loss: str = one_of(*FOR_CLASSES)  # what is made small
    initial: str = one_of(*INITIAL)  # how the first weights are drawn
    passes: int = at_least(1)  # times that every digit is shown
    batch: int = at_least(1)  # digits of a step
    rate: float = above(0)  # learning rate of the first pass
    schedule: str = one_of(*SCHEDULES)  # how the rate falls from pass to pass
    momentum: float = between(0, 1)  # share of the step before that is kept


def printed_digits(cfg: Config, job):
    """Test and training error in per cent, after the last pass, on digits of fonts that were not learnt from."""
    given = digits.printed(cfg.train, job.rng("fonts"))
    network, accuracies = learning.train(cfg, job, given)
    figures.draw_run(job, network, given)
    wrong = round(len(given.test_labels) * (1 - accuracies[-1]))
    print(
        f"A network of {'-'.join(map(str, network.sizes))} units has seen {cfg.train} printed digits {cfg.passes} times; of "
        f"{len(given.test_labels)} digits in fonts that it has never seen it misreads {wrong}."
    )
    return {
        "test error": float(100 - 100 * accuracies[-1]),
        "training error": 100 * (1 - learning.accuracy(network, given.x, given.labels)),
    }


if __name__ == "__main__":
    studies = printed_digits, learning.learn, nielsen.best_of_several
    launch(*studies, figures=dict.fromkeys(studies, figures.draw_table))
