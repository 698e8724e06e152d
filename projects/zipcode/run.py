"""Handwritten zip codes (LeCun et al. 1989): every count of the paper, and its error after 23 passes."""

from dataclasses import dataclass

import numpy as np

import figures
import patterns
import wiring
from abacus.launch import launch
from abacus.settings import above, at_least, between, one_of

HESSIAN = 500  # patterns of an estimate of the second derivatives; as LeCun et al. 1998


@dataclass
class Config:
    study: str = one_of("count", "learn")
    part: str = one_of(*wiring.LAYERS)  # of study=count
    digits: str = one_of("USPS", "fonts")
    passes: int = at_least(0)
    exponent: float = between(0, 1)  # initial weights lie within 2.4 / (inputs of the unit)^exponent
    training: str = one_of("SGD", "Newton")
    eta: float = above(0)  # the rate of SGD; Newton's is eta / (mu + second derivative)
    mu: float = above(0)


def run(cfg: Config, job):
    if cfg.study == "count":
        return dict(zip(("parameters", "connections", "units"), wiring.counts()[cfg.part]))
    return learn(cfg, job)


def learn(cfg, job):
    """Error in per cent, and mean squared error of the ten outputs, after the last pass."""
    import network

    squash = network.A, network.S
    digits = patterns.usps() if cfg.digits == "USPS" else patterns.fonts(job.rng("fonts"))
    targets = np.where(np.arange(10) == digits.labels[:, None], 1, -1).astype(np.float32)
    state = {"p": wiring.initial(cfg.exponent, job.rng("init"))}
    for epoch in job.epochs(cfg.passes, state):
        network.train(state["p"], rates(cfg, state["p"], digits.images), digits.images, targets, squash)
        test, training = (judged(state["p"], *pair, squash) for pair in (digits[2:], digits[:2]))
        job.log(epoch=epoch + 1, **{"test error": test[0], "training error": training[0]})
    test, training = (judged(state["p"], *pair, squash) for pair in (digits[2:], digits[:2]))
    figures.draw_run(job, state["p"], digits, network.outputs(state["p"], digits.test_images, squash).argmax(axis=1))
    return {"test error": test[0], "training error": training[0], "test loss": test[1], "training loss": training[1]}


def rates(cfg, p, images):
    """The rate of each parameter, 0 where H2 has no connection; for Newton's, from the first HESSIAN patterns."""
    import network

    if cfg.training == "SGD":
        return np.float32(cfg.eta) * wiring.connected()
    h, total, some = np.empty_like(p), np.zeros(len(p)), images[:HESSIAN]
    for image in some:
        network.curvature(p, image, (network.A, network.S), h)
        total += h
    return (cfg.eta / (cfg.mu + total / len(some))).astype(np.float32) * wiring.connected()


def judged(p, images, labels, squash):
    """(error in per cent, mean squared error over patterns and outputs)."""
    import network

    said = network.outputs(p, images, squash)
    wanted = np.where(np.arange(10) == labels[:, None], 1, -1)
    return 100 * float((said.argmax(axis=1) != labels).mean()), float(((said - wanted) ** 2).mean(dtype=float))


if __name__ == "__main__":
    launch(run, figures=figures.draw_table)
