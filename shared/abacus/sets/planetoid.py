"""Citation networks in the Planetoid split (Yang, Cohen, Salakhutdinov 2016), as Kipf and Welling (2017) use it."""

from typing import NamedTuple

import numpy as np

from abacus.data import formats, plain_pickle
from abacus.errors import Damaged

PARTS = ("cora", "citeseer", "pubmed")


class Graph(NamedTuple):
    """A network of n documents.

    `features` is a scipy CSR matrix (n, words) float32, `labels` int64 (n,) with −1 where the files give none (15
    isolated nodes of Citeseer, whose features are zero), `edges` int64 (m, 2), each undirected edge once, without
    loops, smaller node first, sorted. `train` (20 a class), `validation` (500) and `test` (1 000) are node numbers.
    """

    features: object
    labels: np.ndarray
    edges: np.ndarray
    train: np.ndarray
    validation: np.ndarray
    test: np.ndarray


class Planetoid(NamedTuple):
    """Two of the networks; the third, Pubmed, is a part of its own."""

    cora: Graph
    citeseer: Graph


def load(file):
    """Cora and Citeseer."""
    return Planetoid(part(file, "cora"), part(file, "citeseer"))


def part(file, name):
    """One network, put together from its eight files as Kipf and Welling do."""
    from scipy.sparse import lil_matrix, vstack

    paths = {end: file(f"ind.{name}.{end}") for end in ("y", "tx", "ty", "allx", "ally", "graph", "test.index")}
    held = {end: plain_pickle.read(path) for end, path in paths.items() if end != "test.index"}
    order = formats.matrix(paths["test.index"])[:, 0].astype(np.int64)
    first, count = len(held["ally"]), len(held["graph"])
    if held["allx"].shape[0] != first or not first <= order.min() <= order.max() < count:
        raise Damaged(f"{paths['test.index']}: numbers that do not fit the other files")
    tested = lil_matrix((count - first, held["tx"].shape[1]), dtype=np.float32)  # nodes in no file stay zero
    tested[order - first] = held["tx"]
    onehot = np.zeros((count - first, held["ty"].shape[1]), dtype=np.int64)
    onehot[order - first] = held["ty"]
    onehot = np.concatenate([held["ally"], onehot])
    return Graph(
        features=vstack([held["allx"], tested], format="csr", dtype=np.float32),
        labels=np.where(onehot.any(axis=1), onehot.argmax(axis=1), -1),
        edges=_edges(held["graph"]),
        train=np.arange(len(held["y"])),
        validation=np.arange(len(held["y"]), len(held["y"]) + 500),
        test=np.sort(order),
    )


def _edges(neighbours):
    pairs = [(min(a, b), max(a, b)) for a, near in neighbours.items() for b in near if a != b]
    return np.unique(np.array(pairs, dtype=np.int64), axis=0)
