"""Fully connected networks on MNIST: Nielsen's two, Simard's 800 hidden units, and those of LeCun 1998's Fig. 9."""

from dataclasses import dataclass

import numpy as np

import digits
import figures
from abacus.launch import launch
from abacus.settings import above, any_number, at_least, between, one_of
from descent import SCHEDULES, Descent
from losses import LOSSES
from network import ACTIVATIONS, INITIAL, Network

FONT_TESTS = 2000  # rendered digits, of fonts that are not learnt from


@dataclass
class Config:
    digits: str = one_of("MNIST", "fonts")
    train: int = at_least(1)  # digits to learn from
    test: str = one_of("test digits", "held-out digits")  # of MNIST: the last 10 000 training digits are held out
    white: float = any_number()  # what the network sees of an empty pixel
    black: float = any_number()
    hidden: list[int] = at_least(1)  # units of each hidden layer; [] for none
    activation: str = one_of(*ACTIVATIONS)
    loss: str = one_of(*(name for name in LOSSES if name != "numbers"))
    initial: str = one_of(*INITIAL)
    drop_inputs: float = between(0, 1)  # shares dropped while learning
    drop_hidden: float = between(0, 1)
    passes: int = at_least(1)
    batch: int = at_least(1)
    rate: float = above(0)
    schedule: str = one_of(*SCHEDULES)  # how the rate falls from pass to pass
    momentum: float = between(0, 1)
    decay: float = at_least(0)  # of the weights
    networks: int = at_least(1)  # trained for each seed
    report: str = one_of("last pass", "best pass")  # at the best: of all looks at the test digits
    pictures: list[str] = one_of("weights", "misread")  # drawn of seed 0


def run(cfg: Config, job):
    given = load(cfg, job)
    trained = [train(cfg, job, given, k) for k in range(cfg.networks)]
    curves = 100 * np.array([accuracies for _, accuracies in trained])  # a row a network
    chosen = trained[curves.max(axis=1).argmax()][0]
    if job.seed == 0:
        figures.draw_run(job, cfg.pictures, chosen, given)
    return REPORTS[cfg.report](curves, chosen, given)


def train(cfg, job, given, k):
    """The k-th network of this seed, and its accuracy on the test digits after each pass."""
    sizes = [given.x.shape[1], *cfg.hidden, 10]
    network = Network(
        sizes,
        job.rng("init", k),
        activation=cfg.activation,
        loss=cfg.loss,
        initial=cfg.initial,
        drop=(cfg.drop_inputs, cfg.drop_hidden),
    )
    descent, accuracies = Descent(network, cfg.rate, cfg.momentum, cfg.decay, cfg.schedule), np.zeros(cfg.passes)
    for epoch in job.epochs(cfg.passes, network, descent, {"accuracies": accuracies}):
        streams = job.rng("shuffle", k, epoch), job.rng("drop", k, epoch)
        loss = descent.run(network, (given.x, given.labels), cfg.batch, epoch / cfg.passes, *streams)
        accuracies[epoch] = accuracy(network, given.test_x, given.test_labels)
        job.log(network=k, epoch=epoch, loss=loss, test_error=100 * (1 - accuracies[epoch]))
    return network, accuracies


def after_the_last(curves, network, given):
    """Error after the last pass, in per cent: nothing was chosen by looking at the test digits."""
    training = 100 * (1 - accuracy(network, given.x, given.labels))
    return {"test error": float(100 - curves[:, -1].mean()), "training error": training}


def at_the_best(curves, network, given):
    """Accuracy as Nielsen reports it: the best look at the test digits of the best network. Beside it, without choices: the
    mean of all networks after their last pass, and the worst of them."""
    return {
        "test accuracy": float(curves.max()),
        "last pass, mean of the networks": float(curves[:, -1].mean()),
        "last pass, worst network": float(curves[:, -1].min()),
    }


REPORTS = {"last pass": after_the_last, "best pass": at_the_best}


def accuracy(network, x, labels):
    return float(np.mean(network.predict(x) == labels))


def load(cfg, job):
    if cfg.digits == "MNIST":
        return digits.mnist(cfg.train, cfg.test, cfg.white, cfg.black)
    import fonts

    rng = job.rng("fonts")
    learnt, unseen = fonts.rendered(fonts.LEARNT, cfg.train, rng), fonts.rendered(fonts.UNSEEN, FONT_TESTS, rng)
    return digits.prepared(*learnt, *unseen, cfg.white, cfg.black)


if __name__ == "__main__":
    launch(run, figures=figures.draw_table)
