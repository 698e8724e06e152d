"""Zachary's karate club, and the three-layer network of appendix A on it, which knows nothing but who met whom."""

import numpy as np

from abacus import nn, ops, papers
from abacus.optim import Adam
from abacus.tensor import Parameter, backward, no_grad
from propagation import adjacency, renormalised

MEMBERS = 34
SHOWN = (0, 25, 50, 75, 100, 200, 300)  # iterations of Figure 4; 0 is Figure 3, the untrained network


def read_edges():
    """The 78 pairs that met outside the club (Zachary 1977), numbered from 0: (78, 2)."""
    return np.array(papers.rows("zachary1977")[1], dtype=int) - 1


EDGES = read_edges()


class Network:
    """Members - hidden - hidden - 2 with tanh, X = I, Glorot's start; a softmax layer on the two numbers of the embedding.

    `propagate` is what a layer does with the graph (propagation.py); the club's network is 34 - 4 - 4 - 2.
    """

    def __init__(self, propagate, members, hidden, classes, rng):
        self.propagate, sizes = propagate, ((members, hidden), (hidden, hidden), (hidden, 2))
        self.weights = [Parameter(nn.glorot_uniform(size, rng)) for size in sizes]
        self.softmax = nn.Affine(2, classes, rng, initial=nn.glorot_uniform)

    def hidden(self):
        """The embedding as a Tensor (members, 2)."""
        h = self.propagate([self.weights[0]])  # X = I
        for w in self.weights[1:]:
            h = self.propagate([ops.tanh(h) @ w])
        return ops.tanh(h)

    def embedding(self):
        """The embedding (members, 2)."""
        with no_grad():
            return self.hidden().value

    def guess(self):
        """The most likely community of each member."""
        with no_grad():
            return self.softmax(self.hidden()).value.argmax(axis=1)


PROPAGATE = renormalised(adjacency(EDGES, MEMBERS))


def one_of_each(labels, rng):
    """One member of each community, whose label is known."""
    return np.array([rng.choice(np.flatnonzero(labels == c)) for c in range(labels.max() + 1)])


def train(model, labels, known, cfg, job):
    """Train on the known members; {iteration: embedding} for the pictures."""
    optimiser = Adam(nn.parameters(model), lr=cfg.lr)
    seen = {0: model.embedding()}
    for step in job.steps(cfg.iterations, model, optimiser):
        loss = ops.softmax_cross_entropy(model.softmax(model.hidden())[known], labels[known])
        optimiser.step(backward(loss))
        if step + 1 in SHOWN:
            seen[step + 1] = model.embedding()
    return seen


def like_neighbours(embedding, labels):
    """The share of members whose nearest other member in the embedding is of their community."""
    distance = ((embedding[:, None] - embedding) ** 2).sum(axis=2)
    np.fill_diagonal(distance, np.inf)
    return (labels[distance.argmin(axis=1)] == labels).mean()
