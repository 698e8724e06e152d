"""Table 1: Adam on batches in a fixed order, with the points in their order or all shuffled in one way."""

from functools import cache

import numpy as np

import signals
from abacus import nn, ops
from abacus.optim import Adam
from abacus.tensor import backward, no_grad
from networks import NETWORKS

LOOKS = 1000  # updates between two looks at the test set, as in the authors' notebook
PUBLISHED = 42  # the seed of the published set
AS_DRAWN = np.arange(signals.LENGTH)  # where each point of a signal comes from
SHUFFLED = signals.old_generator(PUBLISHED).permutation(signals.LENGTH)


def train(name, parts, cfg, job, which):
    """Train network `name` on parts = (x, y, test x, test y); test accuracies in per cent, one each LOOKS updates."""
    x, y, test, test_labels = parts
    model = NETWORKS[name](job.rng("init", which))
    optimiser = Adam(nn.parameters(model), lr=cfg.lr)
    seen = {"accuracy": []}
    for step in job.steps(cfg.updates, model, optimiser, seen):
        now = batch(step, cfg.batch, len(x))
        loss = ops.softmax_cross_entropy(model(x[now]), y[now])
        optimiser.step(backward(loss))
        if step % LOOKS == 0 or step + 1 == cfg.updates:
            seen["accuracy"].append(accuracy(model, test, test_labels))
            job.log(shuffled=which, step=step, loss=float(loss), accuracy=seen["accuracy"][-1])
    return seen["accuracy"]


def batch(step, size, points):
    """The slice of `points` points that update number `step` learns from: in order, and round again."""
    start = step * size % points
    return slice(start, start + size)


def accuracy(model, x, labels):
    """Share of right answers in per cent."""
    with no_grad():
        return 100 * float((model(x).value.argmax(axis=1) == labels).mean())


def points(places=AS_DRAWN, seed=PUBLISHED):
    """(x, y, test x, test y) of the signals drawn with `seed`, their points in these places, as the networks take them."""
    made = drawn(seed)
    return ready(made.train[:, places]), made.train_labels, ready(made.test[:, places]), made.test_labels


@cache
def drawn(seed):
    return signals.generate(signals.old_generator(seed))


def ready(x):
    return np.ascontiguousarray(x, np.float32)
