"""One small network learns printed digits in every format, and what is kept finer or scaled so that it can."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from abacus import data
from abacus.data import fonts
from abacus.errors import BadInput
from abacus.settings import above, at_least, one_of
from network import Network, cross_entropy
from rounding import named, nearest, saturated, stochastic

MODES = ("nearest", "stochastic")


@dataclass
class Config:
    format: str  # of weights, activations and gradients while computing; a name, or "fixed 2.14"
    weights: str  # format of the weights between the steps
    rounding: str = one_of(*MODES)  # in both
    loss_scale: float = above(0)  # the loss is multiplied by it, and halved whenever a gradient overflows
    hidden: list[int] = at_least(1)  # units of each hidden layer
    gain: float = above(0)  # variance of the first weights, times the number of inputs
    train: int = at_least(1)  # digits to learn from
    test: int = at_least(1)  # digits in fonts that are not learnt from
    side: int = at_least(8)  # pixels of their height and width
    passes: int = at_least(1)  # times that every digit is shown
    batch: int = at_least(1)  # digits of a step
    rate: float = above(0)  # learning rate


def learn(cfg: Config, job):
    """Test error after the last pass, that pass's mean loss, and the share of the first layer's gradients that are 0."""
    given = printed(cfg, job)
    return train(cfg, job, given)


def printed(cfg, job):
    """(x, labels, test x, test labels): digits drawn from fonts, those for the test from other fonts; pixels 0 to 1."""
    found = []
    for names, count, stream in ((fonts.SEEN, cfg.train, "digits"), (fonts.UNSEEN, cfg.test, "tests")):
        images, labels = fonts.digits(names, count, job.rng(stream), side=cfg.side, height=cfg.side * 3 / 4)
        found += [np.float32(images.reshape(count, -1)) / 255, labels]
    return found


@dataclass
class Gupta:
    format: str  # of weights, between the steps too, and of gradients
    outputs: str  # format of the layers' outputs
    rounding: str = one_of(*MODES)  # everywhere
    hidden: list[int] = at_least(1)  # units of each hidden layer
    deviation: float = above(0)  # standard deviation of the first weights
    train: int = at_least(1)  # digits of MNIST's 60,000
    passes: int = at_least(1)  # times that every digit is shown
    batch: int = at_least(1)  # digits of a step
    rate: float = above(0)  # learning rate


def gupta(cfg: Gupta, job):
    """Test error on MNIST, in per cent, of a network that is kept and trained in fixed point."""
    mnist = data.load("mnist")
    x, tests = (np.float32(a.reshape(len(a), -1)) / 255 for a in (mnist.train_images[: cfg.train], mnist.test_images))
    given = x, mnist.train_labels[: cfg.train], tests, mnist.test_labels
    network = Network([x.shape[1], *cfg.hidden, 10], 1.0, False, job.rng("init"))
    for w in network.weights:
        w *= np.float32(cfg.deviation * np.sqrt(len(w)))
    formats = cfg.outputs, cfg.format, cfg.format
    return {"test error": descend(network, cfg, 1.0, formats, cfg.rounding, job, given)["test error"]}


def train(cfg, job, given):
    """{"test error", "loss", "zero gradients"} of a new network that is trained on `given` by the settings `cfg`."""
    network = Network([given[0].shape[1], *cfg.hidden, 10], cfg.gain, False, job.rng("init"))
    return descend(network, cfg, cfg.loss_scale, (cfg.format, cfg.format, cfg.weights), cfg.rounding, job, given)


def descend(network, cfg, loss_scale, formats, rounding, job, given):
    """Gradient descent on the scaled loss  (eq. 21).

    `formats`: of the layers' outputs; of gradients, and of weights while computing; of the weights between the steps. A
    step whose gradients are not all finite is left out, and the scale is halved.
    """
    x, labels, tests, answers = given
    forms = [named(name) for name in formats]
    state = {"scale": loss_scale, "loss": np.inf, "test error": 100.0, "zero gradients": 100.0}
    for epoch in job.epochs(cfg.passes, network, state):
        out, r, keep = (rounder(form, rounding, job.rng("rounding", k, epoch)) for k, form in enumerate(forms))
        losses, zeros, skipped = [], [], 0
        for some, answer in data.batches((x, labels), cfg.batch, job.rng("shuffle", epoch)):
            with np.errstate(over="ignore", invalid="ignore"):
                logits, kept = network.forward(some, out, r, training=True)
                loss, dz = cross_entropy(logits, answer)
                gradients = network.backward(dz * np.float32(state["scale"]), kept, r)
            losses.append(loss)
            zeros.append(np.mean(gradients[0] == 0))
            if not all(np.isfinite(g).all() for g in gradients):
                state["scale"], skipped = state["scale"] / 2, skipped + 1
                continue
            step = np.float32(cfg.rate / state["scale"])
            for p, g in zip(network.parameters(), gradients):
                p[...] = keep(p - step * g)  # eq. 21
        with np.errstate(over="ignore", invalid="ignore"):
            wrong = 100 * error(network, tests, answers, out, r)
        state |= {"loss": float(np.mean(losses)), "test error": wrong}
        state["zero gradients"] = 100 * float(np.mean(zeros))
        job.log(format=cfg.format, epoch=epoch + 1, skipped=skipped, **state)
    return {name: state[name] for name in ("test error", "loss", "zero gradients")}


def rounder(form, mode, rng):
    """The function that rounds a float32 array to the format: by chance, or to nearest, and in 8 bits or fewer saturated."""
    if form.bits > 32:
        raise BadInput(f"{form.name}: the network's arrays are binary32; wanted a format that it holds")
    if mode == "stochastic":
        return partial(stochastic, form=form, rng=rng)
    return partial(saturated if form.bits <= 8 else nearest, form=form)


def error(network, x, labels, out, cast, size=1000):
    """The share of x (n, inputs) whose largest logit is not that of the label."""
    found = [network.forward(x[k : k + size], out, cast)[0].argmax(axis=1) for k in range(0, len(x), size)]
    return float(np.mean(np.concatenate(found) != labels))
