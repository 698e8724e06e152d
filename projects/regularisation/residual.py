"""Deep residual networks, and how they can begin: He's weights, batch norm, or Fixup, which needs no norm at all."""

from dataclasses import dataclass

import numpy as np

import images
from abacus import data, nn, ops
from abacus.optim import SGD, clip
from abacus.settings import above, at_least, one_of
from abacus.tensor import Parameter, backward
from layers import Layer, known, zero

MOMENTUM = 0.9
STARTS = "he", "batch norm", "fixup"


class Block:
    """x + c·W₂ relu(W₁(x + a) + b₁ ...): a branch of two layers beside the path that goes straight on.

    With "fixup" the first layer's weights are He's times blocks^−½, the second's are 0, and three numbers learn beside them
    (Zhang, Dauphin & Ma 2019, section 3): a shift of the input, one of the second layer's, and a factor of the branch.
    """

    def __init__(self, width, blocks, start, rng):
        norm = "batch" if start == "batch norm" else "none"
        self.first = Layer(width, width, rng, activation="relu", initial="he", norm=norm)
        self.second = Layer(width, width, rng, activation=None, initial="he", norm=norm)
        self.fixup = start == "fixup"
        if self.fixup:
            self.first.w.value *= np.float32(blocks**-0.5)  # eq. 18: L^(−1/(2m − 2)) for m = 2 layers
            self.second.w.value[...] = zero(self.second.w.shape, rng)
            self.shifts = [Parameter(np.zeros(1, np.float32)) for _ in range(2)]
            self.factor = Parameter(np.ones(1, np.float32))

    def __call__(self, x, rng=None):
        if not self.fixup:
            return x + self.second(self.first(x, rng), rng)  # eq. 17
        inner = self.first(x + self.shifts[0], rng) + self.shifts[1]
        return x + self.second(inner, rng) * self.factor


class Residual:
    """Inputs (n, 784), so many units, so many blocks over them, a ReLU, ten scores."""

    def __init__(self, width, blocks, start, rng):
        known("Residual", "start", start, STARTS)
        self.bottom = Layer(images.SIDE**2, width, rng, activation="relu", initial="he")
        self.blocks = [Block(width, blocks, start, rng) for _ in range(blocks)]
        self.top = Layer(width, images.CLASSES, rng, activation=None, initial="he")
        if start == "fixup":
            self.top.w.value[...] = 0

    def path(self, x, rng=None):
        """What travels on the straight path: behind the bottom layer, and behind each block."""
        said = [self.bottom(x, rng)]
        for block in self.blocks:
            said.append(block(said[-1], rng))
        return said

    def __call__(self, x, rng=None):
        return self.top(ops.relu(self.path(x, rng)[-1]), rng)


@dataclass
class Config:
    start: str = one_of(*STARTS)  # how it begins
    blocks: int = at_least(1)  # of two layers each
    width: int = at_least(1)  # units of every layer
    train: int = at_least(2)  # printed digits to learn from
    passes: int = at_least(1)  # times that every digit is shown
    batch: int = at_least(2)  # digits of a step
    rate: float = above(0)  # learning rate
    longest: float = above(0)  # a gradient that is longer is shortened to this


def deep(cfg: Config, job):
    """How much larger the signal is behind the last block than before the first, at the start; then loss and test error."""
    given = images.printed(cfg.train, 0, job.rng("fonts"))
    network = Residual(cfg.width, cfg.blocks, cfg.start, job.rng("init"))
    path = network.path(given.x[: cfg.batch], job.rng("masks"))
    sizes = [float(np.mean(np.square(h.value, dtype=float))) for h in path]
    optimiser, last = SGD(nn.parameters(network), lr=cfg.rate, momentum=MOMENTUM), {"loss": 0.0}
    for epoch in job.epochs(cfg.passes, network, optimiser, last):
        masks, total = job.rng("masks", epoch), 0.0
        for x, labels in data.batches((given.x, given.labels), cfg.batch, job.rng("shuffle", epoch)):
            if len(x) < 2:
                continue
            loss = ops.softmax_cross_entropy(network(x, masks), labels)
            optimiser.step(clip(backward(loss), cfg.longest))
            total += float(loss) * len(labels)
        last["loss"] = total / len(given.x)
        job.log(epoch=epoch, loss=last["loss"])
    answers = nn.evaluate(network, given.test_x).argmax(axis=1)
    error = 100 * float(np.mean(answers != given.test_labels))
    return {"signal": sizes[-1] / sizes[0], "loss": last["loss"], "test error": error}
