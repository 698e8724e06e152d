"""One million updates or so of Q-learning on the cliff, compiled: the value is their number."""

import numpy as np
from workloads.estimators import our


def ours():
    from abacus.environments import grids

    learn, (world, q) = (
        our("reinforcement_learning/control.expected_sarsa"),
        our("reinforcement_learning/control.arrays")(grids.cliff()),
    )

    def step():
        return float(learn(*world, q.copy(), 0.5, 0.1, 0.0, 1.0, 60_000, np.random.default_rng(0))[1].sum())

    return step


PEERS = {"abacus": lambda threads: ours()}
