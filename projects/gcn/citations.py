"""The citation networks: documents as bags of words, an undirected edge where one cites the other, few labels."""

from functools import cache
from typing import NamedTuple

import numpy as np
from scipy import sparse

from abacus import data
from abacus.errors import BadInput
from abacus.ops.sparse import Pattern

SPLITS = "printed", "random"  # the one of Yang et al. (2016), and new ones
TITLES = {"citeseer": "Citeseer", "cora": "Cora", "pubmed": "Pubmed"}
A_CLASS, VALIDATION, TEST = 20, 500, 1000  # Table 1 and section 5.1


class Citations(NamedTuple):
    """One network: its words (values and pattern of X, rows summing to 1), labels, edges, and who is in which part."""

    values: np.ndarray
    pattern: Pattern
    labels: np.ndarray
    edges: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray

    @property
    def classes(self):
        """The number of classes."""
        return int(self.labels.max()) + 1


@cache
def load(name):
    """The network in the split of Yang et al. (2016)."""
    graph = data.load("planetoid", "pubmed") if name == "pubmed" else getattr(data.load("planetoid"), name)
    values, pattern = Pattern.of(row_normalised(graph.features))
    return Citations(values, pattern, graph.labels, graph.edges, graph.train, graph.validation, graph.test)


def in_split(name, split, job):
    """The network in one of SPLITS; a random one is the seed's own."""
    return load(name) if split == "printed" else split_again(load(name), job.rng(f"split {name}"))


def check(graphs):
    """BadInput where no network is named."""
    if not graphs:
        raise BadInput(f"graphs={graphs}: wanted some of {', '.join(TITLES)}")


def row_normalised(features):
    """X with rows that sum to 1; a row of zeros stays."""
    total = np.asarray(features.sum(axis=1)).ravel()
    scale = np.divide(1, total, out=np.zeros_like(total), where=total > 0)
    return (sparse.diags(scale) @ features).astype(np.float32)


def split_again(graph, rng):
    """The same network with another split of the same sizes: 20 nodes a class, 500 and 1 000 of the others."""
    order = rng.permutation(np.flatnonzero(graph.labels >= 0))
    if len(order) < A_CLASS * graph.classes + VALIDATION + TEST:
        raise BadInput(f"split=random: {len(order)} labelled nodes are too few for 20 a class, 500 and 1000")
    labels = graph.labels[order]
    train = np.concatenate([order[labels == c][:A_CLASS] for c in range(graph.classes)])
    rest = order[~np.isin(order, train)]
    return graph._replace(train=train, validation=rest[:VALIDATION], test=rest[VALIDATION : VALIDATION + TEST])
