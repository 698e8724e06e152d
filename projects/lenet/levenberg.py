"""The paper's own training (Appendix C): one digit at a time, by the gradient, each parameter with a rate of its own."""

from dataclasses import dataclass

import numpy as np

import figures
import patterns
import rbf
from abacus.settings import above, at_least, between, one_of
from layers import KERNEL, A, Convolution, S, Start, Subsampling, connect
from minibatches import check_rates, rate_of
from networks import NETWORKS, answers, error

HESSIAN = 500  # digits of an estimate of the second derivatives, p. 10


@dataclass
class Config:
    network: str = one_of(*NETWORKS)  # the paper's network that learns
    train: int = at_least(1)  # digits of MNIST to learn from
    held_out: int = at_least(
        0
    )  # 0: the test digits are read; else the last so many of the training set, to choose settings
    watched: int = at_least(0)  # digits of the training set that are read after each pass
    exponent: float = between(0, 1)  # initial weights lie within 2.4 / (inputs of the unit)^exponent
    passes: int = at_least(0)  # times that every digit is shown
    rates: list[float] = at_least(0)  # learning rate η of each pass; the last one stays
    mu: float = above(0)  # μ: a parameter's own rate is η / (μ + its second derivative)
    distort: float = between(0, 1)  # share of the digits that are distorted, anew in each pass

    __post_init__ = check_rates


def levenberg_marquardt(cfg: Config, job):
    """Test and training error of one of the paper's networks, in per cent, after the last pass of Appendix C."""
    digits = patterns.sized(patterns.mnist(cfg.train, cfg.held_out), cfg.network)
    network = NETWORKS[cfg.network](Start(cfg.exponent, job.rng("init")))
    by_patterns(cfg, job, network, digits)
    job.save("model", network)
    read = answers(network, digits.test_images)
    figures.draw_run(job, network, digits, read)
    training = error(answers(network, digits.images), digits.labels)
    return {"test error": error(read, digits.test_labels), "training error": training}


def by_patterns(cfg, job, network, digits):
    """All passes: the digits come in an order that stays, the rates are found anew before each pass."""
    state = {"vector": pack(network)}
    order = job.rng("order").permutation(len(digits.images))
    for epoch in job.epochs(cfg.passes, state):
        some = job.rng("hessian", epoch).permutation(len(order))[:HESSIAN]
        h = mean_curvature(state["vector"], network, digits.images[some], digits.labels[some])
        rate = rates(h, rate_of(cfg, epoch), cfg.mu, network)
        images = digits.images
        if cfg.distort:
            images = patterns.distorted(images, cfg.distort, job.rng("distort", epoch))
        loss = train_pass(state["vector"], rate, network, images, digits.labels, order)
        unpack(state["vector"], network)
        used = rate[connected(network) > 0]
        watched = {}
        if cfg.watched:
            some = slice(cfg.watched)
            watched["training_error"] = error(answers(network, digits.images[some]), digits.labels[some])
        test = error(answers(network, digits.test_images), digits.test_labels)
        size = {"smallest_rate": used.min(), "largest_rate": used.max()}
        job.log(epoch=epoch + 1, loss=loss, test_error=test, **size, **watched)
    unpack(state["vector"], network)


def mean_curvature(vector, network, images, labels):
    """h of the paper's 22 to 27, averaged over these digits."""
    h, total, of = np.empty_like(vector), np.zeros(len(vector)), derivatives(network)
    for image, label in zip(images, labels):
        of(2, vector, image, label, h)
        total += h
    return (total / len(images)).astype(np.float32)


def rates(h, eta, mu, network):
    """ε = η / (μ + h) (the paper's 21); 0 where there is no connection."""
    return np.float32(eta) / (np.float32(mu) + h) * connected(network)  # eq. 7


def train_pass(vector, rate, network, images, labels, order):
    """w -= ε ∂E/∂w after each digit, in this order, with these rates; `vector` is changed. The mean loss on the way."""
    from second_order import descend

    g, total, of = np.empty_like(vector), 0.0, derivatives(network)
    for image, label in zip(images[order], labels[order]):
        total += of(1, vector, image, label, g)
        descend(vector, rate, g)
    return total / len(order)


def derivatives(network):
    """second_order.derivatives of this network: of (order, vector, image, label, what becomes the derivatives)."""
    import second_order

    sizes, centres = shape(network), getattr(network, "centres", np.empty((0, 0), np.float32))
    scale = second_order.Scale(*map(np.float32, (patterns.WHITE, patterns.BLACK, A, S, rbf.J)))

    def of(order, vector, image, label, found):
        return second_order.derivatives(order, vector, image, label, centres, scale, sizes, found)

    return of


def shape(network):
    """The Shape of a LeNet."""
    from second_order import Shape

    first, fed, second, _, *hidden, last = network.layers().values()
    units = len(hidden[0].links) if hidden else 0
    copies = len(fed.feed) // len(first.links)
    return Shape(network.side, len(first.links), copies, len(second.links), units, len(last.b.value))


def pack(network, value=lambda parameter: parameter.value):
    """The network's parameters as one vector, in the order of second_order; or what `value` makes of each parameter."""
    parts = []
    for layer, maps, side in _with_inputs(network):
        if isinstance(layer, Convolution):
            kernels, _ = connect.__wrapped__(value(layer.w), layer.links)
            parts += [kernels.transpose(0, 2, 3, 1), value(layer.b)]
        elif isinstance(layer, Subsampling):
            parts += [value(layer.coefficient), value(layer.bias)]
        else:
            parts += [value(layer.w).T.reshape(-1, maps, side, side).transpose(0, 2, 3, 1), value(layer.b)]
    return np.concatenate([part.ravel() for part in parts])


def unpack(vector, network):
    """Write such a vector into the network's parameters."""
    from second_order import cut

    parts = [part for part in cut(vector, shape(network)) if part.size]
    for (layer, maps, side), first, second in zip(_with_inputs(network), parts[::2], parts[1::2], strict=True):
        if isinstance(layer, Convolution):
            kernels = first.reshape(len(layer.links), KERNEL, KERNEL, -1).transpose(0, 3, 1, 2)
            pairs = [(layer.w, kernels[layer.links]), (layer.b, second)]
        elif isinstance(layer, Subsampling):
            pairs = [(layer.coefficient, first), (layer.bias, second)]
        else:
            w = first.reshape(-1, side, side, maps).transpose(0, 3, 1, 2).reshape(-1, side * side * maps)
            pairs = [(layer.w, w.T), (layer.b, second)]
        for parameter, value in pairs:
            parameter.value[...] = value
            parameter.version += 1


def _with_inputs(network):
    """Each layer, and its input: how many maps, and their side."""
    maps, side = 1, network.side
    for layer in network.layers().values():
        yield layer, maps, side
        if isinstance(layer, Convolution):
            maps, side = len(layer.links), side - KERNEL + 1
        elif isinstance(layer, Subsampling):
            maps, side = len(layer.feed), side // 2


def connected(network):
    """1 where the vector holds a parameter, 0 where a table of connections has none."""
    return pack(network, lambda parameter: np.ones_like(parameter.value))
