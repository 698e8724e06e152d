"""Bias and variance by the number of examples: of least squares, where a formula knows them, and of networks."""

from dataclasses import dataclass

import numpy as np

import images
from abacus import data, nn
from abacus.errors import BadInput
from abacus.optim import SGD
from abacus.settings import above, at_least, between
from abacus.tensor import backward
from networks import MLP, check_drop
from schedules import SCHEDULES


@dataclass
class Lines:
    examples: int = at_least(1)  # that each estimate is made from, N(0, 1) in every feature
    features: int = at_least(1)  # all of them used; the true weights have length 1
    noise: float = at_least(0)  # its standard deviation
    blocks: int = at_least(2)  # of estimates: their spread gives the standard error
    estimates: int = at_least(4)  # in each block


def least_squares(cfg: Lines, job):
    """bias², variance and their sum, of the shortest of all best-fitting weights; each with its standard error.

    bias² = |E b − β|², without the error of a mean over few estimates: (mean of one half − β)·(mean of the other − β).
    """
    truth, found = np.zeros(cfg.features), []
    truth[0] = 1.0
    for block in range(cfg.blocks):
        off = estimates(cfg, truth, job.rng("examples", block)) - truth  # (estimates, features)
        half = len(off) // 2
        bias = float(off[:half].mean(axis=0) @ off[half:].mean(axis=0))  # eq. 16
        error = float(np.square(off).sum(axis=1).mean())  # eq. 15
        found.append((bias, error - bias, error))
        job.progress((block + 1) / cfg.blocks)
    means, errors = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / np.sqrt(cfg.blocks)
    names = "bias squared", "variance", "error"
    return {name: (float(mean), float(error)) for name, mean, error in zip(names, means, errors)}


def estimates(cfg, truth, rng):
    """Weights (estimates, features) of least squares from as many sets of examples: the best fit, of several the shortest."""
    x = rng.standard_normal((cfg.estimates, cfg.examples, cfg.features))
    y = x @ truth + cfg.noise * rng.standard_normal(x.shape[:2])
    across = np.swapaxes(x, 1, 2)
    if cfg.examples < cfg.features:
        return (across @ np.linalg.solve(x @ across, y[:, :, None]))[:, :, 0]
    return np.linalg.solve(across @ x, across @ y[:, :, None])[:, :, 0]


@dataclass
class Networks:
    examples: int = at_least(1)  # of MNIST that each network learns from; no digit is in two of the sets
    networks: int = at_least(2)  # that learn, each from its own examples
    hidden: list[int] = at_least(1)  # units of each hidden layer
    drop: list[float] = between(0, 1)  # shares of the inputs and of the hidden units that are dropped
    decay: float = at_least(0)  # each step, the weights shrink by rate · decay
    passes: int = at_least(1)  # times that every digit is shown
    batch: int = at_least(1)  # digits of a step
    rate: float = above(0)  # learning rate of the first pass; it falls to 0
    momentum: float = between(0, 1)  # share of the step before that is kept

    def __post_init__(self):
        check_drop(self.drop)
        if self.examples * self.networks > 60_000:
            raise BadInput(
                f"examples={self.examples} and networks={self.networks}: MNIST has 60000 digits to learn from"
            )


def learning_curve(cfg: Networks, job):
    """Mean error in per cent, that of the networks' mean answer, and the parts of the mean square of probabilities off onehot."""
    given = images.from_disk("MNIST", cfg.examples * cfg.networks, 0)
    order = job.rng("sets").permutation(len(given.x)).reshape(cfg.networks, cfg.examples)
    said = np.array([probabilities(cfg, job, k, given, own) for k, own in enumerate(order)])  # (networks, digits, 10)
    wanted = np.eye(images.CLASSES)[given.test_labels]
    mean = said.mean(axis=0)
    variance = float(np.square(said - mean).sum(axis=(0, 2)).mean() / (cfg.networks - 1))
    error = float(np.square(said - wanted).sum(axis=2).mean())
    return {
        "test error": 100 * float(np.mean(said.argmax(axis=2) != given.test_labels)),
        "error of the mean": 100 * float(np.mean(mean.argmax(axis=1) != given.test_labels)),
        "bias squared": error - variance,  # eq. 15
        "variance": variance,
    }


def probabilities(cfg, job, k, given, own):
    """What the k-th network, having learnt from the digits `own`, gives every class of every test digit (n, 10)."""
    sizes = [given.x.shape[1], *cfg.hidden, images.CLASSES]
    network = MLP(sizes, job.rng("init", k), drop=cfg.drop)
    optimiser = SGD(
        nn.parameters(network), momentum=cfg.momentum, weight_decay=dict.fromkeys(network.weights(), cfg.decay)
    )
    for epoch in job.epochs(cfg.passes, network, optimiser):
        optimiser.lr, masks = SCHEDULES["linear"](epoch, cfg.rate, cfg.passes), job.rng("masks", k, epoch)
        for x, labels in data.batches((given.x[own], given.labels[own]), cfg.batch, job.rng("shuffle", k, epoch)):
            optimiser.step(backward(network.loss(x, labels, masks)))
    scores = network.outputs(given.test_x).astype(float)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
