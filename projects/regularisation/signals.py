"""What the first weights do to a signal on its way up and to a gradient on its way down (Glorot & Bengio 2010)."""

from dataclasses import dataclass

import numpy as np

from abacus.settings import at_least, one_of
from layers import INITIAL

FUNCTIONS = {  # f, and its derivative where f is known
    "linear": (lambda z: z, np.ones_like),
    "tanh": (np.tanh, lambda f: 1 - f * f),
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda f: f * (1 - f)),
    "relu": (lambda z: np.maximum(z, 0), lambda f: (f > 0).astype(float)),
}


@dataclass
class Config:
    initial: str = one_of(*INITIAL)  # how the weights are drawn
    function: str = one_of(*FUNCTIONS)  # f of the units
    width: int = at_least(2)  # units of each layer, as many as inputs
    networks: int = at_least(2)  # that are drawn
    items: int = at_least(2)  # random inputs of each, N(0, 1)


def signals(cfg: Config, job):
    """{row: means over the networks and their standard errors}: row k is the k-th layer.

    signal: the mean square of what the layer says, over that of the input. gradient: the mean square of the gradient that it
    passes down, over that at the top.
    """
    depth = len(job.rows)
    drawn = np.array([levels(cfg, depth, job.rng("network", k)) for k in range(cfg.networks)])  # (networks, 2, depth)
    means, errors = drawn.mean(axis=0), drawn.std(axis=0, ddof=1) / np.sqrt(cfg.networks)
    return {
        row: {name: (float(means[i, k]), float(errors[i, k])) for i, name in enumerate(("signal", "gradient"))}
        for k, row in enumerate(job.rows)
    }


def levels(cfg, depth, rng):
    """Mean squares (2, depth) of one network: of what each layer says over the input's, of the gradient that leaves it downwards
    over the one at the top."""
    f, slope = FUNCTIONS[cfg.function]
    weights = [INITIAL[cfg.initial]((cfg.width, cfg.width), rng).astype(float) for _ in range(depth)]
    said = [rng.standard_normal((cfg.items, cfg.width))]
    for w in weights:
        said.append(f(said[-1] @ w))  # eq. 1
    gradients = [rng.standard_normal(said[0].shape)]
    for w, own in zip(weights[::-1], said[:0:-1]):
        gradients.append((gradients[-1] * slope(own)) @ w.T)
    up, down = ([np.mean(np.square(a)) for a in arrays] for arrays in (said, gradients))
    return np.array([np.array(up[1:]) / up[0], np.array(down[:0:-1]) / down[0]])


@dataclass
class Widths:
    initial: str = one_of(*INITIAL)  # how the weights are drawn
    width: int = at_least(2)  # units of each layer, as many as inputs
    depth: int = at_least(1)  # layers of tanh
    items: int = at_least(1)  # inputs at which the Jacobians are taken


def jacobians(cfg: Widths, job):
    """The mean singular value of ∂h_k/∂h_{k−1} of tanh layers, over layers and inputs: how a layer scales a step."""
    rng = job.rng("network")
    h, found = rng.standard_normal((cfg.items, cfg.width)), []
    for layer in range(cfg.depth):
        w = INITIAL[cfg.initial]((cfg.width, cfg.width), rng).astype(float)
        h = np.tanh(h @ w)
        values = [np.linalg.svd(w * (1 - own * own), compute_uv=False).mean() for own in h]  # eq. 11
        found.append(float(np.mean(values)))
        job.log(layer=layer + 1, value=found[-1])
    return {"singular value": float(np.mean(found))}
