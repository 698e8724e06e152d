"""Ha's small network for handwritten digits (2017), 11 274 weights: by Adam's gradients, and by evolution without any."""

from dataclasses import dataclass

import numpy as np

import direct
from abacus import data, nn, ops
from abacus.optim import Adam
from abacus.settings import above, at_least, between
from abacus.tensor import backward

MEAN, SD = 0.1307, 0.3081  # of MNIST's grey values between 0 and 1, as in the notebooks
ALL = 60_000  # digits of MNIST's training set


class Network:
    """Two convolutions of 5 × 5 with 8 and 16 channels, each halved by its largest of 2 × 2, and a linear layer: (n, 10)."""

    def __init__(self, rng):
        self.first = nn.Conv2d(1, 8, 5, rng, padding=2, activation="relu")
        self.second = nn.Conv2d(8, 16, 5, rng, padding=2, activation="relu")
        self.last = nn.Affine(16 * 7 * 7, 10, rng)

    def __call__(self, images):
        maps = ops.max_pool2d(self.first(images), 2)  # 8 × 14 × 14
        maps = ops.max_pool2d(self.second(maps), 2)  # 16 × 7 × 7
        return self.last(maps.reshape(len(images), -1))


def digits():
    """MNIST with its images standardised, float32 (n, 1, 28, 28)."""
    loaded = data.load("mnist")

    def seen(images):
        return ((images.astype(np.float32) / 255 - MEAN) / SD).astype(np.float32)[:, None]

    return loaded._replace(train_images=seen(loaded.train_images), test_images=seen(loaded.test_images))


def accuracy(network, images, labels):
    """The per cent of the digits that the network reads."""
    return 100.0 * float(np.mean(nn.evaluate(network, images).argmax(axis=1) == labels))


@dataclass
class Backprop:
    train: int = between(1, ALL - 1)  # digits to learn from; the rest of the 60 000 choose the best pass
    passes: int = at_least(1)  # times that every digit is shown
    batch: int = at_least(1)  # digits of a step
    rate: float = above(0)  # of Adam


def backprop(cfg: Backprop, job):
    """Test accuracy in per cent of Ha's network by Adam: after the last pass, and after the best one on digits held out."""
    known, network = digits(), Network(job.rng("init"))
    images, labels = known.train_images, known.train_labels
    optimiser, best = Adam(nn.parameters(network), lr=cfg.rate), {"held out": -1.0, "test": 0.0}
    for epoch in job.epochs(cfg.passes, network, optimiser, best):
        part = images[: cfg.train], labels[: cfg.train]
        for shown, wanted in data.batches(part, cfg.batch, job.rng("shuffle", epoch)):
            optimiser.step(backward(ops.softmax_cross_entropy(network(shown), wanted)))
        held_out = accuracy(network, images[cfg.train :], labels[cfg.train :])
        last = accuracy(network, known.test_images, known.test_labels)
        if held_out >= best["held out"]:
            best["held out"], best["test"] = held_out, last
        job.log(epoch=epoch + 1, held_out=held_out, test=last)
    return {"last pass": last, "best pass": best["test"]}


@dataclass
class Evolve:
    passes: int = at_least(1)  # times that every one of the 60 000 digits is shown
    batch: int = at_least(1)  # digits that judge a generation
    population: int = at_least(2)  # draws of a generation, in mirrored pairs
    spread: float = above(0)  # σ of the draws
    rate: float = above(0)  # η


def evolve(cfg: Evolve, job):
    """Test accuracy in per cent of the same network from weights of 0 by the ranks of losses alone (eq. 19)."""
    known, network = digits(), Network(job.rng("init"))
    parameters = list(nn.parameters(network).values())
    write(parameters, np.zeros(sum(p.value.size for p in parameters)))
    for epoch in job.epochs(cfg.passes, network):
        x, rng = np.concatenate([p.value.ravel() for p in parameters]).astype(float), job.rng("draws", epoch)
        for shown, wanted in data.batches(
            (known.train_images, known.train_labels), cfg.batch, job.rng("shuffle", epoch)
        ):
            half = rng.standard_normal((cfg.population // 2, len(x)))
            noise = np.vstack([half, -half])
            losses = [loss(network, parameters, x + cfg.spread * e, shown, wanted) for e in noise]
            x = x - cfg.rate / cfg.spread * (direct.ranks(np.array(losses)) @ noise) / len(noise)  # eq. 19
            job.note(f"best loss {min(losses):.3f}")
        write(parameters, x)
        test = accuracy(network, known.test_images, known.test_labels)
        job.log(epoch=epoch + 1, test=test)
    return {"last pass": test}


def loss(network, parameters, x, images, labels):
    """The mean cross entropy of the network with the weights x."""
    write(parameters, x)
    z = nn.evaluate(network, images).astype(float)
    z -= z.max(axis=1, keepdims=True)
    return float(np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), labels]))


def write(parameters, x):
    """Puts the numbers of x into the parameters, one after the other."""
    begin = 0
    for p in parameters:
        p.value[...] = x[begin : begin + p.value.size].reshape(p.value.shape)
        p.version += 1
        begin += p.value.size
