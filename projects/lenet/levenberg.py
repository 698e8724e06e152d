"""Stochastic diagonal Levenberg-Marquardt (Appendix C): one pattern at a time, each parameter with a rate of its own."""

import numpy as np

import second_order
from layers import KERNEL, A, Convolution, S, Subsampling, connect
from patterns import BLACK, WHITE

FIELD = (np.float32(WHITE), np.float32(BLACK))
SQUASH = (np.float32(A), np.float32(S))


def shape(network):
    """The shape of a LeNet as second_order wants it."""
    first, fed, second, _, *hidden, last = network.layers().values()
    units = len(hidden[0].links) if hidden else 0
    copies = len(fed.feed) // len(first.links)
    return network.side, len(first.links), copies, len(second.links), units, len(last.b.value)


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
    edges = second_order.edges(shape(network))
    parts = [part for part in np.split(vector, edges[1:-1]) if part.size]
    for (layer, maps, side), first, second in zip(_with_inputs(network), parts[::2], parts[1::2], strict=True):
        if isinstance(layer, Convolution):
            kernels = first.reshape(len(layer.links), 5, 5, -1).transpose(0, 3, 1, 2)
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


def mean_curvature(vector, network, images, labels, j):
    """h of eqs. 22 to 27, averaged over these patterns (the paper takes 500)."""
    h, total, of = np.empty_like(vector), np.zeros(len(vector)), derivatives(network, j)
    for image, label in zip(images, labels):
        of(2, vector, image, label, h)
        total += h
    return (total / len(images)).astype(np.float32)


def rates(h, eta, mu, network):
    """ε = η / (μ + h) (eq. 21); 0 where there is no connection."""
    return np.float32(eta) / (np.float32(mu) + h) * connected(network)


def train_pass(vector, rate, network, images, labels, order, j):
    """w -= ε ∂E/∂w after each pattern, in this order, with these rates; `vector` is changed. The mean loss on the way."""
    g, total, of = np.empty_like(vector), 0.0, derivatives(network, j)
    for image, label in zip(images[order], labels[order]):
        total += of(1, vector, image, label, g)
        second_order.descend(vector, rate, g)
    return total / len(order)


def derivatives(network, j):
    """second_order.derivatives of this network: of (order, vector, image, label, what becomes the derivatives)."""
    sizes, centres = shape(network), getattr(network, "centres", np.empty((0, 0), np.float32))
    edges, j = second_order.edges(sizes), np.float32(j)

    def of(order, vector, image, label, g):
        return second_order.derivatives(order, vector, image, label, centres, j, SQUASH, FIELD, sizes, edges, g)

    return of
