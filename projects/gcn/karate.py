"""The karate club of appendix A: an embedding of its members by a network, and its divisions by modularity."""

from dataclasses import dataclass

import numpy as np

import club
import communities
import pictures
from abacus.settings import above, at_least


@dataclass
class Config:
    hidden: int = at_least(1)  # units of each of the two hidden layers
    iterations: int = at_least(0)  # steps of training; 0 leaves the network as it starts
    lr: float = above(0)  # learning rate of Adam


@dataclass
class Divisions:
    """The divisions follow from the club's edges alone: there is nothing to set."""


def embed(cfg: Config, job):
    """How well two numbers a member tell the club's four communities apart, learnt from one label for each."""
    labels = communities.best(club.EDGES, club.MEMBERS, np.random.default_rng(0))
    model = club.Network(club.PROPAGATE, club.MEMBERS, cfg.hidden, labels.max() + 1, job.rng("init"))
    known = club.one_of_each(labels, job.rng("labels"))
    seen = club.train(model, labels, known, cfg, job)
    if job.seed == 0:
        with job.figure("embedding") as figure:
            pictures.club(figure, seen, labels, known, club.EDGES)
    right = np.delete(model.guess() == labels, known)
    print(
        f"From who met whom and {len(known)} known members, the network puts {right.sum()} of the {len(right)} "
        "other members of the karate club into their community."
    )
    return {
        "neighbour of the same community": 100 * club.like_neighbours(model.embedding(), labels),
        "accuracy without labels": 100 * right.mean(),
    }


def divide(cfg: Divisions, job):
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
