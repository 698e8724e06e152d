"""What many layers do to the size of numbers: first weights that keep it, and batch normalisation that restores it."""

from dataclasses import dataclass
from functools import partial

import numpy as np

import training
from abacus.errors import BadInput
from abacus.settings import above, at_least
from network import Network, cross_entropy
from rounding import named, nearest


@dataclass
class Filters:
    side: int = at_least(1)  # of the square filters of a convolutional layer
    channels: list[int] = at_least(1)  # of each group of layers
    layers: list[int] = at_least(1)  # in each group, as many numbers as `channels` has
    fixed: float = above(0)  # the standard deviation that was usual before


def filters(cfg: Filters, job):
    """The standard deviation √(2/n̂) of first weights with n̂ = side² channels, and how far the usual one is from all."""
    if len(cfg.channels) != len(cfg.layers):
        raise BadInput(f"layers={cfg.layers}: wanted as many numbers as channels={cfg.channels} has")
    found, far = {}, 1.0
    for channels, layers in zip(cfg.channels, cfg.layers):
        deviation = np.sqrt(2 / (cfg.side**2 * channels))  # eq. 24
        found[f"{channels} channels"] = {"deviation": float(deviation)}
        far *= (deviation / cfg.fixed) ** layers
    return found | {"all layers": {"times too small": float(far)}}


@dataclass
class Signal:
    format: str  # of every array
    gain: float = above(0)  # variance of the first weights, times the number of inputs
    width: int = at_least(1)  # inputs, and units of each layer
    layers: int = at_least(1)  # with a ReLU each
    networks: int = at_least(2)  # that are drawn


def signal(cfg: Signal, job):
    """The mean square of the numbers behind the last layer, over that of the input; also how many are 0 everywhere."""
    squares = np.empty((cfg.networks, cfg.layers + 1))
    r = partial(nearest, form=named(cfg.format))
    for k in range(cfg.networks):
        network = Network([cfg.width] * (cfg.layers + 2), cfg.gain, False, job.rng("init", k))
        x = np.float32(job.rng("input", k).standard_normal((1, cfg.width)))
        _, kept = network.forward(x, r, r)
        squares[k] = [np.mean(np.square(a, dtype=np.float64)) for a, *_ in kept]
        job.progress((k + 1) / cfg.networks)
    squares /= squares[:, :1]
    for layer, (size, spread) in enumerate(zip(squares.mean(axis=0), squares.std(axis=0))):
        job.log(layer=layer, mean_square=size, sd=spread)
    return {"mean square": (float(squares[:, -1].mean()), float(squares[:, -1].std() / np.sqrt(cfg.networks)))}


@dataclass
class Deep:
    format: str  # of weights, activations and gradients while computing
    gain: float = above(0)  # variance of the first weights, times the number of inputs
    normalised: bool  # batch normalisation before every ReLU
    layers: int = at_least(1)  # hidden ones
    width: int = at_least(1)  # units of each
    train: int = at_least(1)  # digits to learn from
    test: int = at_least(1)  # digits in fonts that are not learnt from
    side: int = at_least(8)  # pixels of their height and width
    passes: int = at_least(1)  # times that every digit is shown
    batch: int = at_least(2)  # digits of a step
    rate: float = above(0)  # learning rate
    loss_scale: float = above(0)  # the loss is multiplied by it, and halved whenever a gradient overflows


def deep(cfg: Deep, job):
    """Test error in per cent and mean loss of the last pass of a deep network, and the first gradient of its first weights."""
    given = training.printed(cfg, job)
    network = Network([given[0].shape[1], *[cfg.width] * cfg.layers, 10], cfg.gain, cfg.normalised, job.rng("init"))
    r = partial(nearest, form=named("binary32"))
    with np.errstate(over="ignore", invalid="ignore"):
        logits, kept = network.forward(given[0][: cfg.batch], r, r, training=True)
        first = network.backward(cross_entropy(logits, given[1][: cfg.batch])[1], kept, r)[0]
    found = training.descend(network, cfg, cfg.loss_scale, (cfg.format, cfg.format, "binary32"), "nearest", job, given)
    return {
        "test error": found["test error"],
        "loss": found["loss"],
        "first gradient": float(np.sqrt(np.mean(first**2))),
    }
