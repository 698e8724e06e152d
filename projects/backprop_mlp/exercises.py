"""Inputs of this lesson's exercises (scripts/learn.py)."""

import numpy as np

from network import ON, Network, layered, shortcut

PATTERNS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR = np.array([[0.0], [1.0], [1.0], [0.0]])
TWICE = Network((2, 2, 3, 1), ((), (0,), (1,), (1, 2)))  # layer 1 feeds two others


def step():
    w, v, dw = ({"a": np.array([number])} for number in (1.0, 0.5, 2.0))
    yield "one weight", (w, v, dw, 0.1, 0.9)
    rng = np.random.default_rng(0)
    some = [{(0, 1): rng.standard_normal((2, 3)), (ON, 1): rng.standard_normal((1, 3))} for _ in range(3)]
    yield "two links", (*some, 0.25, 0.5)
    yield "weights that shrink", (*some, 0.25, 0.5, 0.01)


def outputs():
    for words, net, networks in _networks():
        yield words, (net, _weights(net, networks), [PATTERNS])
    net = layered(2, 1)
    yield "large sums", (net, {link: 500 * w for link, w in _weights(net, 1).items()}, [PATTERNS])


def gradient():
    for words, net, networks in _networks():
        yield words, (net, _weights(net, networks), [PATTERNS], XOR)
    yield "near enough counts as right", (layered(2, 2, 1), _weights(layered(2, 2, 1), 1), [PATTERNS], XOR, 0.45)


def _networks():
    return (
        ("no hidden layer", layered(2, 1), 1),
        ("one hidden layer", layered(2, 3, 1), 1),
        ("three networks at once", layered(2, 2, 1), 3),
        ("inputs that feed the output too", shortcut(2, 1, 1), 1),
        ("a layer that feeds two others", TWICE, 1),
    )


def _weights(net, networks):
    return net.weights(1.0, [np.random.default_rng(seed) for seed in range(networks)])
