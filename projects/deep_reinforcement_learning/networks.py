"""The networks: layers of tanh or ReLU units, started as each method's source starts them; a dueling head."""

import math

import numpy as np

from abacus import nn
from abacus.nn.initial import orthogonal
from abacus.tensor import op


def _scaled(gain):
    def initial(shape, rng):
        return np.float32(gain) * orthogonal(shape, rng)

    return initial


def tanh_network(inputs, outputs, last, rng):
    """inputs → 64 → 64 → outputs with tanh; orthogonal weights times √2, the last layer's times `last`; biases 0."""
    hidden = [nn.Affine(n, 64, rng, activation="tanh", initial=_scaled(math.sqrt(2))) for n in (inputs, 64)]
    return nn.Sequential(*hidden, nn.Affine(64, outputs, rng, initial=_scaled(last)))


def relu_network(inputs, outputs, rng):
    """inputs → 120 → 84 → outputs with ReLU, from U(±1/√inputs of the layer)."""
    return nn.Sequential(
        nn.Affine(inputs, 120, rng, activation="relu"),
        nn.Affine(120, 84, rng, activation="relu"),
        nn.Affine(84, outputs, rng),
    )


@op
def dueling(value, advantage):
    """q = v + a − mean(a) over the actions (Wang et al. 2016, their equation 9): v (n, 1), a (n, A)."""
    q = value + advantage - advantage.mean(axis=1, keepdims=True)  # eq. 13
    return q, lambda dq: (dq.sum(axis=1, keepdims=True), dq - dq.mean(axis=1, keepdims=True))


class Dueling:
    """Two hidden layers of ReLU units, then one head for the state's value and one for the advantages of the actions."""

    def __init__(self, inputs, outputs, rng):
        self.first, self.second = (
            nn.Affine(inputs, 120, rng, activation="relu"),
            nn.Affine(120, 84, rng, activation="relu"),
        )
        self.value, self.advantage = nn.Affine(84, 1, rng), nn.Affine(84, outputs, rng)

    def __call__(self, x):
        h = self.second(self.first(x))
        return dueling(self.value(h), self.advantage(h))


def forward(layers, x):
    """The same as calling a Sequential of Affine layers, on plain arrays and without the tape: for acting."""
    for layer in layers:
        x = x @ layer.w.value + layer.b.value
        if layer.activation == "tanh":
            np.tanh(x, out=x)
        elif layer.activation == "relu":
            np.maximum(x, 0, out=x)
    return x


def answer(network, x):
    """What a Sequential or Dueling says of x (n, inputs), without the tape."""
    if isinstance(network, Dueling):
        h = forward((network.first, network.second), x)
        advantage = forward((network.advantage,), h)
        return forward((network.value,), h) + advantage - advantage.mean(axis=1, keepdims=True)
    return forward(network.layers, x)


def last_layer(network):
    """(w, b) of the last layer; a dueling network's two heads as one: v + a − mean(a) is linear in what they share."""
    if not isinstance(network, Dueling):
        return network.layers[-1].w.value, network.layers[-1].b.value
    value, advantage = network.value, network.advantage
    w, b = advantage.w.value, advantage.b.value
    return value.w.value + w - w.mean(axis=1, keepdims=True), value.b.value + b - b.mean()


def hidden_layers(network):
    """The two layers below."""
    return (network.first, network.second) if isinstance(network, Dueling) else network.layers[:2]
