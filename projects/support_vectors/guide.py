"""LIBSVM's guide on its first data set: what scaling does, and what a search for C and γ does (Hsu et al. 2003)."""

from dataclasses import dataclass

import numpy as np

from abacus import data
from abacus.settings import above, one_of
from machines import SVC


@dataclass
class Config:
    scale: str = one_of("none", "training range")  # the latter: each feature from -1 to 1 over the training events
    C: float = above(0)  # price of a violation
    gamma: float = above(0)  # of the RBF kernel


def guide(cfg: Config, job):
    """How many of the 4 000 test events are told right."""
    events = data.load("svmguide1")
    x, test = events.train_features, events.test_features
    if cfg.scale == "training range":
        x, test = ranged(x, x), ranged(x, test)
    machine = SVC(cfg.C, gamma=cfg.gamma).fit(x, events.train_labels)
    right = int((machine.predict(test) == events.test_labels).sum())
    job.log(steps=int(machine.n_iter_[0]), nearest=float(np.abs(machine.decision_function(test)).min()))
    return {"right": right, "accuracy": 100 * right / len(test)}


def ranged(seen, x):
    """x, linear in each feature, so that `seen` goes from −1 to 1."""
    low, high = seen.min(axis=0), seen.max(axis=0)
    return 2 * (x - low) / (high - low) - 1
