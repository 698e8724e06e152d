"""Nielsen's networks, by the rule that made his numbers: the best look at the digits that he tests on, of several networks."""

from dataclasses import dataclass

import numpy as np

import digits
import figures
import learning
from abacus.settings import above, at_least, one_of
from network import INITIAL

WHITE, BLACK = 0, 1  # "0.0 representing white, a value of 1.0 representing black"


@dataclass
class Config:
    train: int = at_least(1)  # digits of MNIST to learn from
    test: str = one_of(*digits.TESTS)  # what is read after each pass; the last 10 000 training digits are held out
    hidden: list[int] = at_least(1)  # units of each hidden layer; [] for none
    loss: str = one_of("quadratic", "sigmoid")  # his equation 6, or the cross-entropy, his 63
    initial: str = one_of(*INITIAL)  # how the first weights are drawn
    passes: int = at_least(1)  # times that every digit is shown
    batch: int = at_least(1)  # digits of a step
    rate: float = above(0)  # learning rate η, the same in all passes
    decay: float = at_least(0)  # λ/n: of the weights
    networks: int = at_least(1)  # trained for each seed

    activation = "sigmoid"  # not settings: all his networks have them
    schedule, momentum = "constant", 0.0


def best_of_several(cfg: Config, job):
    """Accuracy as Nielsen reports it, in per cent: the best look at the test digits of the best network. Beside it, without
    choices: the mean of all networks after their last pass, and the worst of them."""
    given = digits.mnist(cfg.train, cfg.test, WHITE, BLACK)
    trained = [learning.train(cfg, job, given, k, cfg.decay) for k in range(cfg.networks)]
    curves = 100 * np.array([accuracies for _, accuracies in trained])  # a row a network
    if job.seed == 0:
        figures.draw_run(job, trained[curves.max(axis=1).argmax()][0], given)
    return reported(curves)


def reported(curves):
    """The three numbers from accuracies (networks, passes) in per cent."""
    return {
        "test accuracy": float(curves.max()),
        "last pass, mean of the networks": float(curves[:, -1].mean()),
        "last pass, worst network": float(curves[:, -1].min()),
    }
