"""Ten steps of EM for a casino of two dice, from 100 000 rolls: the log-likelihood, beside hmmlearn's quicker (scaled) form."""

from workloads.chains import peers
from workloads.estimators import our

PEERS = peers(lambda: our("hidden_markov/casino.dishonest")(), "categorical", 100_000)
