"""The graph convolutional network: H = relu(propagate(X Θ)), Z = propagate(H Θ') (eq. 9), and how it is trained."""

import numpy as np

from abacus import nn, ops
from abacus.optim import Adam
from abacus.tensor import Parameter, backward, no_grad


class GCN:
    """Two layers, each with one matrix Θ for each term of the propagation; no biases (eq. 9), Glorot's uniform start."""

    def __init__(self, inputs, hidden, classes, terms, rng):
        sizes = (inputs, hidden), (hidden, classes)
        self.weights = [[Parameter(nn.glorot_uniform(size, rng)) for _ in range(terms)] for size in sizes]

    def hidden(self, graph, propagate, p=0.0, rng=None):
        """H (n, hidden): dropout falls on the nonzeros of X, once for all terms."""
        words = ops.dropout(graph.values, p, rng)
        return ops.relu(propagate([ops.sparse_matmul(words, w, graph.pattern) for w in self.weights[0]]))

    def __call__(self, graph, propagate, p=0.0, rng=None):
        """Z (n, classes), before the softmax."""
        h = ops.dropout(self.hidden(graph, propagate, p, rng), p, rng)
        return propagate([h @ w for w in self.weights[1]])  # eq. 9


def train(graph, propagate, model, cfg, job, name, watch=None):
    """Train on the labelled nodes until the validation loss exceeds the mean of the last `window` ones; returns Z.

    `watch(epoch)` is called before every epoch, for pictures.
    """
    first = [f"weights.0.{k}" for k in range(len(model.weights[0]))]  # L2 on the first layer only
    optimiser = Adam(nn.parameters(model), lr=cfg.lr, weight_decay=dict.fromkeys(first, cfg.weight_decay))
    history = {"costs": []}
    for epoch in job.epochs(cfg.epochs, model, optimiser, history):
        if watch:
            watch(epoch)
        z = model(graph, propagate, cfg.dropout, job.rng(f"dropout {name}", epoch))
        loss = ops.softmax_cross_entropy(z[graph.train], graph.labels[graph.train])  # eq. 10
        optimiser.step(backward(loss))
        z = evaluate(model, graph, propagate)
        cost = cross_entropy(z, graph, graph.validation) + penalty(model, cfg.weight_decay)
        history["costs"].append(cost)
        job.log(graph=name, epoch=epoch, loss=float(loss), cost=cost, accuracy=accuracy(z, graph, graph.validation))
        if rises(history["costs"], cfg.window):
            break
    return evaluate(model, graph, propagate)


def evaluate(model, graph, propagate):
    """Z without dropout, as an array."""
    with no_grad():
        return model(graph, propagate).value


def rises(costs, window):
    """Whether the last cost exceeds the mean of the `window` ones before it (the authors' code), from epoch window + 1 on."""
    return len(costs) > window + 1 and costs[-1] > np.mean(costs[-window - 1 : -1])


def cross_entropy(z, graph, nodes):
    """Mean of -log softmax(z)[label] over `nodes`."""
    return float(ops.softmax_cross_entropy(z[nodes], graph.labels[nodes]))


def penalty(model, weight_decay):
    """weight_decay/2 ‖Θ‖² of the first layer: a part of the loss that is watched, too."""
    return 0.5 * weight_decay * sum(float((w.value**2).sum()) for w in model.weights[0])


def accuracy(z, graph, nodes):
    """The share of `nodes` whose largest z is that of their label."""
    return float((z[nodes].argmax(axis=1) == graph.labels[nodes]).mean())
