"""The graph attention network (Veličković et al. 2018): each node weighs its neighbours, and itself, by a softmax."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import sparse

import citations
from abacus import nn, ops
from abacus.ops.sparse import Pattern
from abacus.optim import Adam
from abacus.settings import above, at_least, between, one_of
from abacus.tensor import Parameter, backward
from convolution import accuracy, cross_entropy, evaluate
from propagation import adjacency

SLOPE = 0.2  # of the LeakyReLU below 0, section 2.1


@dataclass
class Config:
    graphs: list[str] = one_of(*citations.TITLES)  # the citation networks: a column each
    split: str = one_of(*citations.SPLITS)  # the one of Yang et al. (2016), or a new one for each seed
    heads: int = at_least(1)  # attention heads of the hidden layer
    hidden: int = at_least(1)  # units of each head
    epochs: int = at_least(0)  # steps of training, all nodes in each, at most
    lr: float = above(0)  # learning rate of Adam
    dropout: float = between(0, 1)  # share that is dropped of both layers' inputs and of the attention coefficients
    weight_decay: float = at_least(0)  # L2 on all parameters
    window: int = at_least(1)  # patience of early stopping, in epochs

    def __post_init__(self):
        citations.check(self.graphs)


def attend(cfg: Config, job):
    """Accuracy in per cent on the 1 000 test nodes of each citation network, of a graph attention network."""
    found = {}
    for name in cfg.graphs:
        graph = citations.in_split(name, cfg.split, job)
        model = GAT(graph.pattern.shape[1], cfg.heads, cfg.hidden, graph.classes, job.rng(f"init {name}"))
        z = train(graph, near(name), model, cfg, job, name)
        found[citations.TITLES[name]] = 100 * accuracy(z, graph, graph.test)
    return found


@cache
def near(name):
    """Who sees whom in the network called `name`: the same for every seed."""
    graph = citations.load(name)
    return neighbourhoods(graph.edges, len(graph.labels))


class Layer:
    """`heads` attention heads of `width` units: W (inputs, heads·width), two halves of the vector a, a bias."""

    def __init__(self, inputs, heads, width, rng):
        self.w = Parameter(nn.glorot_uniform((inputs, heads * width), rng))
        self.towards = Parameter(_one_output(heads, width, rng))
        self.of = Parameter(_one_output(heads, width, rng))
        self.bias = Parameter(np.zeros((heads, width), np.float32))

    def __call__(self, wh, near, p, rng):
        """wh (n, heads·width), the nodes times W -> (n, heads, width): Σ_j α_ij W h_j + b, with
        α_ij = softmax over j of LeakyReLU(a·[W h_i ‖ W h_j]) (eqs. 12 and 13), dropout on α and on W h."""
        wh = ops.reshape(wh, wh.shape[0], *self.bias.shape)
        to, of = ops.sum(wh * self.towards, axis=2), ops.sum(wh * self.of, axis=2)
        score = ops.leaky_relu(ops.embedding(near.rows, to) + ops.embedding(near.columns, of), SLOPE)  # eq. 12
        alpha = ops.dropout(ops.sparse_softmax(score, near), p, rng)
        return ops.sparse_matmul(alpha, ops.dropout(wh, p, rng), near) + self.bias  # eq. 13


class GAT:
    """Heads side by side and ELU, then one head for the classes."""

    def __init__(self, inputs, heads, width, classes, rng):
        self.first, self.last = Layer(inputs, heads, width, rng), Layer(heads * width, 1, classes, rng)

    def __call__(self, graph, near, p=0.0, rng=None):
        """Z (n, classes), before the softmax; `near` is the pattern of A + I."""
        words = ops.dropout(graph.values, p, rng)
        h = ops.elu(self.first(ops.sparse_matmul(words, self.first.w, graph.pattern), near, p, rng))
        h = ops.dropout(ops.reshape(h, h.shape[0], -1), p, rng)
        z = self.last(h @ self.last.w, near, p, rng)
        return ops.reshape(z, z.shape[0], -1)


def neighbourhoods(edges, n):
    """The pattern of A + I: who sees whom."""
    return Pattern.of(adjacency(edges, n) + sparse.identity(n, format="csr"))[1]


def train(graph, near, model, cfg, job, name):
    """Train until neither validation loss nor accuracy has improved for `window` epochs; Z of the weights that were best
    in both (the last such)."""
    parameters = nn.parameters(model)
    optimiser = Adam(parameters, lr=cfg.lr, weight_decay=cfg.weight_decay)
    best = {"cost": np.inf, "accuracy": 0.0, "waited": 0, "z": evaluate(model, graph, near)}
    for epoch in job.epochs(cfg.epochs, model, optimiser, best):
        z = model(graph, near, cfg.dropout, job.rng(f"dropout {name}", epoch))
        loss = ops.softmax_cross_entropy(z[graph.train], graph.labels[graph.train])
        optimiser.step(backward(loss))
        z = evaluate(model, graph, near)
        cost, share = cross_entropy(z, graph, graph.validation), accuracy(z, graph, graph.validation)
        job.log(graph=name, epoch=epoch, loss=float(loss), cost=cost, accuracy=share)
        lower, higher = cost <= best["cost"], share >= best["accuracy"]
        if lower and higher:
            best["z"][...] = z
        best["cost"], best["accuracy"] = min(cost, best["cost"]), max(share, best["accuracy"])
        best["waited"] = 0 if lower or higher else best["waited"] + 1
        if best["waited"] == cfg.window:
            break
    return best["z"]


def _one_output(heads, width, rng):
    """Glorot's start of a layer with `width` inputs and one output, for each head."""
    bound = np.sqrt(6 / (width + 1))
    return rng.uniform(-bound, bound, (heads, width)).astype(np.float32)
