"""Give little to many and more to the best: successive halving, Hyperband, ASHA; all to be asked by many processes at once."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from abacus.errors import BadInput
from abacus.settings import at_least, one_of

FORMULAS = {  # how many settings a bracket s of s_max begins with, in whole numbers
    "first version": lambda s, most, eta: (most + 1) // (s + 1) * eta**s,
    "journal": lambda s, most, eta: -(-(most + 1) * eta**s // (s + 1)),
}


class Trial(NamedTuple):
    """One evaluation: its number, the point (d,) of the unit cube, what it is given to use up, and where it stands."""

    number: int
    point: np.ndarray
    resource: int
    place: tuple = ()


def rungs(n, r, eta, most):
    """[(settings, resource each)]: n with r, then each time the best of every η, with η times as much, to `most`  (eq. 18)."""
    found = [(n, r)]
    while found[-1][1] * eta <= most and found[-1][0] // eta >= 1:
        n, r = found[-1][0] // eta, found[-1][1] * eta  # eq. 18
        found.append((n, r))
    return found


def brackets(most, eta, formula="journal"):
    """[rungs] of Hyperband's brackets, the one with the most settings first  (eq. 19).

    `most` is what a single setting may use up, at least 1; between brackets, many settings with little are weighed against
    few with much.
    """
    _check(most, eta)
    last = 0
    while eta ** (last + 1) <= most:
        last += 1
    return [rungs(FORMULAS[formula](s, last, eta), most // eta**s, eta, most) for s in range(last, -1, -1)]  # eq. 19


def _check(most, eta):
    if eta < 2 or most < 1:
        raise BadInput(f"most={most}, eta={eta}: wanted a resource of at least 1, and that one of at least 2 goes on")


class Hyperband:
    """ask() for a Trial (None: wait for those under way), tell(trial, value); `point()` draws a setting; it minimises.

    `plan` is a list of rungs, as `brackets` gives it: one alone is successive halving. After the last bracket it begins
    again. `learn(point, value, resource)`, where given, is told every value: a sampler that learns makes it BOHB.
    """

    def __init__(self, plan, point, learn=lambda point, value, resource: None):
        self.plan, self.point, self.learn = plan, point, learn
        self.number, self.bracket = 0, -1
        self._open()

    def ask(self):
        """The next Trial, or None while the rung's others are under way."""
        if not self.waiting:
            if self.under_way:
                return None
            self._climb()
        point = self.waiting.pop()
        trial = Trial(self.number, self.point() if point is None else point, self.rungs[self.rung][1], (self.rung,))
        self.number += 1
        self.under_way.add(trial.number)
        return trial

    def tell(self, trial, value):
        """The value of a Trial."""
        self.under_way.discard(trial.number)
        self.found.append((np.inf if np.isnan(value) else value, trial.number, trial.point))
        self.learn(trial.point, value, trial.resource)

    def _open(self):
        self.bracket = (self.bracket + 1) % len(self.plan)
        self.rungs, self.rung = self.plan[self.bracket], 0
        self.waiting, self.found, self.under_way = [None] * self.rungs[0][0], [], set()

    def _climb(self):
        if self.rung + 1 == len(self.rungs):
            return self._open()
        self.rung += 1
        best = sorted(self.found, key=lambda f: f[:2])[: self.rungs[self.rung][0]]
        self.waiting, self.found = [point for *_, point in best][::-1], []


class Asha:
    """Successive halving that never waits (Li et al. 2020): a setting goes up as soon as it is among the best 1/η of its rung.

    ask() for a Trial, tell(trial, value), as above; rung k gives `least`·η^k, at most `most`.
    """

    def __init__(self, least, most, eta, point):
        _check(most, eta)
        self.eta, self.point, self.number = eta, point, 0
        self.resources = [least]
        while self.resources[-1] * eta <= most:
            self.resources.append(self.resources[-1] * eta)
        self.found = [[] for _ in self.resources]  # of each rung: (value, number, point)
        self.promoted = [set() for _ in self.resources]

    def ask(self):
        """The best setting that may go up, from the highest rung down; else a new one at the lowest."""
        for k in range(len(self.resources) - 2, -1, -1):
            top = sorted(self.found[k], key=lambda f: f[:2])[: len(self.found[k]) // self.eta]  # eq. 20
            for _, number, point in top:
                if number not in self.promoted[k]:
                    self.promoted[k].add(number)
                    return self._trial(point, k + 1)
        return self._trial(self.point(), 0)

    def tell(self, trial, value):
        """The value of a Trial."""
        self.found[trial.place[0]].append((np.inf if np.isnan(value) else value, trial.number, trial.point))

    def _trial(self, point, k):
        self.number += 1
        return Trial(self.number - 1, point, self.resources[k], (k,))


@dataclass
class Schedule:
    most: int = at_least(1)  # R: what a single setting may use up
    eta: int = at_least(2)  # one of so many goes on
    formula: str = one_of(*FORMULAS)  # how many settings a bracket begins with


def schedule(cfg: Schedule, job):
    """Settings and resource of every rung of Hyperband's brackets, and what the bracket uses up."""
    found = {}
    for rows in brackets(cfg.most, cfg.eta, cfg.formula):
        columns = {f"{name}{i}": value for i, row in enumerate(rows) for name, value in zip(("n", "r"), row)}
        found[f"s = {len(rows) - 1}"] = columns | {"all": sum(n * r for n, r in rows)}
    return found
