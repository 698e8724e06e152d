"""What the workloads of hidden Markov models share: as many steps of EM from one start, ours beside hmmlearn's scaled form."""

import logging

import numpy as np
from workloads.estimators import our

STEPS = 10


def peers(truth, emission, length):
    """PEERS: the log-likelihood after STEPS steps, from the model `truth()` that made the `length` observations."""
    return {
        "abacus": lambda threads: ours(truth(), emission, length),
        "hmmlearn": lambda threads: theirs(truth(), length),
    }


def drawn(model, length):
    """The observations (length, d), and where EM begins: the emissions as they are, every move equally likely."""
    x, _ = our("hidden_markov/hidden_markov.HiddenMarkov").known(model).sample(length, seed=0)
    m = len(model.start)
    return x, our("hidden_markov/em.Model")(np.full(m, 1 / m), np.full((m, m), 1 / m), model.emission)


def ours(model, emission, length):
    x, start = drawn(model, length)
    covariance = "full" if getattr(model.emission, "full", False) else "diag"
    make = our("hidden_markov/hidden_markov.HiddenMarkov")

    def step():
        fitted = make(len(start.start), emission, covariance_type=covariance, init=start, max_iter=STEPS, tol=0.0).fit(
            x
        )
        return fitted.score(x)

    return step


def theirs(model, length):
    from hmmlearn import hmm

    logging.getLogger("hmmlearn").setLevel(logging.CRITICAL)  # that it has not converged
    x, start = drawn(model, length)
    emission, m = start.emission, len(start.start)
    options = {"n_iter": STEPS, "tol": -np.inf, "init_params": "", "implementation": "scaling"}
    counts = x.astype(np.int64)

    def categorical():
        made = hmm.CategoricalHMM(m, **options)
        made.emissionprob_ = emission.probabilities
        return made, counts

    def poisson():
        made = hmm.PoissonHMM(m, **options)
        made.lambdas_ = emission.rates
        return made, counts

    def gaussian():
        kind = "full" if emission.full else "diag"
        made = hmm.GaussianHMM(m, kind, min_covar=0, covars_prior=0, covars_weight=0, **options)
        made.n_features = x.shape[1]
        made.means_, made.covars_ = emission.means, emission.covariances
        return made, x

    make = {"Categorical": categorical, "Poisson": poisson, "Gaussian": gaussian}[type(emission).__name__]

    def step():
        made, observed = make()
        made.startprob_, made.transmat_ = start.start, start.transition
        return made.fit(observed).score(observed)

    return step
