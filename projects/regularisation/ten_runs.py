"""None, decay or dropout in networks of equal size and different depth: the best of a hundred passes, ten runs of each."""

from dataclasses import dataclass

import images
from abacus import data, nn
from abacus.optim import AdamW
from abacus.settings import above, at_least, between
from abacus.tensor import backward
from networks import MLP

HELD_OUT, SEED = 10_000, 1337  # the author's split: torch's random_split with this seed


@dataclass
class Config:
    hidden: list[int] = at_least(1)  # units of each hidden layer
    decay: float = at_least(0)  # each step, all parameters shrink by rate · decay
    drop: float = between(0, 1)  # share of the hidden units that is dropped
    passes: int = at_least(1)  # times that every digit is shown
    batch: int = at_least(1)  # digits of a step
    rate: float = above(0)  # learning rate


def best_pass(cfg: Config, job):
    """Accuracy in per cent on the validation digits, after the best pass: one that is no better than the best is undone.

    Each pass begins with a new AdamW. Beside it the accuracy on the test digits of the network that is left.
    """
    given = images.standardised(images.torch_order(60_000, SEED), HELD_OUT)
    sizes = [given.x.shape[1], *cfg.hidden, images.CLASSES]
    network = MLP(sizes, job.rng("init"), initial="pytorch", drop=(0.0, cfg.drop))
    parameters, best = nn.parameters(network), {"accuracy": -1.0, "pass": -1}
    for epoch in job.epochs(cfg.passes, network, best):
        before = [p.value.copy() for p in parameters.values()]
        optimiser = AdamW(parameters, lr=cfg.rate, weight_decay=cfg.decay)
        masks = job.rng("masks", epoch)
        for x, labels in data.batches((given.x, given.labels), cfg.batch, job.rng("shuffle", epoch)):
            optimiser.step(backward(network.loss(x, labels, masks)))
        accuracy = 100 * network.score(given.held_x, given.held_labels)
        if accuracy > best["accuracy"]:
            best["accuracy"], best["pass"] = accuracy, epoch
        else:
            for parameter, value in zip(parameters.values(), before):
                parameter.value[...] = value
        job.log(epoch=epoch, accuracy=accuracy, best=best["accuracy"])
    test = 100 * network.score(given.test_x, given.test_labels)
    return {"validation accuracy": best["accuracy"], "test accuracy": test, "best pass": best["pass"] + 1}
