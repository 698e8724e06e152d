"""Bayes by backprop (Blundell and others 2015): a network whose weights are a law, on MNIST."""

import itertools
import math
from dataclasses import dataclass

import numpy as np

from abacus import data, nn, ops, optim
from abacus.settings import above, at_least, between, one_of
from abacus.tensor import Parameter, backward, no_grad

BLOCK = 1000  # test digits at a time


class Layer:
    """y = x w + b with w, b ~ N(mean, softplus(rho)²), one draw for the whole batch: eq. (32)."""

    def __init__(self, inputs, outputs, sd, rng):
        shape = inputs + 1, outputs  # the last row is the bias
        self.mean = Parameter((rng.standard_normal(shape) / math.sqrt(inputs)).astype(np.float32))
        self.rho = Parameter(np.full(shape, math.log(math.expm1(sd)), np.float32))

    def draw(self, noise):
        """The drawn weights (inputs + 1, outputs) and their standard deviations, on the tape."""
        sd = ops.softplus(self.rho)
        return self.mean + sd * noise, sd  # eq. 32


class Network:
    """784 - hidden - ... - 10, ReLU between; its cost is KL of the weights from the prior less the log-likelihood: eq. (33)."""

    def __init__(self, hidden, sd, rng):
        sizes = [784, *hidden, 10]
        self.layers = [Layer(m, n, sd, rng) for m, n in itertools.pairwise(sizes)]

    def __call__(self, x, weights):
        for k, w in enumerate(weights):
            x = ops.affine(x, w[:-1], w[-1], activation="relu" if k < len(weights) - 1 else None)
        return x

    def draw(self, rng):
        """[(weights, sd, noise)] of every layer."""
        found = []
        for layer in self.layers:
            noise = rng.standard_normal(layer.mean.value.shape, dtype=np.float32)
            found.append((*layer.draw(noise), noise))
        return found

    def mean_weights(self):
        """The means, as a network without doubts."""
        return [layer.mean for layer in self.layers]


def log_prior(w, share, wide, narrow):
    """Σ log of share · N(0, wide²) + (1 − share) · N(0, narrow²), without −½ log 2π each: eq. (34)."""
    square = -0.5 * w * w
    if share in (0, 1):
        sd = wide if share else narrow
        return ops.sum(square / sd**2 - math.log(sd))
    first = square / wide**2 + (math.log(share) - math.log(wide))
    second = square / narrow**2 + (math.log1p(-share) - math.log(narrow))
    return ops.sum(ops.logaddexp(first, second))  # eq. 34


def log_posterior(sd, noise):
    """Σ log N(w | mean, sd²) at w = mean + sd · noise, without −½ log 2π each."""
    return -ops.sum(ops.log(sd)) - 0.5 * float((noise.astype(np.float64) ** 2).sum())


def cost(network, images, labels, batches, prior, rng):
    """Eq. (33) of one of so many batches, by one draw of the weights, per digit; prior: (share, wide, narrow)."""
    drawn = network.draw(rng)
    loss = ops.softmax_cross_entropy(network(images, [w for w, _, _ in drawn]), labels)
    apart = sum(log_posterior(sd, e) - log_prior(w, *prior) for w, sd, e in drawn)
    return loss + apart * (1.0 / batches / len(labels))  # eq. 33


@dataclass
class Config:
    train: int = at_least(1)  # digits to learn from
    hidden: list[int] = at_least(1)  # units of each hidden layer
    sd: float = above(0)  # standard deviation of every weight's law at the start
    share: float = between(0, 1)  # of the prior's wide part; 1 for one normal law
    wide: float = above(0)  # standard deviation of the prior's wide part
    narrow: float = above(0)  # and of its narrow part
    optimiser: str = one_of("SGD", "Adam")  # what takes the steps
    passes: int = at_least(1)  # times that every digit is shown
    batch: int = at_least(1)  # digits of a step
    rate: float = above(0)  # learning rate
    draws: int = at_least(1)  # networks that vote on the test digits


def by_backprop(cfg: Config, job):
    """Test error in per cent: of the mean of the drawn networks' probabilities, and of the network of means."""
    mnist = data.load("mnist")
    x, y = _scaled(mnist.train_images[: cfg.train]), mnist.train_labels[: cfg.train].astype(np.int64)
    network = Network(cfg.hidden, cfg.sd, job.rng("init"))
    make = {"SGD": optim.SGD, "Adam": optim.Adam}[cfg.optimiser]
    optimiser = make(nn.parameters(network), lr=cfg.rate)
    steps = -(-len(x) // cfg.batch)
    for epoch in job.epochs(cfg.passes, network, optimiser):
        rng, total = job.rng("noise", epoch), 0.0
        for images, labels in data.batches((x, y), cfg.batch, job.rng("shuffle", epoch)):
            whole = cost(network, images, labels, steps, (cfg.share, cfg.wide, cfg.narrow), rng)
            optimiser.step(backward(whole))
            total += whole.item() / steps
        job.log(epoch=epoch, cost=total)
    test, labels = _scaled(mnist.test_images), mnist.test_labels
    votes = np.zeros((len(test), 10))
    with no_grad():
        for k in range(cfg.draws):
            votes += _probabilities(network, test, [w for w, _, _ in network.draw(job.rng("votes", k))])
        alone = _probabilities(network, test, network.mean_weights())
    return {
        "test error": 100 * float((votes.argmax(axis=1) != labels).mean()),
        "error of the means": 100 * float((alone.argmax(axis=1) != labels).mean()),
        "weights": nn.count(network) // 2,
    }


def _scaled(images):
    return images.reshape(len(images), -1).astype(np.float32) / np.float32(126)  # p. 6


def _probabilities(network, x, weights):
    parts = [ops.softmax(network(x[i : i + BLOCK], weights)).value for i in range(0, len(x), BLOCK)]
    return np.concatenate(parts)
