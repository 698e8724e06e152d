"""Freund & Schapire's experiments (1996, Table 2) with their simplest learner, one question about one feature."""

from dataclasses import dataclass

import numpy as np

import samples
from abacus import folds
from abacus.settings import at_least, one_of

ROWS = "alone", "boosted", "bagged", "boosted by pseudo-loss", "bagged by pseudo-loss"


@dataclass
class Config:
    sets: list[str] = one_of(*samples.UCI)  # the data sets
    folds: int = at_least(2)  # of the cross-validation
    rounds: int = at_least(1)  # questions that are combined


class Question:
    """Whether feature f is at most a threshold; what is said of a row on each side, h (2, classes) of 0 and 1."""

    def __init__(self, feature, threshold, said):
        self.feature, self.threshold, self.said = feature, threshold, said

    def __call__(self, x):
        """h (n, classes)."""
        return self.said[(x[:, self.feature] > self.threshold).astype(np.int64)]


def questions(cfg: Config, job):
    """Cross-validated errors of one question, of AdaBoost.M1 and M2 with it, and of bagging, in per cent."""
    loaded = {name: samples.uci(name) for name in cfg.sets}
    table = {row: {} for row in ROWS}
    for place, (name, sample) in enumerate(loaded.items()):
        rng, wrong = job.rng(f"folds {name}"), np.zeros(len(ROWS))
        for train, held in folds.k_fold(len(sample.y), cfg.folds, rng):
            wrong += errors(sample.x[train], sample.y[train], sample.x[held], sample.y[held], cfg.rounds, rng)
        for row, count in zip(ROWS, wrong):
            if row in ROWS[:3] or sample.y.max() > 1:
                table[row][name] = 100 * float(count) / len(sample.y)
        job.progress((place + 1) / len(loaded), name)
    return table


def errors(x, y, test, truth, rounds, rng):
    """How many test rows each of ROWS misclassifies (5,); of two classes only the first three."""
    learner = Learner(x, y)
    first = learner.question(learner.by_error(np.full(len(y), 1 / len(y))), False)
    votes = [first(test), boosted(learner, test, rounds), bagged(learner, test, rounds, False, rng)]
    if learner.classes > 2:
        votes += [boosted_m2(learner, test, rounds), bagged(learner, test, rounds, True, rng)]
    found = [(vote.argmax(axis=1) != truth).sum() for vote in votes]
    return np.array(found + [0] * (len(ROWS) - len(found)))


class Learner:
    """Rows in the order of each feature, and the credits that make a question err least."""

    def __init__(self, x, y):
        self.x, self.y, self.classes = x, y, int(y.max()) + 1
        self.order = np.ascontiguousarray(x.argsort(axis=0, kind="stable").T)
        self.values = np.take_along_axis(np.ascontiguousarray(x.T), self.order, axis=1)
        self.is_class = np.eye(self.classes)[y]

    def by_error(self, weights):
        """Credit (n, classes): the weight of a row for its class."""
        return weights[:, None] * self.is_class

    def by_pseudo_loss(self, weights):
        """Credit (n, classes) of weights (n, classes) of wrong classes: their sum for the right one, and their loss (eq. 21)."""
        return self.is_class * weights.sum(axis=1, keepdims=True) - weights  # eq. 21

    def question(self, credit, pseudo):
        """The best Question."""
        from attribute_test import best

        feature, threshold, sums = best(self.values, self.order, credit, pseudo)
        said = sums > 0 if pseudo else np.eye(self.classes, dtype=bool)[sums.argmax(axis=1)]
        return Question(feature, threshold, said.astype(float))


def boosted(learner, test, rounds):
    """AdaBoost.M1: the votes (n, classes). It ends where a question errs on half of the weight."""
    weights, votes = np.full(len(learner.y), 1 / len(learner.y)), 0.0
    for k in range(rounds):
        question = learner.question(learner.by_error(weights), False)
        right = (question(learner.x) * learner.is_class).sum(axis=1)
        error = weights @ (1 - right) / weights.sum()
        if error >= 0.5 or error <= 0:
            return question(test) if k == 0 else votes
        votes = votes + np.log((1 - error) / error) * question(test)  # eq. 11
        weights = weights * (error / (1 - error)) ** right
        weights /= weights.sum()
    return votes


def boosted_m2(learner, test, rounds):
    """AdaBoost.M2: every wrong class of every row has a weight, and a question may name several classes (eqs. 19 and 20)."""
    weights, votes = 1 - learner.is_class, 0.0
    weights /= weights.sum()
    for k in range(rounds):
        question = learner.question(learner.by_pseudo_loss(weights), True)
        said = question(learner.x)
        right = (said * learner.is_class).sum(axis=1, keepdims=True)
        loss = 0.5 * (weights * (1 - right + said)).sum()  # eq. 19
        if loss >= 0.5 or loss <= 0:
            return question(test) if k == 0 else votes
        beta = loss / (1 - loss)
        votes = votes + np.log(1 / beta) * question(test)
        weights = weights * beta ** (0.5 * (1 + right - said))  # eq. 20
        weights /= weights.sum()
    return votes


def bagged(learner, test, rounds, pseudo, rng):
    """The votes (n, classes) of questions that were learnt from bootstrap samples."""
    n, votes = len(learner.y), 0.0
    for _ in range(rounds):
        times = np.bincount(rng.integers(n, size=n), minlength=n) / n
        wrong = times[:, None] * (1 - learner.is_class) / max(1, learner.classes - 1)
        credit = learner.by_pseudo_loss(wrong) if pseudo else learner.by_error(times)
        votes = votes + learner.question(credit, pseudo)(test)
    return votes
