"""A network with a table of words that it learns too: a step on a batch, a pass over the sentences, what it says of new ones."""

import numpy as np

import batches
from abacus import nn, ops
from abacus.optim import Adadelta, Adagrad
from abacus.tensor import Parameter, backward, no_grad

RULES = {
    "adadelta": (lambda parameters: Adadelta(parameters, lr=1.0, rho=0.95, eps=1e-6), batches.AdadeltaRows),
    "adagrad": (lambda parameters: Adagrad(parameters, lr=0.005), batches.AdagradRows),
}


class Learner:
    """`network` and a table (words, width) of rows U(±0.25), row 0 at zero for ever; `rule` names the optimiser of both."""

    def __init__(self, network, words, width, rule, rng):
        self.network = network
        self.table = rng.uniform(-0.25, 0.25, (words, width)).astype(np.float32)
        self.table[0] = 0
        dense, rows = RULES[rule]
        self.dense, self.rows = dense(nn.parameters(network)), rows(self.table)

    def step(self, documents, labels, rng, longest=None):
        """One step on some documents; its loss. With `longest`, no column of the last matrix is longer than that."""
        batch = batches.gathered(documents, self.network.padding)
        rows = Parameter(self.table[batch.words])
        loss = ops.softmax_cross_entropy(self.network(rows, batch, rng), labels)
        gradients = backward(loss)
        self.dense.step({parameter: d for parameter, d in gradients.items() if parameter is not rows})
        self.rows.step(batch.words, gradients[rows])
        self.table[0] = 0
        if longest is not None:
            w = self.network.out.w
            w.value *= np.minimum(1, longest / np.maximum(np.linalg.norm(w.value, axis=0), 1e-30))  # eq. 10
            w.version += 1
        return float(loss)

    def learn(self, documents, labels, size, rng, longest=None):
        """A pass over the documents in an order drawn by `rng`; the mean loss of the batches."""
        order = rng.permutation(len(documents))
        losses = []
        for start in range(0, len(order), size):
            chosen = order[start : start + size]
            losses.append(self.step([documents[i] for i in chosen], labels[chosen], rng, longest))
        return float(np.mean(losses))

    def scores(self, documents, size=200):
        """The network's answers (documents, classes), without dropout."""
        found = []
        with no_grad():
            for start in range(0, len(documents), size):
                batch = batches.gathered(documents[start : start + size], self.network.padding)
                found.append(self.network(Parameter(self.table[batch.words]), batch).value)
        return np.concatenate(found)

    def accuracy(self, documents, labels):
        """Per cent of the documents whose label has the highest score."""
        return 100 * float(np.mean(self.scores(documents).argmax(axis=1) == labels))
