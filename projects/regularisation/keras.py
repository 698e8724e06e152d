"""Keras's dropout network (mnist_mlp.py): RMSprop, twenty passes, a fifth of the hidden units dropped."""

from dataclasses import dataclass

import images
from abacus import data, nn
from abacus.optim import RMSprop
from abacus.settings import above, at_least, between
from abacus.tensor import backward
from networks import MLP

TRAIN, HELD_OUT = 60_000, 10_000
EPS = 1e-7  # keras.backend.epsilon()


@dataclass
class Config:
    hidden: list[int] = at_least(1)  # units of each hidden layer
    drop: float = between(0, 1)  # share of the hidden units that is dropped
    passes: int = at_least(1)  # times that every digit is shown
    batch: int = at_least(1)  # digits of a step
    rate: float = above(0)  # learning rate
    kept: float = between(0, 1)  # of RMSprop's mean of squares, each step
    held_out: int = between(
        0, HELD_OUT
    )  # 0: all digits are learnt; else the last so many are read in place of the test set


def dropout_mlp(cfg: Config, job):
    """Accuracy on the 10 000 test digits (or on held-out ones) and on the training digits in per cent, after the last pass."""
    given = images.from_disk("MNIST", TRAIN - cfg.held_out, cfg.held_out)
    test = (given.held_x, given.held_labels) if cfg.held_out else (given.test_x, given.test_labels)
    sizes = [given.x.shape[1], *cfg.hidden, images.CLASSES]
    network = MLP(sizes, job.rng("init"), initial="glorot", drop=(0.0, cfg.drop))
    optimiser = RMSprop(nn.parameters(network), lr=cfg.rate, alpha=cfg.kept, eps=EPS)
    for epoch in job.epochs(cfg.passes, network, optimiser):
        masks, total = job.rng("masks", epoch), 0.0
        for x, labels in data.batches((given.x, given.labels), cfg.batch, job.rng("shuffle", epoch)):
            loss = network.loss(x, labels, masks)
            optimiser.step(backward(loss))
            total += float(loss) * len(labels)
        job.log(epoch=epoch, loss=total / len(given.x), test_accuracy=100 * network.score(*test))
    return {
        "test accuracy": 100 * network.score(*test),
        "training accuracy": 100 * network.score(given.x, given.labels),
    }
