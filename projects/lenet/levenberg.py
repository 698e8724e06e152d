"""Stochastic diagonal Levenberg-Marquardt (Appendix C): one pattern at a time, each parameter with a rate of its own."""

import numpy as np

import second_order
from layers import A, S, connect
from patterns import BLACK, WHITE

FIELD = (np.float32(WHITE), np.float32(BLACK))
SQUASH = (np.float32(A), np.float32(S))


def pack(network):
    """LeNet-5's parameters as one vector, in the order of second_order."""
    parts = []
    for name in ("c1", "s2", "c3", "s4", "c5"):
        layer = getattr(network, name)
        if hasattr(layer, "links"):
            kernels, _ = connect.__wrapped__(layer.w.value, layer.links)
            parts += [kernels.transpose(0, 2, 3, 1), layer.b.value]
        else:
            parts += [layer.coefficient.value, layer.bias.value]
    parts += [network.f6.w.value.T, network.f6.b.value]
    return np.concatenate([part.ravel() for part in parts])


def unpack(vector, network):
    """Write such a vector into the network's parameters."""
    parts = np.split(vector, np.cumsum(second_order.SIZES)[:-1])
    for name, first, second in zip(("c1", "s2", "c3", "s4", "c5"), parts[0:10:2], parts[1:10:2]):
        layer = getattr(network, name)
        if hasattr(layer, "links"):
            kernels = first.reshape(len(layer.links), 5, 5, -1).transpose(0, 3, 1, 2)
            pairs = [(layer.w, kernels[layer.links]), (layer.b, second)]
        else:
            pairs = [(layer.coefficient, first), (layer.bias, second)]
        for parameter, value in pairs:
            parameter.value[...] = value
            parameter.version += 1
    for parameter, value in ((network.f6.w, parts[10].reshape(84, 120).T), (network.f6.b, parts[11])):
        parameter.value[...] = value
        parameter.version += 1


def connected(network):
    """1 where the vector holds a parameter, 0 where Table I has no connection."""
    kernels = np.broadcast_to(network.c3.links[:, None, None, :], (16, 5, 5, 6)).ravel()
    present = np.ones(second_order.END, np.float32)
    present[second_order.C3 : second_order.C3B] = kernels
    return present


def mean_curvature(vector, network, images, labels, j):
    """h of eqs. 22 to 27, averaged over these patterns (the paper takes 500)."""
    h, total = np.empty_like(vector), np.zeros(len(vector))
    for image, label in zip(images, labels):
        second_order.curvature(vector, image, label, network.centres, np.float32(j), SQUASH, FIELD, h)
        total += h
    return (total / len(images)).astype(np.float32)


def rates(h, eta, mu, network):
    """ε = η / (μ + h) (eq. 21); 0 where there is no connection."""
    return np.float32(eta) / (np.float32(mu) + h) * connected(network)


def train_pass(vector, rate, network, images, labels, order, j):
    """One pass over the patterns in this order, with these rates; `vector` is changed. The mean loss on the way."""
    return second_order.train(vector, rate, images, labels, order, network.centres, np.float32(j), SQUASH, FIELD)
