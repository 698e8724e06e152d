"""LeNet learns Fashion-MNIST under the five schedules of d2l's chapter 12: what the book prints below each cell."""

import math
from dataclasses import dataclass

import images
from abacus import data, nn, ops
from abacus.optim import SGD
from abacus.settings import above, at_least, one_of
from abacus.tensor import backward

TRAIN, SIDE, PAIR, FLAT = 60_000, images.SIDE, (120, 84), 16 * 5 * 5
FINAL, LAST, WARM = 0.01, 20, 5  # the cosine's lowest rate, the epoch at which it is reached, its epochs of warm-up


def constant(epoch, rate):
    """η."""
    return rate


def square_root(epoch, rate):
    """0.1/√epoch, and η in epoch 0: the book sets a rate when an epoch is over, so that each is one epoch late (eq. 12)."""
    return rate if epoch == 0 else 0.1 * epoch**-0.5  # eq. 12


def multi_step(epoch, rate):
    """η, and half of it from epoch 15 on: what the text means (the second milestone, 30, is the end)."""
    return rate * (0.5 if epoch >= 15 else 1.0)  # eq. 13


def multi_step_spent(epoch, rate):
    """η/4 throughout: what was trained. The cell that draws the schedule has stepped it 30 times, past both milestones."""
    return rate * 0.5**2


def cosine(epoch, rate):
    """From η to 0.01 by half a cosine over 20 epochs; one epoch late, as square_root."""
    return _cosine(max(0, epoch - 1), rate, 0)


def warm_cosine(epoch, rate):
    """The same behind 5 epochs that rise from 0: epoch 0 has η all the same, and epoch 1 the rate 0."""
    return rate if epoch == 0 else _cosine(epoch - 1, rate, WARM)


def _cosine(epoch, rate, warm):
    if epoch < warm:
        return rate * epoch / warm
    done = (min(epoch, LAST) - warm) / (LAST - warm)
    return FINAL + (rate - FINAL) * (1 + math.cos(math.pi * done)) / 2  # eq. 14


SCHEDULES = {
    "constant": constant,
    "square root": square_root,
    "multi-step": multi_step,
    "multi-step, spent": multi_step_spent,
    "cosine": cosine,
    "cosine after warm-up": warm_cosine,
}


@dataclass
class Config:
    schedule: str = one_of(*SCHEDULES)  # how the rate falls from epoch to epoch
    rate: float = above(0)  # learning rate that the optimiser is made with
    passes: int = at_least(1)  # times that every picture is shown
    batch: int = at_least(1)  # pictures of a step


class LeNet:
    """The book's: ReLU and max pooling; 6 and 16 maps of 5 × 5 kernels, then 120, 84 and 10 units. 61 706 parameters."""

    def __init__(self, rng):
        self.maps = [
            nn.Conv2d(1, 6, 5, rng, padding=2, activation="relu"),
            nn.Conv2d(6, 16, 5, rng, activation="relu"),
        ]
        sizes = FLAT, *PAIR
        self.units = [nn.Affine(a, b, rng, activation="relu") for a, b in zip(sizes, PAIR)]
        self.top = nn.Affine(PAIR[-1], images.CLASSES, rng)

    def __call__(self, x):
        for layer in self.maps:
            x = ops.max_pool2d(layer(x), 2)
        x = ops.reshape(x, x.shape[0], FLAT)
        for layer in self.units:
            x = layer(x)
        return self.top(x)


def book_schedule(cfg: Config, job):
    """Loss and share of right answers while the last pass learns, and the share on the test pictures behind it."""
    given = images.from_disk("Fashion-MNIST", TRAIN, 0)
    network = LeNet(job.rng("init"))
    optimiser, last = SGD(nn.parameters(network)), {"loss": 0.0, "right": 0.0}
    for epoch in job.epochs(cfg.passes, network, optimiser, last):
        optimiser.lr = SCHEDULES[cfg.schedule](epoch, cfg.rate)
        total = right = 0.0
        for x, labels in data.batches((given.x, given.labels), cfg.batch, job.rng("shuffle", epoch)):
            scores = network(x.reshape(-1, 1, SIDE, SIDE))
            loss = ops.softmax_cross_entropy(scores, labels)
            optimiser.step(backward(loss))
            total += float(loss) * len(labels)
            right += int((scores.value.argmax(axis=1) == labels).sum())
        last["loss"], last["right"] = total / TRAIN, right / TRAIN
        job.log(epoch=epoch, rate=optimiser.lr, loss=last["loss"], training=last["right"], test=score(network, given))
    return {"training loss": last["loss"], "training accuracy": last["right"], "test accuracy": score(network, given)}


def score(network, given):
    """The share of the test pictures that is answered right."""
    answers = nn.evaluate(network, given.test_x.reshape(-1, 1, SIDE, SIDE)).argmax(axis=1)
    return float((answers == given.test_labels).mean())
