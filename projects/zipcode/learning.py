"""Learning zip codes digit by digit: plain descent, and the paper's diagonal Newton method (p. 546)."""

from dataclasses import dataclass

import numpy as np

import figures
import patterns
import wiring
from abacus.settings import above, at_least, between

HESSIAN = 500  # patterns of an estimate of the second derivatives; as LeCun et al. 1998


@dataclass
class Descent:
    passes: int = at_least(0)  # times that every digit is shown
    exponent: float = between(0, 1)  # initial weights lie within 2.4 / (inputs of the unit)^exponent
    eta: float = above(0)  # learning rate of all weights


def descent(cfg: Descent, job):
    """Errors in per cent and mean squared errors after the last pass of plain stochastic gradient descent."""
    digits, p = patterns.usps(), wiring.initial(cfg.exponent, job.rng("init"))
    train(cfg, job, p, digits, lambda p: np.float32(cfg.eta) * wiring.connected())
    return values(p, digits)


@dataclass
class Newton:
    passes: int = at_least(0)  # times that every digit is shown
    exponent: float = between(0, 1)  # initial weights lie within 2.4 / (inputs of the unit)^exponent
    eta: float = above(0)  # η: a weight's own rate is η / (μ + its second derivative)
    mu: float = above(0)  # μ


def newton(cfg: Newton, job):
    """Errors in per cent and mean squared errors after the last pass of the diagonal Newton method."""
    digits, p = patterns.usps(), wiring.initial(cfg.exponent, job.rng("init"))
    train(cfg, job, p, digits, lambda p: newton_rates(cfg, p, digits.images))
    return values(p, digits)


def newton_rates(cfg, p, images):
    """The rate of each parameter, from the first HESSIAN images; 0 where H2 has no connection."""
    import network

    h, total, some = np.empty_like(p), np.zeros(len(p)), images[:HESSIAN]
    for image in some:
        network.curvature(p, image, (network.A, network.S), h)
        total += h
    return (cfg.eta / (cfg.mu + total / len(some))).astype(np.float32) * wiring.connected()  # eq. 6


def train(cfg, job, p, digits, rates):
    """All passes over the digits, in the order in which they stand; `rates(p)` gives those of a pass, `p` is changed. What is
    then read in the test digits."""
    import network

    squash, state = (network.A, network.S), {"p": p}
    targets = np.where(np.arange(10) == digits.labels[:, None], 1, -1).astype(np.float32)
    for epoch in job.epochs(cfg.passes, state):
        network.train(p, rates(p), digits.images, targets, squash)
        test, training = (judged(p, *pair) for pair in (digits[2:], digits[:2]))
        job.log(epoch=epoch + 1, **{"test error": test[0], "training error": training[0]})
    read = network.outputs(p, digits.test_images, squash).argmax(axis=1)
    figures.draw_run(job, p, digits, read)
    return read


def values(p, digits):
    """Errors in per cent and mean squared errors on both sets."""
    test, training = (judged(p, *pair) for pair in (digits[2:], digits[:2]))
    return {"test error": test[0], "training error": training[0], "test loss": test[1], "training loss": training[1]}


def judged(p, images, labels):
    """(error in per cent, mean squared error over patterns and outputs)."""
    import network

    said = network.outputs(p, images, (network.A, network.S))
    wanted = np.where(np.arange(10) == labels[:, None], 1, -1)
    return 100 * float((said.argmax(axis=1) != labels).mean()), float(((said - wanted) ** 2).mean(dtype=float))
