"""The occasionally dishonest casino of Durbin et al.: a fair die, a loaded one, and rolls that do not say which."""

from dataclasses import dataclass

import numpy as np

import chain
import em
from abacus.settings import above, at_least
from emissions import Categorical
from hidden_markov import HiddenMarkov

LOADED = [0.1, 0.1, 0.1, 0.1, 0.1, 0.5]
MOVES = np.array([[0.95, 0.05], [0.1, 0.9]])  # fair to loaded, and back


@dataclass
class Casino:
    rolls: int = at_least(100)  # of fewer some faces may be missing; from which the dice and the moves are learnt
    fresh: int = at_least(1)  # rolls on which the models are compared
    starts: int = at_least(1)  # random beginnings of EM, of which the likeliest end counts
    tolerance: float = above(0)  # EM has converged when a step gains no more log-likelihood


def dishonest():
    """The casino itself as a model: it begins as if it had been open for ever."""
    return em.Model(chain.stationary(MOVES), MOVES, Categorical(np.array([[1 / 6] * 6, LOADED])))


def rolls(n, rng):
    """n rolls, 0 to 5, (n, 1), and which die it was (n,): 0 fair, 1 loaded."""
    model = dishonest()
    states = chain.path(model.start, model.transition, n, rng)
    return model.emission.draw(states, rng), states


def learn(cfg: Casino, job):
    """Bits per fresh roll by which a model predicts better than a fair die: the casino's own, and one learnt from rolls."""
    x, _ = rolls(cfg.rolls, job.rng("rolls"))
    fresh, dice = rolls(cfg.fresh, job.rng("fresh rolls"))
    learnt = HiddenMarkov(2, "categorical", n_init=cfg.starts, tol=cfg.tolerance, max_iter=MOST).fit(x)
    values = {"stays fair": learnt.transmat_[0, 0], "stays loaded": learnt.transmat_[1, 1]}
    values |= {
        "a six, fair": learnt.emission_.probabilities[0, 5],
        "a six, loaded": learnt.emission_.probabilities[1, 5],
    }
    return values | {
        "bits, casino": bits(HiddenMarkov.known(dishonest()), fresh),
        "bits, learnt": bits(learnt, fresh),
        "rolls decoded": 100 * float(np.mean(learnt.predict(fresh) == dice)),
    }


MOST = 10_000  # steps of EM


def bits(model, x):
    """log₂ P(x) / P(x | a fair die), per roll."""
    return (model.score(x) / len(x) + np.log(6.0)) / np.log(2.0)
