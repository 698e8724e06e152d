"""Graph convolutional networks on the citation networks (section 5 and Table 3), and pictures of them as they learn."""

from dataclasses import dataclass
from functools import cache

import citations
import convolution
import pictures
from abacus.settings import above, at_least, between, one_of
from propagation import RULES, adjacency


@dataclass
class Config:
    graphs: list[str] = one_of(*citations.TITLES)  # the citation networks: a column each
    split: str = one_of(*citations.SPLITS)  # the one of Yang et al. (2016), or a new one for each seed
    propagation: str = one_of(*RULES)  # what a layer does with the graph (Table 3)
    hidden: int = at_least(1)  # units of the hidden layer
    epochs: int = at_least(0)  # steps of training, all nodes in each, at most
    lr: float = above(0)  # learning rate of Adam
    dropout: float = between(0, 1)  # share of the inputs and of the hidden units that is dropped
    weight_decay: float = at_least(0)  # L2 on the first layer
    window: int = at_least(1)  # of early stopping, in epochs

    def __post_init__(self):
        citations.check(self.graphs)


def convolve(cfg: Config, job):
    """Accuracy in per cent on the 1 000 test nodes of each citation network."""
    found = {}
    for name in cfg.graphs:
        graph, propagate, model = start(name, cfg, job)
        z = convolution.train(graph, propagate, model, cfg, job, name)
        found[citations.TITLES[name]] = 100 * convolution.accuracy(z, graph, graph.test)
    return found


def watch(cfg: Config, job):
    """The same, with a picture of the hidden layer before some of the epochs."""
    found = {}
    for name in cfg.graphs:
        graph, propagate, model = start(name, cfg, job)
        watched = pictures.Watch(graph, propagate, model)
        z = convolution.train(graph, propagate, model, cfg, job, name, watched)
        with job.figure(f"{name}-embedding") as figure:
            watched.draw(figure)
        found[citations.TITLES[name]] = 100 * convolution.accuracy(z, graph, graph.test)
    return found


def start(name, cfg, job):
    """The network called `name`, its propagation, and an untrained model for it."""
    graph, rule = citations.in_split(name, cfg.split, job), RULES[cfg.propagation]
    model = convolution.GCN(graph.pattern.shape[1], cfg.hidden, graph.classes, rule.terms, job.rng(f"init {name}"))
    return graph, propagator(name, cfg.propagation), model


@cache
def propagator(name, rule):
    """What a rule makes of the edges of a network: the same for every seed."""
    graph = citations.load(name)
    return RULES[rule].of(adjacency(graph.edges, len(graph.labels)))
