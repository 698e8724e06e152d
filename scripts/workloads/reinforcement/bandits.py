"""2 000 runs of 1 000 pulls of an ε-greedy player on ten arms (Figure 2.2): two million compiled pulls."""

import numpy as np
from workloads.estimators import our


def step():
    found = our("bandits/pulls.action_values")(2000, 1000, 10, 0.0, 0.1, 0.0, 0.0, 0.0, np.random.default_rng(0))
    return float(found[0].sum())


PEERS = {"abacus": lambda threads: step}
