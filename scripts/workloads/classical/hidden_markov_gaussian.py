"""Ten steps of EM for eight normal states of four independent features, from 20 000 rows, beside hmmlearn's scaled form."""

import numpy as np
from workloads.chains import peers
from workloads.estimators import our

STATES, FEATURES = 8, 4


def truth():
    rng = np.random.default_rng(0)
    moves = 0.8 * np.eye(STATES) + 0.2 / STATES
    shape = (STATES, FEATURES)
    make = our("hidden_markov/emissions.Gaussian")
    emission = make(1.5 * rng.standard_normal(shape), rng.uniform(0.5, 2.0, shape), np.full(FEATURES, 1e-8))
    return our("hidden_markov/em.Model")(np.full(STATES, 1 / STATES), moves, emission)


PEERS = peers(truth, "gaussian", 20_000)
