"""LeNet-1, LeNet-4 and LeNet-5 (LeCun, Bottou, Bengio, Haffner 1998): LeNet-5's counts, and Fig. 9's error rates."""

from dataclasses import dataclass

import numpy as np

import figures
import patterns
from abacus import data, nn
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.optim import SGD
from abacus.settings import at_least, between, one_of
from abacus.tensor import backward, no_grad
from layers import Start
from networks import NETWORKS, counts

PARTS = ("C1", "S2", "C3", "S4", "C5", "F6", "total")
TEST = 2000  # rendered digits, of fonts that are not learnt from
MNIST = 60000
HESSIAN = 500  # patterns of an estimate of the second derivatives, p. 10


@dataclass
class Config:
    study: str = one_of("count", "learn")
    network: str = one_of(*NETWORKS)
    part: str = one_of(*PARTS)  # of study=count: the layer, or "total"
    digits: str = one_of("MNIST", "fonts")
    train: int = at_least(1)  # digits to learn from
    held_out: int = at_least(0)  # to choose settings by: the last so many of MNIST's training set are the test set
    watched: int = at_least(0)  # digits of the training set that are read after each pass
    exponent: float = between(0, 1)  # initial weights lie within 2.4 / (inputs of the unit)^exponent, Appendix A
    passes: int = at_least(0)
    training: str = one_of("SGD", "Levenberg-Marquardt")
    batch: int = at_least(1)
    momentum: float = between(0, 1)
    rates: list[float] = at_least(0)  # η of each pass; the last one stays
    mu: float = at_least(0)  # of Levenberg-Marquardt, eq. 21
    j: float = at_least(0)  # of LeNet-5's loss, eq. 9
    distort: float = between(0, 1)  # share of the patterns that are distorted, anew in each pass

    def __post_init__(self):
        if not self.rates:
            raise BadInput("rates=[]: wanted one for each pass, or one for all")
        if self.digits == "MNIST" and self.train + self.held_out > MNIST:
            raise BadInput(f"train={self.train} held_out={self.held_out}: MNIST has {MNIST} digits to learn from")
        if self.study == "count" and self.network != "LeNet-5" and self.part != "total":
            raise BadInput(f"part={self.part}: {self.network} has other layers; wanted part=total with it")
        if self.training == "Levenberg-Marquardt":
            self._only_levenberg()

    def _only_levenberg(self):
        if self.batch != 1 or self.momentum != 0 or self.mu == 0 or self.network == "modern":
            wanted = "batch=1, momentum=0, mu above 0 and one of the paper's networks"
            raise BadInput(f"training=Levenberg-Marquardt: wanted {wanted} with it")

    def rate(self, epoch):
        return self.rates[min(epoch, len(self.rates) - 1)]


def run(cfg: Config, job):
    if cfg.study == "count":
        parameters, connections = counts(NETWORKS[cfg.network](Start(cfg.exponent, np.random.default_rng(0))))[cfg.part]
        return {"parameters": parameters, "connections": connections}
    return learn(cfg, job)


def learn(cfg, job):
    """Test and training error, in per cent, after the last pass."""
    digits = load(cfg, job)
    network = NETWORKS[cfg.network](Start(cfg.exponent, job.rng("init")))
    {"SGD": by_batches, "Levenberg-Marquardt": by_patterns}[cfg.training](cfg, job, network, digits)
    job.save("model", network)
    read = answers(network, digits.test_images)
    figures.draw_run(job, network, digits, read)
    training = error(answers(network, digits.images), digits.labels)
    return {"test error": error(read, digits.test_labels), "training error": training}


def load(cfg, job):
    """The digits as they stand in the file, in the size that the network wants."""
    if cfg.digits == "fonts":
        import fonts

        found = fonts.digits(cfg.train, TEST, job.rng("fonts"))
    else:
        found = patterns.mnist(cfg.train, cfg.held_out)
    if cfg.network != "LeNet-1":
        return found
    return found._replace(images=patterns.shrunk(found.images), test_images=patterns.shrunk(found.test_images))


def by_batches(cfg, job, network, digits):
    """Mini-batch descent with momentum: not the paper's way, and much used since."""
    optimiser = SGD(nn.parameters(network), momentum=cfg.momentum)
    for epoch in job.epochs(cfg.passes, network, optimiser):
        optimiser.lr, total = cfg.rate(epoch), 0.0
        bent = job.rng("distort", epoch) if cfg.distort else None
        for images, labels in data.batches((digits.images, digits.labels), cfg.batch, job.rng("shuffle", epoch)):
            if cfg.distort:
                images = patterns.distorted(images, cfg.distort, bent)
            loss = network.loss(patterns.seen(images, network.side), labels, cfg.j)
            optimiser.step(backward(loss))
            total += float(loss) * len(labels)
        log(cfg, job, epoch, total / len(digits.labels), network, digits)


def by_patterns(cfg, job, network, digits):
    """The paper's: one pattern at a time, in an order that stays, every parameter with its own rate (Appendix C)."""
    import levenberg

    state = {"vector": levenberg.pack(network)}
    order = job.rng("order").permutation(len(digits.images))
    for epoch in job.epochs(cfg.passes, state):
        some = job.rng("hessian", epoch).permutation(len(order))[:HESSIAN]
        h = levenberg.mean_curvature(state["vector"], network, digits.images[some], digits.labels[some], cfg.j)
        rate = levenberg.rates(h, cfg.rate(epoch), cfg.mu, network)
        images = (
            patterns.distorted(digits.images, cfg.distort, job.rng("distort", epoch)) if cfg.distort else digits.images
        )
        loss = levenberg.train_pass(state["vector"], rate, network, images, digits.labels, order, cfg.j)
        levenberg.unpack(state["vector"], network)
        used = rate[levenberg.connected(network) > 0]
        log(cfg, job, epoch, loss, network, digits, smallest_rate=used.min(), largest_rate=used.max())
    levenberg.unpack(state["vector"], network)


def log(cfg, job, epoch, loss, network, digits, **more):
    if cfg.watched:
        some = slice(cfg.watched)
        more["training_error"] = error(answers(network, digits.images[some]), digits.labels[some])
    test = error(answers(network, digits.test_images), digits.test_labels)
    job.log(epoch=epoch + 1, loss=loss, test_error=test, **more)


def answers(network, images):
    """The digit that the network reads in each image."""
    with no_grad():
        parts = [network(patterns.seen(images[i : i + 250], network.side)).value for i in range(0, len(images), 250)]
    return np.concatenate([part.argmax(axis=1) for part in parts])


def error(read, labels):
    """Per cent of the digits that are read wrong."""
    return 100 * float(np.mean(read != labels))


if __name__ == "__main__":
    launch(run, figures=figures.draw_table)
