"""Graph networks: Kipf & Welling's citation networks and karate club, and the graph attention network."""

from dataclasses import dataclass
from functools import cache

import numpy as np

import attention
import citations
import club
import communities
import convolution
import pictures
from abacus.errors import BadInput
from abacus.launch import launch
from abacus.settings import above, at_least, between, one_of
from propagation import RULES, adjacency


@dataclass
class Config:
    study: str = one_of("documents", "club", "communities")
    graphs: list[str] = one_of(*citations.TITLES)  # of study=documents
    split: str = one_of("printed", "random")  # the one of Yang et al. (2016), or a new one for each seed
    network: str = one_of("GCN", "GAT")
    propagation: str = one_of(*RULES)  # of the GCN
    hidden: int = at_least(1)  # units of the hidden layer, or of each of its heads
    heads: int = at_least(1)  # of the GAT's hidden layer
    epochs: int = at_least(0)
    lr: float = above(0)
    dropout: float = between(0, 1)
    weight_decay: float = at_least(0)
    window: int = at_least(1)  # of early stopping, in epochs

    def __post_init__(self):
        if self.study == "documents" and not self.graphs:
            raise BadInput(f"graphs={self.graphs}: wanted some of {', '.join(citations.TITLES)}")


def run(cfg: Config, job):
    return STUDIES[cfg.study](cfg, job)


def documents(cfg, job):
    """Accuracy in per cent on the 1 000 test nodes of each citation network."""
    return {citations.TITLES[name]: 100 * NETWORKS[cfg.network](name, cfg, job) for name in cfg.graphs}


def convolve(name, cfg, job):
    """Test accuracy of a graph convolutional network."""
    graph, rule = load(name, cfg, job), RULES[cfg.propagation]
    propagate = propagator(name, cfg.propagation)
    model = convolution.GCN(graph.pattern.shape[1], cfg.hidden, graph.classes, rule.terms, job.rng(f"init {name}"))
    watch = pictures.Watch(graph, propagate, model) if job.row == "pictures" else None
    z = convolution.train(graph, propagate, model, cfg, job, name, watch)
    if watch:
        with job.figure(f"{name}-embedding") as figure:
            watch.draw(figure)
    return convolution.accuracy(z, graph, graph.test)


def attend(name, cfg, job):
    """Test accuracy of a graph attention network."""
    graph = load(name, cfg, job)
    model = attention.GAT(graph.pattern.shape[1], cfg.heads, cfg.hidden, graph.classes, job.rng(f"init {name}"))
    z = attention.train(graph, neighbourhoods(name), model, cfg, job, name)
    return convolution.accuracy(z, graph, graph.test)


def load(name, cfg, job):
    graph = citations.load(name)
    return graph if cfg.split == "printed" else citations.split_again(graph, job.rng(f"split {name}"))


@cache
def propagator(name, rule):
    graph = citations.load(name)
    return RULES[rule].of(adjacency(graph.edges, len(graph.labels)))


@cache
def neighbourhoods(name):
    graph = citations.load(name)
    return attention.neighbourhoods(graph.edges, len(graph.labels))


def karate(cfg, job):
    """The club of appendix A: how well two numbers a member tell its four communities apart, from four labels."""
    labels = communities.best(club.EDGES, club.MEMBERS, np.random.default_rng(0))
    model = club.Network(cfg.hidden, labels.max() + 1, job.rng("init"))
    known = club.one_of_each(labels, job.rng("labels"))
    seen = club.train(model, labels, known, cfg, job)
    if job.seed == 0:
        with job.figure("embedding") as figure:
            pictures.club(figure, seen, labels, known, club.EDGES)
    guesses = model.guess()
    return {
        "neighbour of the same community": 100 * club.like_neighbours(model.embedding(), labels),
        "accuracy without labels": 100 * np.delete(guesses == labels, known).mean(),
    }


def modularities(cfg, job):
    """The club's size, and the modularity of three divisions of it."""
    a, n = club.EDGES, club.MEMBERS
    divisions = {
        "betweenness": communities.girvan_newman(a, n),
        "greedy": communities.greedy(a, n),
        "best": communities.best(a, n, np.random.default_rng(0)),
    }
    with job.figure("communities") as figure:
        pictures.divisions(figure, divisions, a)
    sizes = {"nodes": n, "edges": len(a), "communities": int(divisions["best"].max()) + 1}
    return sizes | {name: communities.modularity(labels, a) for name, labels in divisions.items()}


NETWORKS = {"GCN": convolve, "GAT": attend}
STUDIES = {"documents": documents, "club": karate, "communities": modularities}

if __name__ == "__main__":
    launch(run, figures=pictures.rows)
