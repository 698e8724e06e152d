"""The short corridor of Sutton & Barto (2018), Example 13.1: three squares that look alike, and in the middle one left and
right are exchanged. The policy is one number, the probability p of going right."""

from dataclasses import dataclass

import numpy as np

from abacus.errors import BadInput
from abacus.settings import above, at_least, between


@dataclass
class Exact:
    epsilon: float = between(0, 1)  # of the two ε-greedy policies


@dataclass
class Reinforce:
    runs: int = at_least(1)  # independent runs that are averaged
    episodes: int = at_least(1)  # of each run
    lr: float = above(0)  # step size of the policy
    baseline: float = at_least(0)  # step size of the baseline; 0: there is none


def value(p):
    """Expected return from the start, −1 a step, when one goes right with probability 0 < p < 1 everywhere."""
    stay = np.array([[1 - p, p, 0], [p, 0, 1 - p], [0, 1 - p, 0]])
    return float(np.linalg.solve(np.eye(3) - stay, -np.ones(3))[0])  # eq. 1


def exact(cfg: Exact, job):
    """The best p and its value, where the value's slope is 0: p = 2 − √2; and the values of both ε-greedy policies."""
    if cfg.epsilon == 0:
        raise BadInput("epsilon=0: neither greedy policy ever arrives, wanted above 0")
    best = 2 - np.sqrt(2)
    return {
        "best": {"p": best, "value": value(best)},
        "greedy to the right": {"value": value(1 - cfg.epsilon / 2)},
        "greedy to the left": {"value": value(cfg.epsilon / 2)},
    }


def reinforce(cfg: Reinforce, job):
    """Mean return of an episode: over all episodes, and over the last tenth of them."""
    from walking import corridor_runs

    returns = corridor_runs(cfg.runs, cfg.episodes, cfg.lr, cfg.baseline, job.rng("runs"))
    for k in np.unique(np.geomspace(1, cfg.episodes, 60).astype(int)):
        job.log(episode=int(k), **{"return": returns[:, max(0, k - 10) : k].mean()})
    return {"all": returns.mean(), "last tenth": returns[:, -max(1, cfg.episodes // 10) :].mean()}
