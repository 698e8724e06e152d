"""Ten steps of EM for five states that emit counts, from 50 000 of them, beside hmmlearn's quicker (scaled) form."""

import numpy as np
from workloads.chains import peers
from workloads.estimators import our

STATES = 5


def truth():
    moves = 0.9 * np.eye(STATES) + 0.1 / STATES
    emission = our("hidden_markov/emissions.Poisson")(5.0 * np.arange(1, STATES + 1)[:, None])
    return our("hidden_markov/em.Model")(np.full(STATES, 1 / STATES), moves, emission)


PEERS = peers(truth, "poisson", 50_000)
