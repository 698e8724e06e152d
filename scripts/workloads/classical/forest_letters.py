"""A random forest of 100 trees on 10 000 of UCI's letters, 26 classes of 16 features: the error on 10 000 others."""

import numpy as np
from workloads.ensembles import forests

from abacus import data

ITEMS = 10_000  # that the error is measured on


def letters():
    table = data.load("uci", "letter")
    x = np.column_stack([table.columns[name] for name in table.names if name != "class"])
    y = np.unique(table.columns["class"], return_inverse=True)[1]
    order = np.random.default_rng(0).permutation(len(y))
    return x[order[ITEMS:]], y[order[ITEMS:]], x[order[:ITEMS]], y[order[:ITEMS]]


def step(forest):
    x, y, test, truth = letters()
    return lambda: float((forest().fit(x, y).predict(test) != truth).mean())


PEERS = forests(step)
